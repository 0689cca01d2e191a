/** Clients that come one after the other and say a little, until they are told to stop. */
import { connect } from 'node:net';
import type { Address } from '../../e2e/fixtures/listeners.ts';

/** What a load found. */
export interface LoadResult {
  readonly sessions: number;
  /** What went otherwise than with `221` and a close. */
  readonly failures: readonly string[];
}

export interface Load {
  /** Waits for a client that failed in this way. */
  failure(code: string): Promise<void>;
  /** Waits until so many were there. */
  reached(sessions: number): Promise<void>;
  /** Nobody new comes; resolves when the last is gone. */
  stop(): Promise<LoadResult>;
}

/** One short session; null when all was well. */
function visit({ host, port }: Address): Promise<string | null> {
  return new Promise((resolve) => {
    let said = '';
    let failure: string | null = null;
    const socket = connect(port, host);
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (said === '') socket.write('HELO load\r\nNOOP\r\nQUIT\r\n');
      said += text;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
    });
    socket.on('close', () => resolve(failure ?? (/^221 /m.test(said) ? null : `closed after ${JSON.stringify(said)}`)));
  });
}

/** `clients` at a time, from now on. */
export function loadOn(address: Address, clients: number): Load {
  const failures: string[] = [];
  const waiting = new Set<() => void>();
  let sessions = 0;
  let stopping = false;
  const client = async () => {
    while (!stopping) {
      const failure = await visit(address);
      sessions += 1;
      if (failure !== null) failures.push(failure);
      for (const look of [...waiting]) look();
    }
  };
  const when = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const running = Array.from({ length: clients }, client);
  return {
    failure: (code) => when(() => failures.includes(code)),
    reached: (count) => when(() => sessions >= count),
    stop: async () => {
      stopping = true;
      await Promise.all(running);
      return { sessions, failures };
    },
  };
}
