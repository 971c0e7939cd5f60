/** How large a run is. Everything else follows from the number of rows, unless it is said. */
export interface BenchOptions {
  /** Rows of the table. */
  readonly rows: number;
  /** How often each of the things compared is run, in turn with the others. */
  readonly rounds: number;
  /** Seconds that a loop of statements lasts. */
  readonly seconds: number;
  /** Pieces into which such a loop is cut, see `loopsInTurn`. */
  readonly slices: number;
  /** Rows of a bulk statement. */
  readonly bulkRows: number;
  /** Numbers of partitions for drain, verify, cutover and queries; see {@link partitionings}. */
  readonly partitions: readonly number[];
  readonly scale: { readonly rows: readonly number[]; readonly partitions: readonly number[] };
  /** Writes that a drain is given to replay. */
  readonly changes: number;
  /** Numbers of annotated models for `generate`. */
  readonly models: readonly number[];
  /** Packs and installs the package for that, as its users do; else links this checkout's build. */
  readonly packed: boolean;
}

export const DEFAULT_ROWS = 2_000_000;

/**
 * The full run has 2 million rows; a smaller one fewer partitions too, because 1000 of them with ten indexes each are
 * 11,000 relations, whose making would hide 20,000 rows.
 */
export function optionsFor(rows = DEFAULT_ROWS, rounds = 3): BenchOptions {
  const large = rows >= 1_000_000;
  return {
    rows,
    rounds,
    seconds: large ? 5 : 1,
    slices: 5,
    bulkRows: 1000,
    partitions: [28, 100, 400],
    scale: {
      rows: [rows / 4, rows, rows * 4].map(Math.round),
      partitions: large ? [28, 100, 400, 1000] : rows >= 200_000 ? [28, 100, 400] : [28, 100],
    },
    changes: Math.max(1000, Math.min(200_000, Math.round(rows / 10))),
    models: [1, 50, 500],
    packed: true,
  };
}

/** For the test: every scenario once, as little of it as can be. */
export const smokeOptions: BenchOptions = {
  rows: 3000,
  rounds: 1,
  seconds: 0.1,
  slices: 1,
  bulkRows: 50,
  partitions: [28],
  scale: { rows: [1000, 2000], partitions: [28] },
  changes: 300,
  models: [1],
  packed: false,
};
