/**
 * A tablespace on a disk that can be filled: a tmpfs of a few megabytes in the server's own mount namespace, which ends
 * with the server. It gives the real error, ENOSPC (SQLSTATE 53100).
 */
import { readlink } from "node:fs/promises";
import pg from "pg";
import { runOrThrow } from "./servers/command.ts";
import type { Cluster } from "./servers/index.ts";

export const SMALL = "small_disk";

export class SmallDisk {
  readonly #cluster: Cluster;
  readonly #path: string;

  private constructor(cluster: Cluster, path: string) {
    this.#cluster = cluster;
    this.#path = path;
  }

  /** Needs a cluster that was started with `ownMounts`. */
  static async create(cluster: Cluster): Promise<SmallDisk> {
    const namespace = (pid: number | "self") => readlink(`/proc/${pid}/ns/mnt`);
    if ((await namespace(cluster.pid)) === (await namespace("self")))
      throw new Error("the server has no mounts of its own");
    const client = new pg.Client({ connectionString: cluster.url });
    await client.connect();
    try {
      const { rows } = await client.query("SHOW data_directory");
      const data = rows[0].data_directory;
      const disk = new SmallDisk(cluster, `${data}/../${SMALL}`.replace("/data/../", "/"));
      await disk.#inside(
        `mkdir "$1"; mount -t tmpfs -o size=24m tmpfs "$1"; chown --reference="$2" "$1"; chmod 700 "$1"`,
        [data],
      );
      await client.query(`CREATE TABLESPACE ${SMALL} LOCATION '${disk.#path}'`);
      return disk;
    } finally {
      await client.end();
    }
  }

  /** Not a block is left. */
  fill(): Promise<void> {
    // cat ends with an error, for want of space.
    return this.#inside('cat /dev/zero > "$1/ballast" 2>/dev/null || test -s "$1/ballast"');
  }

  free(): Promise<void> {
    return this.#inside('rm "$1/ballast"');
  }

  /** Runs a shell script where the server is, and sees what it sees. */
  async #inside(script: string, args: string[] = []): Promise<void> {
    const { pid } = this.#cluster;
    await runOrThrow("nsenter", [
      ...[`--target=${pid}`, "--mount", "--root", "--wd=/", "--", "sh", "-ec", script, "sh"],
      ...[this.#path, ...args],
    ]);
  }
}
