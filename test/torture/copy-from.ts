import pg from "pg";

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY … FROM STDIN` with all its data at hand. */
class CopyFrom extends pg.Query {
  readonly #data: Buffer;

  constructor(sql: string, data: string) {
    super(sql);
    this.#data = Buffer.from(data);
  }

  /** Called by pg when the server asks for the data. */
  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }
}

/** @param lines in COPY's text format, without line ends */
export function copyFrom(client: pg.Client, sql: string, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new CopyFrom(sql, lines.map((line) => `${line}\n`).join(""));
    query.on("end", () => resolve());
    query.on("error", reject);
    client.query(query);
  });
}
