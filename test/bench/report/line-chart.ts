import { at, COLOURS, line, svg, text } from "./svg.ts";

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axes {
  /** Both axes; values must be above 0. Else both begin at 0. */
  readonly logarithmic: boolean;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

const [WIDTH, HEIGHT] = [760, 320];
const [LEFT, RIGHT, TOP, BOTTOM] = [90, 40, 60, 36];
/** Of one entry of the legend. */
const LEGEND = 110;

interface Scale {
  readonly ticks: readonly number[];
  /** 0 to 1. */
  place(value: number): number;
}

/** Lines, and above them a legend: their ends may lie on top of each other. */
export function lineChart(title: string, lines: readonly Line[], axes: Axes): string {
  const points = lines.flatMap((drawn) => drawn.points);
  const scale = axes.logarithmic ? logarithmic : linear;
  const [horizontal, vertical] = [scale(points.map(([x]) => x)), scale(points.map(([, y]) => y))];
  const x = (value: number) => LEFT + horizontal.place(value) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - vertical.place(value) * (HEIGHT - TOP - BOTTOM);
  return svg(title, WIDTH, HEIGHT, [
    ...vertical.ticks.flatMap((tick) => [
      line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid"),
      text(LEFT - 8, y(tick) + 4, axes.formatY(tick), "quiet", "end"),
    ]),
    ...horizontal.ticks.map((tick) => text(x(tick), HEIGHT - BOTTOM + 18, axes.formatX(tick), "quiet", "middle")),
    ...lines.flatMap(({ label, points: own }, index) => {
      const path = own.map(([px, py]) => `${at(x(px))},${at(y(py))}`).join(" ");
      const [colour, left] = [`line c${index % COLOURS}`, LEFT + index * LEGEND];
      return [
        `<polyline points="${path}" class="${colour}"/>`,
        line(left, 38, left + 20, 38, colour),
        text(left + 26, 42, label),
      ];
    }),
  ]);
}

/** From 0 to a little above the most, in steps of 1, 2 or 5 times a power of ten. */
function linear(values: readonly number[]): Scale {
  const most = Math.max(...values, 1e-9);
  const raw = most / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const count = Math.ceil(most / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
    place: (value) => value / (count * step),
  };
}

/** From the least to the most; ticks at powers of two, or what of them fits. */
function logarithmic(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = Math.max(Math.log2(most / least), 1e-9);
  const steps = Math.max(1, Math.min(6, Math.round(span)));
  return {
    ticks: Array.from({ length: steps + 1 }, (_, index) => least * 2 ** ((span * index) / steps)),
    place: (value) => Math.log2(value / least) / span,
  };
}
