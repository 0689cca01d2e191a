/** `mail-lab` as a child process: its lines as they come, and how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The command line from its sources, which Node runs as they are. */
const SOURCES = fileURLToPath(new URL('../../../electron/cli/cli.ts', import.meta.url));
/** The built one. */
export const BUILT = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url));

const children: ChildProcess[] = [];

/** Ends what the tests have started. */
export function killAll(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

/** One process. */
export class Command {
  readonly child: ChildProcess;
  readonly out: string[] = [];
  readonly err: string[] = [];
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], cwd: string, cli = SOURCES) {
    // What it leaves among temporary files goes away with the folder.
    const env = { ...process.env, TMPDIR: cwd };
    this.child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(this.child);
    for (const [stream, lines] of [
      [this.child.stdout, this.out],
      [this.child.stderr, this.err],
    ] as const)
      if (stream) this.#collect(createInterface({ input: stream }), lines);
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  #collect(reader: Interface, lines: string[]): void {
    reader.on('line', (line) => {
      lines.push(line);
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Waits for a line that matches (on standard output, if not said otherwise), looking at those so far first. */
  async line(pattern: RegExp, lines = this.out): Promise<string> {
    return (await this.lines(pattern, 1, lines))[0] ?? '';
  }

  /** Waits until `count` lines match. */
  async lines(pattern: RegExp, count: number, lines = this.out): Promise<readonly string[]> {
    const found = new Promise<readonly string[]>((resolve) => {
      const look = () => {
        const matching = lines.filter((one) => pattern.test(one));
        if (matching.length < count) return;
        this.#waiting.delete(look);
        resolve(matching);
      };
      this.#waiting.add(look);
      look();
    });
    const ended = this.ended.then((code) => {
      throw new Error(`ended with ${code}: ${[...this.out, ...this.err].join('\n')}`);
    });
    return Promise.race([found, ended]);
  }
}
