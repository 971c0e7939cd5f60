/** What the clients of one run met: counted, not judged. */
export type Isolation = "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";

/** Something that must not be. */
export interface Finding {
  readonly kind: "lost row" | "wrong read" | "ledger" | "copy" | "abort" | "runner" | "transition" | "bystander";
  readonly phase: string;
  readonly text: string;
}

interface Phase {
  readonly name: string;
  readonly startedAt: number;
  milliseconds: number;
  transactions: number;
  longestMs: number;
  longest: string;
}

export class Statistics {
  readonly transactions: Record<Isolation, number> = { "READ COMMITTED": 0, "REPEATABLE READ": 0, SERIALIZABLE: 0 };
  /** By isolation level and SQLSTATE: how many, and the first of them. */
  readonly aborts = new Map<string, { count: number; readonly first: string }>();
  readonly findings: Finding[] = [];
  readonly phases: Phase[] = [];
  /** What was tried again, as a user would: transitions, maintenance, runners. How often, and the first error. */
  readonly refused = new Map<string, { count: number; readonly first: string }>();
  /** Reads by a snapshot older than the swap, as the documentation says of them: how many, and the first. */
  readonly oldReads = new Map<string, { count: number; readonly first: string }>();
  statements = 0;
  /** When the last swap was known to have been committed; while one is on its way it may have been, unknown to us. */
  #swappedAt = Number.NEGATIVE_INFINITY;
  #swapping = false;
  /** Reads to be judged when it is known whether the swap has been committed. */
  #pendingReads: (readonly [isolation: Isolation, description: string, snapshotAt: number])[] = [];

  constructor() {
    this.enter("before");
  }

  get phase(): string {
    return this.#current.name;
  }

  get #current(): Phase {
    return this.phases.at(-1) as Phase;
  }

  /** Starts a phase, and ends the one before. */
  enter(name: string): void {
    this.end();
    this.phases.push({
      name,
      startedAt: performance.now(),
      milliseconds: 0,
      transactions: 0,
      longestMs: 0,
      longest: "",
    });
  }

  end(): void {
    const last = this.phases.at(-1);
    if (last) last.milliseconds = performance.now() - last.startedAt;
  }

  statement(client: string, text: string, milliseconds: number): void {
    this.statements++;
    const phase = this.#current;
    if (milliseconds <= phase.longestMs) return;
    phase.longestMs = milliseconds;
    phase.longest = `${client}: ${text.slice(0, 60)}`;
  }

  transaction(isolation: Isolation): void {
    this.transactions[isolation]++;
    this.#current.transactions++;
  }

  abort(isolation: Isolation, sqlstate: string, description: string): void {
    this.#count(this.aborts, `${isolation} ${sqlstate}`, description);
  }

  find(kind: Finding["kind"], text: string): void {
    this.findings.push({ kind, phase: this.phase, text });
  }

  refuse(what: string, error: unknown): void {
    const { message, detail } = error as { message: string; detail?: string };
    this.#count(this.refused, what, `${message} ${detail ?? ""}`);
  }

  beginSwap(): void {
    this.#swapping = true;
  }

  endSwap(committed: boolean): void {
    this.#swapping = false;
    if (committed) this.#swappedAt = performance.now();
    const pending = this.#pendingReads;
    this.#pendingReads = [];
    for (const read of pending) this.misread(...read);
  }

  /** A read found something else than it must: by a snapshot older than a swap it is excused, else a finding. */
  misread(isolation: Isolation, description: string, snapshotAt: number): void {
    if (snapshotAt <= this.#swappedAt) this.#count(this.oldReads, isolation, description);
    else if (this.#swapping) this.#pendingReads.push([isolation, description, snapshotAt]);
    else this.find("wrong read", description);
  }

  #count(counts: Map<string, { count: number; readonly first: string }>, key: string, description: string): void {
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { count: 1, first: `${this.phase}: ${description}` });
  }
}
