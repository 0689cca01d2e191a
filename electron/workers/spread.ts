/** The proxy as `worker_processes` wants it: in this process, or in workers. */
import { availableParallelism } from 'node:os';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { createProxy, type LabProxy, type ProxyOptions } from '../lab/proxy.ts';
import { Crew, type CrewNews } from './crew.ts';

/** A worker is a whole Node, some 50 MB: more than this many on each core would only be slow. */
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

/**
 * One process for one worker, which is the quickest; else a crew, and then for good: the sockets belong to whom the
 * first configuration gave them, and cannot be handed over without a gap.
 */
export function createSpread(options: ProxyOptions, news: SpreadNews): LabProxy {
  const here = createProxy(options);
  let crew: Crew | null = null;
  let isFirst = true;
  const now = () => crew ?? here;
  return {
    ...here,
    apply: (conf) => {
      const { count, differs } = workersOf(conf, availableParallelism());
      if (differs !== '') news.differs(differs);
      if (isFirst && count > 1) crew = new Crew(options, news);
      else if (!crew && count > 1)
        news.differs(`worker_processes ${count}: the lab began as one process and stays one until it is started again`);
      if (conf) isFirst = false;
      return crew ? crew.apply(conf, count) : here.apply(conf);
    },
    listeners: () => now().listeners(),
    retry: (id) => (crew ? crew.retry() : here.retry(id)),
    open: () => now().open(),
    renew: () => now().renew(),
    settle: (done) => now().settle(done),
    quit: (shutdownTimeoutMs) => now().quit(shutdownTimeoutMs),
    stop: () => now().stop(),
  };
}
