/** A command in a real terminal: tmux runs it at a given size, and gives back what stands on its screen. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface SessionOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly color: boolean;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class TerminalSession {
  readonly #name: string;
  readonly #server: string;

  private constructor(name: string) {
    this.#name = name;
    this.#server = name;
  }

  /** Starts a shell command in a terminal of its own. */
  static async start(command: string, options: SessionOptions): Promise<TerminalSession> {
    const session = new TerminalSession(`prisma-partition-${process.pid}-${Math.random().toString(36).slice(2)}`);
    const env = { ...options.env, ...(options.color ? {} : { NO_COLOR: "1" }) };
    const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    await session.#tmux(
      "new-session",
      "-d",
      ...["-x", String(options.columns), "-y", String(options.rows ?? 40), "-s", session.#name, "-c", options.cwd],
      ...variables,
      // What the command leaves on the screen stays there until it is looked at.
      `${command}; sleep 600`,
    );
    return session;
  }

  /** The screen, with its colours. */
  async screen(): Promise<string> {
    return this.#tmux("capture-pane", "-e", "-p", "-t", this.#name);
  }

  /** The screen, once it matches. */
  async until(pattern: RegExp, seconds = 60): Promise<string> {
    for (const deadline = Date.now() + seconds * 1000; ; await sleep(50)) {
      const screen = await this.screen();
      if (pattern.test(screen)) return screen;
      if (Date.now() > deadline) throw new Error(`no ${pattern} on the screen:\n${screen}`);
    }
  }

  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", "-t", this.#name, key);
  }

  async end(): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }

  async #tmux(...args: string[]): Promise<string> {
    const env = { ...process.env, TMUX: "" };
    return (await run("tmux", ["-L", this.#server, "-f", "/dev/null", ...args], { env })).stdout;
  }
}
