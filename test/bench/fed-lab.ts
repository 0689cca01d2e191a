/**
 * The lab that `npm run bench -- --window` looks at: a whole one, served to a browser, except that its sessions come
 * from no socket. One real session is recorded first; then its entries are recorded again as new sessions, as many a
 * second as asked for. Everything behind the recorder is the real thing: journal, links, hits, feeds, WebSocket.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Recorder } from '../../electron/engine/ports.ts';
import { createLab } from '../../electron/lab/lab.ts';
import { createProxy } from '../../electron/lab/proxy.ts';
import { serveLab } from '../../electron/serve/serve.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';

/** ms between two portions, and how long a session takes from its first entry to its last. */
const PORTION_MS = 10;
const LASTS_MS = 50;

/** What this process tells the one that started it. */
export type Told =
  | { readonly type: 'ready'; readonly link: string; readonly proxy: string }
  | { readonly type: 'recorded' }
  /** Sessions so far, and bytes of memory after a collection of garbage. */
  | { readonly type: 'weight'; readonly sessions: number; readonly heap: number; readonly rss: number };

/** What it can be asked. */
export type Asked =
  | { readonly type: 'feed'; readonly rate: number }
  | { readonly type: 'weigh' }
  | { readonly type: 'stop' };

interface Recorded {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
}

const tell = (message: Told): void => void process.send?.(message);
const entries: Entry[] = [];
let journal: Recorder | null = null;
let recorded: Recorded | null = null;
let fed = 0;

/** Passes everything on, and keeps the first session. */
function keepFirst(recorder: Recorder): Recorder {
  journal = recorder;
  let first: SessionSummary | null = null;
  return {
    ...recorder,
    allocate: () => recorder.allocate(),
    began: (summary) => {
      first ??= summary;
      recorder.began(summary);
    },
    recorded: (summary, entry) => {
      if (summary === first) entries.push(entry);
      recorder.recorded(summary, entry);
    },
    ended: (summary) => {
      recorder.ended(summary);
      if (summary !== first || recorded) return;
      recorded = { summary: structuredClone(summary), entries };
      tell({ type: 'recorded' });
    },
  };
}

/** Begins a session like the recorded one; answers with what ends it. */
function begin(into: Recorder, { summary: like, entries: lines }: Recorded): () => void {
  const id = into.allocate();
  const summary: SessionSummary = {
    ...structuredClone(like),
    ...{ id, startedAt: Date.now(), ms: null, outcome: null, reply: null, client: `127.0.0.1:${1024 + (id % 60_000)}` },
  };
  into.began(summary);
  const half = Math.ceil(lines.length / 2);
  for (const entry of lines.slice(0, half)) into.recorded(summary, entry);
  return () => {
    for (const entry of lines.slice(half)) into.recorded(summary, entry);
    Object.assign(summary, { ms: LASTS_MS, outcome: like.outcome, reply: like.reply });
    into.ended(summary);
    fed += 1;
  };
}

function feed(rate: number): void {
  if (journal === null || recorded === null) return;
  const [into, like] = [journal, recorded];
  const open: { readonly at: number; readonly end: () => void }[] = [];
  const began = performance.now();
  let started = 0;
  setInterval(() => {
    const now = performance.now();
    // What a busy moment left out is not made up for all at once.
    const due = Math.min(((now - began) / 1000) * rate - started, (rate * PORTION_MS * 4) / 1000);
    for (let i = 0; i < due; i += 1) open.push({ at: now, end: begin(into, like) });
    started += Math.max(0, Math.ceil(due));
    const over = open.findIndex(({ at }) => at > now - LASTS_MS);
    for (const { end } of open.splice(0, Math.max(0, over))) end();
  }, PORTION_MS);
}

const [, , file = '', folder = '', page] = process.argv;
const lab = await createLab({
  ...{ host: 'browser', file, dbFile: join(folder, 'journal.db') },
  proxy: (options) => createProxy({ ...options, recorder: keepFirst(options.recorder) }),
});
const served = await serveLab(lab, {
  port: 0,
  ...(page === undefined ? {} : { folder: page }),
  onFault: (error) => {
    throw error;
  },
});
process.on('message', (asked: Asked) => {
  if (asked.type === 'feed') feed(asked.rate);
  else if (asked.type === 'weigh') {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    tell({ type: 'weight', sessions: fed, heap: heapUsed, rss });
  } else {
    void served
      .stop()
      .then(() => lab.stop())
      .then(() => process.exit(0));
  }
});
const proxy = lab.listeners().find(({ role }) => role === 'proxy');
tell({ type: 'ready', link: served.link, proxy: `${proxy?.address}:${proxy?.port}` });
