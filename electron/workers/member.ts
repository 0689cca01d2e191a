/** One worker process, as the first process sees it. */
import cluster, { type Worker } from 'node:cluster';
import type { Readable } from 'node:stream';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { ProxyListener } from '../engine/engine.ts';
import type { Recorder } from '../engine/ports.ts';
import { UserError } from '../lab/user-error.ts';
import { type Order, type Start, TAPE_FD, type Word } from './orders.ts';
import { createReplay, type Replay } from './replay.ts';

/** A worker that was told to stop at once has this long, in ms. */
const STOP_MS = 5000;

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A promise and who keeps it. */
function later<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  // Whoever waits hears of it; that nobody waits is no fault.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** Starts the program that this process runs, as a worker. */
function fork(): Worker {
  // Workers share the sockets and take connections themselves, as nginx's do.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    args: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
  });
  return cluster.fork();
}

/** Alive from the moment it is made. */
export class Member {
  readonly order: Start;
  readonly pid: number;
  readonly startedAt = performance.now();
  /** It serves what its order says; rejects when it ends before. */
  readonly serving: Promise<readonly ProxyListener[]>;
  /** It accepts nothing any more. */
  readonly closed: Promise<void>;
  /** It has ended and its journal is read to the end. */
  readonly gone: Promise<End>;
  readonly #worker: Worker;
  readonly #replay: Replay;
  readonly #marks = new Map<number, () => void>();
  #lastMark = 0;
  #told: 'nothing' | 'quit' | 'stop' = 'nothing';

  constructor(order: Start, recorder: Recorder) {
    this.order = order;
    this.#worker = fork();
    const { process } = this.#worker;
    this.pid = process.pid ?? 0;
    this.#replay = createReplay(recorder, (nth) => this.#passed(nth));
    const serving = later<readonly ProxyListener[]>();
    const closed = later<void>();
    this.serving = serving.promise;
    this.closed = closed.promise;
    this.#worker.on('message', (word: Word) =>
      word.type === 'listening' ? serving.resolve(word.listeners) : closed.resolve(),
    );
    // Nothing can be said to a worker that is going; its end says it all.
    this.#worker.on('error', () => undefined);
    this.gone = Promise.all([this.#end(), this.#read(process.stdio[TAPE_FD])]).then(([end]) => {
      this.#replay.end(this.pid);
      for (const passed of [...this.#marks.values()]) passed();
      closed.resolve();
      serving.reject(new UserError(`Worker process ${this.pid} ended before it listened.`));
      return end;
    });
    this.#say(order);
  }

  /** Whether it was told to go. */
  get dismissed(): boolean {
    return this.#told !== 'nothing';
  }

  open(): readonly SessionSummary[] {
    return this.#replay.open();
  }

  /** What it is wired to has changed. */
  renew(facts: Start['facts']): void {
    this.#say({ type: 'facts', facts });
  }

  /** Resolves when everything that happened in it until now is recorded. */
  mark(): Promise<void> {
    const { promise, resolve } = later<void>();
    this.#lastMark += 1;
    this.#marks.set(this.#lastMark, resolve);
    if (this.#worker.isConnected()) this.#say({ type: 'mark', nth: this.#lastMark });
    else void this.gone.then(() => resolve());
    return promise;
  }

  /** It lets its sessions finish and goes. */
  quit(shutdownTimeoutMs: number | null): void {
    if (this.dismissed) return;
    this.#told = 'quit';
    this.#say({ type: 'quit', shutdownTimeoutMs });
  }

  /** It ends its sessions and goes; if it cannot, it is killed. */
  stop(): void {
    if (this.#told === 'stop') return;
    this.#told = 'stop';
    this.#say({ type: 'stop' });
    const kill = setTimeout(() => this.#worker.process.kill('SIGKILL'), STOP_MS);
    void this.gone.then(() => clearTimeout(kill));
  }

  #say(order: Order): void {
    if (this.#worker.isConnected()) this.#worker.send(order, () => undefined);
  }

  #passed(nth: number): void {
    this.#marks.get(nth)?.();
    this.#marks.delete(nth);
  }

  #end(): Promise<End> {
    return new Promise((resolve) => {
      this.#worker.on('exit', (code: number | null, signal: NodeJS.Signals | null) => resolve({ code, signal }));
    });
  }

  /** Reads a little of the journal each turn, so that writing it down keeps up and memory does not fill. */
  #read(pipe: unknown): Promise<void> {
    const stream = pipe as Readable;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      this.#replay.read(text);
      stream.pause();
      setImmediate(() => stream.resume());
    });
    return new Promise((resolve) => {
      stream.on('error', () => undefined).on('close', resolve);
    });
  }
}
