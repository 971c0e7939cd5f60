/**
 * Pairwise covering: cells such that every two values of different dimensions meet in at least one of them. Most faults
 * of a combination are faults of a pair, and the pairs of thirteen dimensions fit into as many cells as the two longest
 * of them have combinations. Greedy, and the same cells at every run.
 */
export type Dimensions = Readonly<Record<string, readonly string[]>>;
export type Assignment = Readonly<Record<string, string>>;

/** @param allowed says of an assignment, which may lack dimensions, whether its values go together */
export function pairwise(dimensions: Dimensions, allowed: (cell: Assignment) => boolean): Assignment[] {
  const names = Object.keys(dimensions);
  const missing = new Map<string, Assignment>();
  for (const [index, a] of names.entries()) {
    for (const b of names.slice(index + 1)) {
      for (const left of dimensions[a] ?? []) {
        for (const right of dimensions[b] ?? []) {
          const pair = { [a]: left, [b]: right };
          if (allowed(pair)) missing.set(keyOf(a, left, b, right), pair);
        }
      }
    }
  }
  const order = new Map(names.map((name, index) => [name, index]));
  const pairKey = (a: string, left: string, b: string, right: string) =>
    (order.get(a) as number) < (order.get(b) as number) ? keyOf(a, left, b, right) : keyOf(b, right, a, left);

  const used = new Map<string, number>();
  const cells: Assignment[] = [];
  for (let [seed] = missing.values(); seed !== undefined; [seed] = missing.values()) {
    let cell: Assignment = seed;
    const rest = names.filter((name) => !(name in cell));
    rest.sort((a, b) => (dimensions[b]?.length ?? 0) - (dimensions[a]?.length ?? 0));
    for (const name of rest) {
      const candidates = (dimensions[name] ?? []).filter((value) => allowed({ ...cell, [name]: value }));
      const gain = (value: string) =>
        Object.entries(cell).filter(([other, its]) => missing.has(pairKey(name, value, other, its))).length;
      const uses = (value: string) => used.get(`${name} ${value}`) ?? 0;
      candidates.sort((a, b) => gain(b) - gain(a) || uses(a) - uses(b));
      const [best] = candidates;
      if (best === undefined) throw new Error(`no value of ${name} goes with ${JSON.stringify(cell)}`);
      cell = { ...cell, [name]: best };
    }
    for (const [index, a] of names.entries()) {
      const left = cell[a] as string;
      used.set(`${a} ${left}`, (used.get(`${a} ${left}`) ?? 0) + 1);
      for (const b of names.slice(index + 1)) missing.delete(keyOf(a, left, b, cell[b] as string));
    }
    cells.push(cell);
  }
  return cells;
}

function keyOf(a: string, left: string, b: string, right: string): string {
  return JSON.stringify([a, left, b, right]);
}
