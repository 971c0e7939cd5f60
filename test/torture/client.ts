import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { Random } from "../support/random.ts";
import { bulk } from "./actions/bulk.ts";
import { newRowActions, rowActions } from "./actions/own-rows.ts";
import { readShared, shared, writeShared } from "./actions/shared-rows.ts";
import type { Gate } from "./gate.ts";
import { Ledger } from "./ledger.ts";
import type { SharedRows } from "./shared-rows.ts";
import type { Isolation, Statistics } from "./statistics.ts";
import { Transaction, WrongRows } from "./transaction.ts";

export interface ClientRole {
  readonly isolation: Isolation;
  /** `replica`: a superuser with session_replication_role = replica. `application`: a role that owns nothing. */
  readonly as: "application" | "owner" | "replica";
  readonly named?: boolean;
  readonly bulky?: boolean;
  /** Some of its transactions are prepared, left alone for a while, then committed or rolled back. */
  readonly twoPhase?: boolean;
}

export interface World {
  readonly seed: number;
  /** Transactions per second of each client; 0: as many as go. */
  readonly rate: number;
  /** Every so many transactions of a bulky client is one of 10,000 rows. */
  readonly bulkEvery: number;
  readonly gate: Gate;
  readonly shared: SharedRows;
  readonly statistics: Statistics;
}

/** Errors after which a client runs its transaction again, as is. */
const RETRIED = new Set(["40001", "40P01", "55P03"]);
const ATTEMPTS = 30;

/**
 * One client: transaction after transaction. What the n-th does depends on the seed, the client's number and n alone
 * (and on what the ones before did), so a seed replays the workload.
 */
export class Client {
  readonly ledger = new Ledger();
  readonly #connection: pg.Client;
  readonly #number: number;
  readonly #role: ClientRole;
  readonly #world: World;
  #next: number;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(connection: pg.Client, number: number, role: ClientRole, world: World) {
    this.#connection = connection;
    this.#number = number;
    this.#role = role;
    this.#world = world;
    this.#next = number * 100_000_000;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { gate, rate, seed } = this.#world;
    const pauses = new Random(seed + this.#number);
    for (let n = 1; !this.#stopping; n++) {
      await gate.enter();
      try {
        await this.#transact(n);
      } finally {
        gate.leave();
      }
      await sleep(rate === 0 ? 0 : (pauses.next() * 2000) / rate);
    }
  }

  async #transact(n: number): Promise<void> {
    const { isolation } = this.#role;
    const { statistics } = this.#world;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const firstId = this.#next;
      const tx = this.#begin(n);
      try {
        if (await this.#attempt(tx, n, attempt)) {
          this.ledger.commit();
          this.#world.shared.add(tx.increments);
        } else {
          this.ledger.rollback();
        }
        statistics.transaction(isolation);
        return;
      } catch (error) {
        const couldWrite = error instanceof WrongRows && (await this.#couldWrite());
        await this.#connection.query("ROLLBACK").catch(() => {});
        this.ledger.rollback();
        this.#next = firstId;
        const where = `client ${this.#number} (${isolation}, ${this.#role.as}), transaction ${n}`;
        const { code, message } = error as { code?: string; message: string };
        if (error instanceof WrongRows) {
          const text = `${where}: ${message}`;
          if (error.snapshotAt === undefined) return statistics.find("lost row", text);
          if (couldWrite && isolation !== "READ COMMITTED")
            return statistics.find("wrong read", `${text}, and could write`);
          return statistics.misread(isolation, text, error.snapshotAt);
        }
        statistics.abort(isolation, code ?? "client", `${where}: ${message}`);
        if (code === undefined || !RETRIED.has(code)) return;
      }
    }
  }

  /** Whether the transaction could go on and write to the table, on the strength of what it has read. */
  #couldWrite(): Promise<boolean> {
    return this.#connection.query("UPDATE app.events SET v = v WHERE false").then(
      () => true,
      () => false,
    );
  }

  #begin(n: number): Transaction {
    this.ledger.begin();
    return new Transaction({
      client: this.#connection,
      random: new Random((Math.imul(this.#world.seed + 1, 0x9e3779b1) + Math.imul(this.#number, 0x85ebca6b)) ^ n),
      ledger: this.ledger,
      isolation: this.#role.isolation,
      number: this.#number,
      n,
      shared: this.#world.shared,
      statistics: this.#world.statistics,
      named: this.#role.named ?? false,
      nextId: () => this.#next++,
    });
  }

  /** Returns whether it was committed. */
  async #attempt(tx: Transaction, n: number, attempt: number): Promise<boolean> {
    const { random } = tx;
    const commits = !random.chance(0.08);
    const prepares = Boolean(this.#role.twoPhase) && random.chance(0.4);
    await tx.query(`BEGIN ISOLATION LEVEL ${this.#role.isolation}`);
    if (this.#role.bulky && n % this.#world.bulkEvery === 0) await bulk(tx);
    const sharedIds = random.chance(0.4) ? shared(tx) : [];
    for (let left = random.chance(0.4) ? 1 : 2 + random.below(5); left > 0; left--) {
      await this.#inSavepoint(tx, () => this.#act(tx));
      const id = sharedIds.shift();
      if (id !== undefined) await this.#inSavepoint(tx, () => writeShared(tx, id));
    }
    if (prepares) return this.#commitPrepared(tx, `${n}.${attempt}`, commits);
    await tx.query(commits ? "COMMIT" : "ROLLBACK");
    return commits;
  }

  async #act(tx: Transaction): Promise<void> {
    const { random, ledger } = tx;
    if (random.chance(0.1)) return readShared(tx);
    const picked = ledger.pick(random);
    if (picked === undefined || random.chance(0.2)) return weighted(random, newRowActions)(tx);
    return weighted(random, rowActions)(tx, ...picked);
  }

  async #inSavepoint(tx: Transaction, act: () => Promise<void>): Promise<void> {
    if (!tx.random.chance(0.2)) return act();
    const increments = [...tx.increments];
    await tx.query("SAVEPOINT s");
    tx.ledger.savepoint();
    await act();
    if (tx.random.chance(0.5)) {
      await tx.query("ROLLBACK TO s");
      tx.ledger.rollbackTo();
      tx.increments = increments;
    }
    await tx.query("RELEASE s");
    tx.ledger.release();
  }

  async #commitPrepared(tx: Transaction, name: string, commits: boolean): Promise<boolean> {
    const id = `${this.#connection.database} ${this.#number} ${name}`;
    await tx.query(`PREPARE TRANSACTION '${id}'`);
    await sleep(tx.random.below(100));
    await tx.query(`${commits ? "COMMIT" : "ROLLBACK"} PREPARED '${id}'`);
    return commits;
  }
}

function weighted<Action>(random: Random, actions: readonly (readonly [number, Action])[]): Action {
  let left = random.below(actions.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, action] of actions) {
    left -= weight;
    if (left < 0) return action;
  }
  throw new Error("There are no actions");
}
