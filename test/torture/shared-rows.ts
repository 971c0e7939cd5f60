/**
 * Rows that every client writes, each by adding to `v`: so what they must be in the end is known as a sum, and what a
 * read must at least find is the sum that was acknowledged before it began.
 *
 *   hot      never move; clients queue for them (or fail, under REPEATABLE READ) by the row lock alone
 *   guarded  also move to other partitions, are deleted and inserted again; an advisory lock comes first, because a
 *            partitioned table refuses a row (40001) that moved to another partition while somebody waited for it
 *   pillars  never change
 *
 * Whoever writes several takes them in ascending order of their ids: no deadlock.
 */
export const HOT = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export const GUARDED = [11, 12, 13, 14, 15, 16] as const;
/** Ids from, to. */
export const PILLARS = { first: 101, last: 1100 } as const;
/** The key of every hot row. */
export const HOT_AT = "2026-01-15T12:00:00.000Z";

export class SharedRows {
  readonly committed = new Map<number, number>([...HOT, ...GUARDED].map((id) => [id, 0]));

  add(increments: readonly (readonly [id: number, by: number])[]): void {
    for (const [id, by] of increments) this.committed.set(id, (this.committed.get(id) ?? 0) + by);
  }

  /** Inserts all of them as they are now. `at` of guarded rows is anything. */
  insertSql(): string {
    const rows = [...this.committed].map(([id, v]) => `(${id}, '${HOT_AT}', 'shared ${id}', ${v})`);
    return `INSERT INTO app.events (id, at, code, v) VALUES ${rows.join(", ")};
      INSERT INTO app.events (id, at, code, v)
      SELECT n, now() - n * interval '8 hours', 'pillar ' || n, n FROM generate_series(${PILLARS.first}, ${PILLARS.last}) n`;
  }
}
