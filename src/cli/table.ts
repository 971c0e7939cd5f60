/** A column of a printed table. */
export interface TableColumn<T> {
  readonly title: string;
  readonly align?: "left" | "right";
  /** When the table is too wide, columns with the highest number go first; those without one stay. */
  readonly dropAt?: number;
  /** May be cut (`…`) to this many characters when dropping was not enough. */
  readonly shrinkTo?: number;
  /** Which end is cut: the start of a partition's name says less than its end. The title is always cut at its end. */
  readonly cutAt?: "start" | "end";
  readonly value: (row: T) => string;
}

const gap = "  ";

/** Lines of a table no wider than `width`, header first, without trailing blanks. */
export function renderTable<T>(columns: readonly TableColumn<T>[], rows: readonly T[], width: number): string[] {
  let shown = columns.map((column) => {
    const cells = [column.title, ...rows.map((row) => oneLine(column.value(row)))];
    return { column, cells, width: Math.max(...cells.map((cell) => cell.length)) };
  });
  const total = () => shown.reduce((sum, { width }) => sum + width, gap.length * (shown.length - 1));
  while (total() > width) {
    const dropAt = Math.max(...shown.map(({ column }) => column.dropAt ?? 0));
    if (dropAt === 0) break;
    shown = shown.filter(({ column }) => column.dropAt !== dropAt);
  }
  // The widest column that may be cut gives way, one character at a time, so that two long ones end up alike.
  for (let excess = total() - width; excess > 0; excess--) {
    const shrinkable = shown.filter((item) => item.width > (item.column.shrinkTo ?? item.width));
    const widest = shrinkable.reduce((a, b) => (b.width > a.width ? b : a), shrinkable[0] ?? { width: 0 });
    if (widest.width === 0) break;
    widest.width -= 1;
  }
  return [-1, ...rows.keys()].map((row) =>
    shown
      .map(({ column, cells, width }) => {
        const cell = cut(cells[row + 1] ?? "", width, row < 0 ? "end" : column.cutAt);
        return column.align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(gap)
      .trimEnd(),
  );
}

/** At most `width` characters; what is cut off leaves a `…`. */
export function cut(text: string, width: number, at: "start" | "end" = "end"): string {
  if (text.length <= width) return text;
  const kept = Math.max(0, width - 1);
  return at === "end" ? `${text.slice(0, kept)}…` : `…${text.slice(text.length - kept)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
