/** Lets clients in one transaction at a time each; closed, it waits until all of them are between two transactions. */
export class Gate {
  #inside = 0;
  #opened: { promise: Promise<void>; open: () => void } | undefined;
  #emptied: (() => void) | undefined;

  async enter(): Promise<void> {
    while (this.#opened) await this.#opened.promise;
    this.#inside++;
  }

  leave(): void {
    if (--this.#inside === 0) this.#emptied?.();
  }

  async close(): Promise<void> {
    let open = () => {};
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#opened = { promise, open };
    if (this.#inside === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    this.#emptied = undefined;
  }

  open(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.open();
  }
}
