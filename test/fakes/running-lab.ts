/** A whole lab on free ports of loopback, its journal in memory, with one window looking at it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDispatch } from '../../electron/ipc/dispatch.ts';
import { createLab, type LabHandle, type LabOptions } from '../../electron/lab/lab.ts';
import type { CallInput, CallName, CallResults, Feed } from '../../shared/contract/contract.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type Address, listenerOf } from '../e2e/fixtures/listeners.ts';
import { withFreePorts } from '../e2e/fixtures/ports.ts';

/** A window as the lab sees it. */
export interface TestWindow {
  call<N extends CallName>(name: N, argument: CallInput<N>): Promise<CallResults[N]>;
  /** Every feed so far. */
  readonly feeds: readonly Feed[];
  /** Waits for a feed that `wanted` gives something for, looking at those so far first. */
  feed<T>(wanted: (feed: Feed) => T | null | undefined | false): Promise<T>;
  close(): void;
}

/** The lab and its window. */
export interface RunningLab extends TestWindow {
  readonly lab: LabHandle;
  /** The text it was started with, ports replaced. */
  readonly text: string;
  readonly file: string;
  readonly folder: string;
  listener(role: string): Address;
  /** The session of the client that connected from this port, once it is over. */
  ended(clientPort: number): Promise<SessionSummary>;
  stop(): Promise<void>;
}

/** Opens another window on a lab. */
export function openWindow(lab: LabHandle): TestWindow {
  const feeds: Feed[] = [];
  const waiting = new Set<() => void>();
  const client = lab.connect((batch) => {
    feeds.push(...structuredClone(batch));
    for (const look of [...waiting]) look();
  });
  const dispatch = createDispatch(client.handlers, (error) => {
    throw error;
  });
  return {
    feeds,
    call: async (name, argument) => {
      const reply = await dispatch(name, argument);
      if ('error' in reply) throw new Error(reply.error);
      return reply.result as never;
    },
    feed: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          for (const feed of feeds) {
            const found = wanted(feed);
            if (found === null || found === undefined || found === false) continue;
            waiting.delete(look);
            resolve(found);
            return;
          }
        };
        waiting.add(look);
        look();
      }),
    close: () => client.close(),
  };
}

/** Starts it; `text` is the tutorial if not given. */
export async function startLab(text = tutorialText, options: Partial<LabOptions> = {}): Promise<RunningLab> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  const own = await withFreePorts(text);
  const file = join(folder, 'test.lab.yaml');
  await writeFile(file, own);
  const lab = await createLab({ host: 'browser', dbFile: ':memory:', file, ...options });
  const window = openWindow(lab);
  const hasEnded = (port: number) => (feed: Feed) =>
    feed.type === 'sessions' && feed.changed.find((one) => one.ms !== null && one.client.endsWith(`:${port}`));
  return {
    ...window,
    lab,
    text: own,
    file,
    folder,
    listener: (role) => listenerOf(own, role),
    ended: (port) => window.feed(hasEnded(port)),
    stop: async () => {
      window.close();
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
