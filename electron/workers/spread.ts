/** The proxy as `worker_processes` wants it: in this process, or in workers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { createProxy, type LabProxy, type ProxyOptions } from '../lab/proxy.ts';
import { Crew, type CrewNews } from './crew.ts';

/** A worker is a whole Node, some 65 MB: more than this many on each core would only be slow. */
const MOST_PER_CORE = 4;

/** What a proxy in several processes tells. */
export interface SpreadNews extends CrewNews {
  /** `worker_processes` is not followed to the letter. */
  readonly differs: (sentence: string) => void;
}

/** How many processes a configuration gets, and what to say where that is not what it asks for. */
export function workersOf(conf: MailConf | null, cores: number): { readonly count: number; readonly differs: string } {
  const wanted = conf?.process?.workers ?? 1;
  const most = MOST_PER_CORE * cores;
  if (wanted === 'auto') return { count: cores, differs: '' };
  if (wanted === 0)
    return { count: 1, differs: 'worker_processes 0: nginx would listen and answer nobody; one process runs here' };
  if (wanted <= most) return { count: wanted, differs: '' };
  const differs = `worker_processes ${wanted}: ${most} are started, ${MOST_PER_CORE} for each core of this machine`;
  return { count: most, differs };
}

/** A crew, and the folder in which all of it finds the same certificates of the lab. */
interface Spread {
  readonly crew: Crew;
  /** What only one process may do. */
  readonly prepare: (conf: MailConf) => void;
  /** Nothing of it is left. */
  readonly end: () => void;
}

function createCrew(options: ProxyOptions, news: CrewNews): Spread {
  const folder = options.certificates ?? mkdtempSync(join(tmpdir(), 'mail-lab-'));
  const shared = { ...options, certificates: folder };
  return {
    crew: new Crew(shared, news),
    prepare: createProxy(shared).prepare,
    end: () => {
      if (options.certificates === null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * One process for one worker, which is the quickest; else a crew, and then for good: the sockets belong to whom the
 * first configuration gave them, and cannot be handed over without a gap. Nothing is held in a crew: its sessions live in
 * other processes, `gates` stays that of this one, and only `mail-lab run`, which has no window to arm a gate, has a crew.
 */
export function createSpread(options: ProxyOptions, news: SpreadNews): LabProxy {
  const here = createProxy(options);
  let spread: Spread | null = null;
  let isFirst = true;
  const now = () => spread?.crew ?? here;
  return {
    ...here,
    apply: (conf) => {
      const { count, differs } = workersOf(conf, availableParallelism());
      if (differs !== '') news.differs(differs);
      if (isFirst && count > 1) spread = createCrew(options, news);
      else if (!spread && count > 1)
        news.differs(`worker_processes ${count}: the lab began as one process and stays one until it is started again`);
      if (conf) isFirst = false;
      if (!spread) return here.apply(conf);
      if (conf) spread.prepare(conf);
      return spread.crew.apply(conf, count);
    },
    listeners: () => now().listeners(),
    retry: (id) => (spread ? spread.crew.retry() : here.retry(id)),
    open: () => now().open(),
    renew: () => now().renew(),
    settle: (done) => now().settle(done),
    quit: async (shutdownTimeoutMs) => {
      await now().quit(shutdownTimeoutMs);
      spread?.end();
    },
    stop: async () => {
      await now().stop();
      spread?.end();
    },
  };
}
