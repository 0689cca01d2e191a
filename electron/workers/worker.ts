/** A worker process: the proxy's sockets and sessions, told what to do by the first process. */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { createProxy, type LabProxy } from '../lab/proxy.ts';
import { codeOf } from '../lab/user-error.ts';
import { type Facts, type Order, type Start, TAPE_FD, type Word } from './orders.ts';
import { createTape } from './tape.ts';

/** Blocks while the pipe is full: a worker cannot run ahead of the journal without bound. */
function writeWhole(text: string): void {
  const bytes = Buffer.from(text);
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(TAPE_FD, bytes, done);
  } catch (error) {
    // The first process is gone, and with it everything this one is for.
    if (codeOf(error) === 'EPIPE') process.exit(0);
    throw error;
  }
}

/** Our own fault: one line, and the first process tells the rest. */
function die(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`mail-lab: worker process ${process.pid}: internal error: ${message}\n`);
  return process.exit(70);
}

const say = (word: Word): void => void process.send?.(word);

/** Runs until it is told to go, or until the first process is gone (node:cluster ends it then). */
export function work(): void {
  process.title = 'mail-lab: worker process';
  const tape = createTape(writeWhole);
  let facts: Facts = { own: null, names: new Map() };
  let shutdownTimeoutMs: number | null = null;
  let proxy: LabProxy | null = null;

  const leave = (): never => {
    tape.flush();
    return process.exit(0);
  };
  const start = async (order: Start): Promise<void> => {
    const { conf, consent, certificates, taken } = order;
    facts = order.facts;
    shutdownTimeoutMs = conf.process?.shutdownTimeoutMs ?? null;
    const wiring = { recorder: tape, own: () => facts.own, names: () => facts.names };
    proxy = createProxy({ ...wiring, consent, certificates, taken });
    say({ type: 'listening', listeners: await proxy.apply(order.conf) });
  };
  const quit = async (timeoutMs: number | null): Promise<void> => {
    tape.flush();
    const over = proxy?.quit(timeoutMs);
    // Closing a shared socket is told to the first process as it happens: this word comes after.
    setImmediate(() => say({ type: 'closed' }));
    await over;
    leave();
  };
  const stop = async (): Promise<void> => {
    await proxy?.stop();
    leave();
  };
  const obey = (order: Order): void | Promise<void> => {
    switch (order.type) {
      case 'start':
        return start(order);
      case 'facts':
        facts = order.facts;
        return;
      case 'mark':
        return tape.mark(order.nth);
      case 'quit':
        return quit(order.shutdownTimeoutMs);
      case 'stop':
        return stop();
    }
  };
  process.on('uncaughtException', die);
  process.on('message', (order: Order) => void obey(order));
  process.on('SIGTERM', () => void stop());
  process.on('SIGQUIT', () => void quit(shutdownTimeoutMs));
  // A terminal sends these to every process of a command at once: the first process decides what they mean.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => undefined);
}
