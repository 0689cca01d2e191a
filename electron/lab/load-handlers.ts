/** The load sender of one window: what it runs, what it tells while it runs, and what is left of the last one. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { idFilter } from '../../shared/client/id-ranges.ts';
import { createTally } from '../../shared/client/load-stats.ts';
import type { Feed } from '../../shared/contract/contract.ts';
import type { LoadRequest, LoadView } from '../../shared/contract/load.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { type LoadTarget, runLoad } from '../client/load.ts';
import type { Core, Handlers } from './handlers.ts';
import { UserError } from './user-error.ts';

/** ms between two tellings of progress. */
const TELL_MS = 250;
/** ms that the journal has to hear of the last sessions after the client has. */
const SETTLE_MS = 5000;
/** ms between two looks of the clock that says how busy this process is. */
const LOOK_MS = 10;

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** Which sessions of the journal are of a load, and where they went. */
function createFound(core: Core, isChanged: () => void) {
  // The system gives one port to connections with different ends; and it may give it again before the journal hears of
  // the first one's end.
  const ports = new Map<string, number>();
  const ids = new Set<number>();
  const upstreams = new Map<string, number>();
  const stop = core.links.follow(({ id, upstream, listener }: SessionSummary, port) => {
    const key = `${portOf(listener)} ${port}`;
    const open = ports.get(key);
    if (open === undefined) return;
    if (open === 1) ports.delete(key);
    else ports.set(key, open - 1);
    ids.add(id);
    upstreams.set(upstream ?? '', (upstreams.get(upstream ?? '') ?? 0) + 1);
    isChanged();
  });
  return {
    expect: (listener: number, port: number) => {
      const key = `${listener} ${port}`;
      ports.set(key, (ports.get(key) ?? 0) + 1);
    },
    waiting: () => ports.size,
    stop,
    view: (): Pick<LoadView, 'upstreams' | 'recorded' | 'filter'> => ({
      upstreams: [...upstreams].map(([name, count]) => ({ name, count })).sort((one, two) => two.count - one.count),
      recorded: ids.size,
      filter: idFilter(ids),
    }),
  };
}

/** What cannot be run is told before anything is. */
function checked({ parts, recipients, accounts, from }: LoadRequest, targets: readonly LoadTarget[]): void {
  const mails = targets.some(({ protocol }) => protocol === 'smtp');
  const logsIn = targets.some(({ protocol }, at) => protocol !== 'smtp' || parts[at]?.login === true);
  if (mails && recipients.length === 0) throw new UserError('Say to whom the mails go: the load has no recipient yet.');
  if (logsIn && accounts.length === 0)
    throw new UserError('Say who logs in: a part of the load logs in, and it has no account yet.');
  const odd = [from, ...recipients.map(({ address }) => address)].find((one) => mails && /[\r\n\0]/.test(one));
  if (odd !== undefined) throw new UserError(`${JSON.stringify(odd)} cannot stand in a command line.`);
}

/** One load, begun. */
class Running {
  readonly #control = new AbortController();
  readonly #tally = createTally();
  readonly #busy = monitorEventLoopDelay({ resolution: LOOK_MS });
  readonly #startedAt = Date.now();
  readonly #begun = performance.now();
  readonly #id: number;
  readonly #plan: LoadRequest;
  readonly #found: ReturnType<typeof createFound>;
  #late = 0;
  #settled: () => void = () => undefined;
  #ms: number | null = null;
  state: LoadView['state'] = 'running';

  constructor(core: Core, id: number, plan: LoadRequest) {
    this.#id = id;
    this.#plan = plan;
    this.#found = createFound(core, () => {
      if (this.#found.waiting() === 0) this.#settled();
    });
  }

  async run(targets: readonly LoadTarget[], tell: () => void): Promise<void> {
    this.#busy.enable();
    await runLoad({
      plan: this.#plan,
      targets,
      signal: this.#control.signal,
      news: {
        started: (at, late) => {
          this.#tally.started(at);
          if (late) this.#late += 1;
        },
        connected: (target, port) => this.#found.expect(target.port, port),
        ended: (end, at) => this.#tally.ended(end, at),
      },
    });
    this.#ms = performance.now() - this.#begun;
    this.#busy.disable();
    const stopped = this.#control.signal.aborted;
    // Who stops it is told at once; the proxy may take a while to see that the clients are gone.
    if (stopped) {
      this.state = 'stopped';
      tell();
    }
    await this.#settle();
    this.#found.stop();
    if (!stopped) this.state = 'done';
  }

  /** Waits until the journal has heard of every session that the client has ended. */
  #settle(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, SETTLE_MS);
      this.#settled = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#found.waiting() === 0) this.#settled();
    });
  }

  stop(): void {
    this.#control.abort();
  }

  view(): LoadView {
    const { started, done, failed, ...rest } = this.#tally.stats();
    return {
      ...{ id: this.#id, state: this.state, sessions: this.#plan.sessions, rate: this.#plan.rate },
      ...{ startedAt: this.#startedAt, ms: this.#ms ?? performance.now() - this.#begun },
      ...{ started, done, failed, open: started - done - failed, late: this.#late },
      // What the clock itself waits between two looks is no delay.
      busyMs: Math.max(0, this.#busy.max / 1e6 - LOOK_MS),
      ...rest,
      ...this.#found.view(),
    };
  }
}

/** The calls of one window, and the end of what it has running. */
export function loadHandlers(
  core: Core,
  push: (feed: Feed) => void,
  targetOf: (listener: string) => LoadTarget,
): { readonly handlers: Pick<Handlers, 'load.start' | 'load.stop' | 'load.get'>; stop(): void } {
  let last: Running | null = null;
  let count = 0;
  const start = (plan: LoadRequest) => {
    if (last?.state === 'running')
      throw new UserError('A load is running already; stop it first, or wait for its end.');
    const targets = plan.parts.map(({ listener }) => targetOf(listener));
    checked(plan, targets);
    count += 1;
    const running = new Running(core, count, plan);
    last = running;
    const tell = () => {
      // What is still heard of one that was stopped must not stand in the way of the next.
      if (last === running) push({ type: 'load', load: running.view() });
    };
    const timer = setInterval(tell, TELL_MS);
    void running.run(targets, tell).finally(() => {
      clearInterval(timer);
      tell();
    });
    return { load: running.view() };
  };
  const stop = () => {
    last?.stop();
    return { load: last?.view() ?? null };
  };
  return {
    handlers: { 'load.start': start, 'load.stop': stop, 'load.get': () => ({ load: last?.view() ?? null }) },
    stop: () => void stop(),
  };
}
