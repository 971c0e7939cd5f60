/** The pictures that are taken of commands in a terminal. */

export interface Variant {
  readonly columns: 80 | 200;
  readonly color: boolean;
}

export const VARIANTS: readonly Variant[] = [
  { columns: 80, color: true },
  { columns: 80, color: false },
  { columns: 200, color: true },
  { columns: 200, color: false },
];

export const PICTURED: readonly string[] = ["backfill", "status", "list"];

export function pictureName(command: string, { columns, color }: Variant): string {
  return `${command}-${columns}${color ? "" : "-no-color"}.svg`;
}
