/**
 * `npm run bench -- --window`: whether the window answers a person while sessions rush by. A page in Chromium shows a
 * lab that records so many sessions a second; meanwhile keys are pressed, and from each the time to the next picture is
 * taken (Event Timing, the measure behind "interaction to next paint"). Memory is weighed after collections of garbage.
 * BENCH_PAGE names the `out/renderer` of another build, to compare two windows on the same lab in turns.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { startBrowser } from '../e2e/fixtures/browser-host.ts';
import { withFreePorts } from '../e2e/fixtures/ports.ts';
import type { Asked, Told } from './fed-lab.ts';
import { run } from './program.ts';

/** How long, in seconds, and how many sessions a second. */
export interface WindowLoad {
  readonly rate: number;
  readonly seconds: number;
}

/** Memory at a moment, bytes after a collection of garbage; `rss` of the processes as it stands. */
export interface Sample {
  readonly second: number;
  readonly sessions: number;
  readonly window: number;
  readonly windowRss: number;
  readonly lab: number;
  readonly labRss: number;
}

/** What was measured. Times in ms. */
export interface WindowResult {
  readonly rate: number;
  /** From an input to the next picture. */
  readonly input: { readonly count: number; readonly median: number; readonly p95: number; readonly max: number };
  /** Pieces of work over 50 ms on the page's thread: how many, their sum, and the longest. */
  readonly long: { readonly count: number; readonly sum: number; readonly max: number };
  /** Between two frames. */
  readonly frames: { readonly perSecond: number; readonly p99: number; readonly max: number };
  /** Share of the time that the page's thread was busy, 0 to 1. */
  readonly busy: number;
  readonly samples: readonly Sample[];
}

/** What the page gathers of itself. */
interface Gathered {
  inputs: number[];
  long: number[];
  frames: number[];
}

declare global {
  interface Window {
    gathered: Gathered;
  }
}

const SAMPLE_EVERY_S = 15;
const INPUT_EVERY_MS = 400;

/** Runs in the page before its own scripts. */
function gather(): void {
  const gathered: Gathered = { inputs: [], long: [], frames: [] };
  window.gathered = gathered;
  const interactions = new Map<number, number>();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      const id = 'interactionId' in entry ? Number(entry.interactionId) : 0;
      if (id === 0) continue;
      const known = interactions.get(id);
      if (known === undefined) {
        interactions.set(id, gathered.inputs.push(entry.duration) - 1);
      } else gathered.inputs[known] = Math.max(gathered.inputs[known] ?? 0, entry.duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gathered.long.push(duration);
  }).observe({ type: 'longtask' });
  let last = 0;
  const frame = (now: number) => {
    if (last > 0) gathered.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** The lab in a process of its own. */
async function startFedLab(folder: string) {
  const file = join(folder, 'bench.lab.yaml');
  await writeFile(file, await withFreePorts(tutorialText));
  const child = fork(
    join(import.meta.dirname, 'fed-lab.ts'),
    [file, folder, ...(process.env.BENCH_PAGE ? [process.env.BENCH_PAGE] : [])],
    { execArgv: ['--expose-gc'] },
  );
  const hear = async <T extends Told['type']>(type: T): Promise<Extract<Told, { type: T }>> => {
    for (;;) {
      const [told] = (await once(child, 'message')) as [Told];
      if (told.type === type) return told as Extract<Told, { type: T }>;
    }
  };
  const ask = (message: Asked) => child.send(message);
  const { link, proxy } = await hear('ready');
  return {
    ...{ link, proxy, hear, ask },
    stop: async () => {
      if (child.exitCode !== null) return;
      ask({ type: 'stop' });
      await once(child, 'exit');
    },
  };
}

type FedLab = Awaited<ReturnType<typeof startFedLab>>;

/** Resident memory of the page's process: the renderer that has the most. */
async function rendererRss(browser: CDPSession): Promise<number> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const resident = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'latin1'))?.[1]) * 1024);
  return Math.max(0, ...resident);
}

async function weigh(second: number, lab: FedLab, page: CDPSession, browser: CDPSession): Promise<Sample> {
  const told = lab.hear('weight');
  lab.ask({ type: 'weigh' });
  await page.send('HeapProfiler.collectGarbage');
  const { usedSize } = await page.send('Runtime.getHeapUsage');
  const { sessions, heap, rss } = await told;
  return { second, sessions, window: usedSize, windowRss: await rendererRss(browser), lab: heap, labRss: rss };
}

const keys = (...names: readonly string[]) => names.map((name) => (page: Page) => page.keyboard.press(name));

/** What a person does meanwhile: walk the list, step through a session, look at a place, and now and then filter. */
const look = keys(
  ...['j', 'j', 'j', 'ArrowLeft', 'ArrowLeft', 'ArrowRight', 'F6', 'Home', 'End'],
  ...['Control+2', 'Escape', 'Control+5', 'Escape', 'Escape'],
);
const filter = keys('/', 'c', 'o', 'Escape', 'Escape');
const acts: readonly ((page: Page) => Promise<void>)[] = [...look, ...look, ...look, ...filter];

async function busySeconds(page: CDPSession): Promise<number> {
  const { metrics } = await page.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

async function measure(lab: FedLab, page: Page, load: WindowLoad): Promise<WindowResult> {
  const session = await page.context().newCDPSession(page);
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  const whole = await browser.newBrowserCDPSession();
  await session.send('Performance.enable');
  const samples = [await weigh(0, lab, session, whole)];
  lab.ask({ type: 'feed', rate: load.rate });
  await pause(3000);
  await page.evaluate(() => Object.assign(window.gathered, { inputs: [], long: [], frames: [] }));
  const busyBefore = await busySeconds(session);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let nextSample = SAMPLE_EVERY_S;
  for (let act = 0; seconds() < load.seconds; act += 1) {
    await acts[act % acts.length]?.(page);
    await pause(INPUT_EVERY_MS);
    if (seconds() < nextSample) continue;
    samples.push(await weigh(Math.round(seconds()), lab, session, whole));
    nextSample += SAMPLE_EVERY_S;
  }
  const lasted = seconds();
  const busy = ((await busySeconds(session)) - busyBefore) / lasted;
  const { inputs, long, frames } = await page.evaluate(() => window.gathered);
  samples.push(await weigh(Math.round(seconds()), lab, session, whole));
  const done = (samples.at(-1)?.sessions ?? 0) / (lasted + 3);
  return {
    rate: done,
    input: { count: inputs.length, median: at(inputs, 0.5), p95: at(inputs, 0.95), max: at(inputs, 1) },
    long: { count: long.length, sum: sum(long), max: at(long, 1) },
    frames: { perSecond: frames.length / lasted, p99: at(frames, 0.99), max: at(frames, 1) },
    ...{ busy, samples },
  };
}

/** Measures a window in Chromium; files stay in `folder`. */
export async function benchWindow(folder: string, load: WindowLoad): Promise<WindowResult> {
  const lab = await startFedLab(folder);
  try {
    const first = lab.hear('recorded');
    await run('smtp-source', ['-l', '400', '-f', 'dev@client.test', '-t', 'user@eng.abc.com', lab.proxy]);
    await first;
    const browser = await startBrowser();
    try {
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
      await page.addInitScript(gather);
      await page.goto(lab.link);
      await page.getByRole('option').first().waitFor();
      return await measure(lab, page, load);
    } finally {
      await browser.close();
    }
  } finally {
    await lab.stop();
  }
}
