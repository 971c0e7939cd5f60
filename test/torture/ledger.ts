/**
 * What one client has committed, and what its open transaction would add, savepoint by savepoint. No other client
 * writes these rows, so this is what the table must hold of them, known without asking the database.
 */
import type { Random } from "../support/random.ts";

export interface Row {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly code: string;
  readonly v: number;
  readonly account: number | null;
}

/** How many of the rows committed last are picked more often: those are what a conversion replays last. */
const RECENT = 30;

export class Ledger {
  readonly rows = new Map<number, Row>();
  readonly #ids: number[] = [];
  readonly #positions = new Map<number, number>();
  #recent: number[] = [];
  /** One per level of subtransaction; null is a row that was deleted. */
  #layers: Map<number, Row | null>[] = [];

  begin(): void {
    this.#layers = [new Map()];
  }

  savepoint(): void {
    this.#layers.push(new Map());
  }

  release(): void {
    const top = this.#layers.pop();
    for (const [id, row] of top ?? []) this.set(id, row);
  }

  rollbackTo(): void {
    this.#layers.pop();
    this.savepoint();
  }

  rollback(): void {
    this.#layers = [];
  }

  commit(): void {
    const [changes] = this.#layers;
    this.#layers = [];
    for (const [id, row] of changes ?? []) this.#store(id, row);
    this.#recent = [...(changes?.keys() ?? []), ...this.#recent].slice(0, RECENT);
  }

  /** The table was truncated. */
  clear(): void {
    this.rows.clear();
    this.#positions.clear();
    this.#ids.length = 0;
    this.#recent = [];
  }

  get(id: number): Row | undefined {
    for (let level = this.#layers.length - 1; level >= 0; level--) {
      const changed = this.#layers[level]?.get(id);
      if (changed !== undefined) return changed ?? undefined;
    }
    return this.rows.get(id);
  }

  set(id: number, row: Row | null): void {
    this.#layers.at(-1)?.set(id, row);
  }

  /** A row that exists now, in this transaction. */
  pick(random: Random): [number, Row] | undefined {
    const touched = this.#layers.flatMap((layer) => (layer.size > 100 ? [] : [...layer.keys()]));
    for (let attempt = 0; attempt < 8; attempt++) {
      const from = random.next();
      const id = random.of(from < 0.2 ? touched : from < 0.5 ? this.#recent : this.#ids);
      const row = id === undefined ? undefined : this.get(id);
      if (id !== undefined && row !== undefined) return [id, row];
    }
    return undefined;
  }

  /** Up to `limit` rows that exist now. */
  some(limit: number): [number, Row][] {
    const found: [number, Row][] = [];
    for (const id of this.#ids) {
      const row = this.get(id);
      if (row !== undefined) found.push([id, row]);
      if (found.length === limit) break;
    }
    return found;
  }

  #store(id: number, row: Row | null): void {
    const position = this.#positions.get(id);
    if (row !== null) {
      this.rows.set(id, row);
      if (position === undefined) this.#positions.set(id, this.#ids.push(id) - 1);
    } else if (position !== undefined) {
      this.rows.delete(id);
      this.#positions.delete(id);
      const last = this.#ids.pop() as number;
      if (last === id) return;
      this.#ids[position] = last;
      this.#positions.set(last, position);
    }
  }
}
