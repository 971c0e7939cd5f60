import { at, line, svg, text } from "./svg.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The value, as it is written beside the bar. */
  readonly text: string;
  /** Drawn in the colour of what the page is about. */
  readonly emphasis: boolean;
}

const [WIDTH, LABELS, VALUES, TOP, ROW] = [800, 330, 120, 36, 24];

/** Horizontal bars from zero, in the order given, each with its value and a whisker from its least to its most. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const room = WIDTH - LABELS - VALUES;
  const most = Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);
  const x = (value: number) => LABELS + (Math.max(0, value) / most) * room;
  const body = bars.flatMap(({ label, value, min, max, text: shown, emphasis }, index) => {
    const [top, middle] = [TOP + index * ROW, TOP + index * ROW + ROW / 2];
    return [
      text(LABELS - 8, middle + 4, label, "", "end"),
      `<rect x="${LABELS}" y="${at(top + 4)}" width="${at(Math.max(1, x(value) - LABELS))}" height="${ROW - 8}" class="${emphasis ? "ours" : "bar"}"/>`,
      ...(max > min ? [line(x(min), middle, x(max), middle, "spread")] : []),
      text(x(max) + 6, middle + 4, shown, "quiet"),
    ];
  });
  return svg(title, WIDTH, TOP + bars.length * ROW + 8, body);
}
