/** Runs a load: sessions are started when they are due, whatever becomes of those before them. */
import { setMaxListeners } from 'node:events';
import { envelopeAddress } from '../../shared/client/envelope.ts';
import { loadEnd } from '../../shared/client/load-end.ts';
import { createJobs, type LoadJob, type LoadPart, type LoadPlan, loadMail } from '../../shared/client/load-plan.ts';
import type { LoadEnd } from '../../shared/client/load-stats.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { DialTarget } from './dial.ts';
import { converse, dialogues } from './login.ts';
import { smtpMail } from './login-smtp.ts';
import { bytesOf, type Talk } from './login-talk.ts';

/** Sessions started in one go, before everything else in this process, the proxy first of all, has its turn. */
const BURST_MAX = 20;
/** ms behind its time from which a session counts as late. */
const LATE_MS = 20;

/** Where the sessions of one part connect to. */
export type LoadTarget = DialTarget & { readonly protocol: Protocol; readonly ssl?: true };

/** What is told of a load as it runs. `at`: ms since its start. */
export interface LoadNews {
  started(at: number, late: boolean): void;
  /** A session speaks to this target from this port of ours. */
  connected(target: LoadTarget, port: number): void;
  ended(end: LoadEnd, at: number): void;
}

/** One load, with the targets of the plan's parts in their order. */
export interface LoadRun {
  readonly plan: LoadPlan;
  readonly targets: readonly LoadTarget[];
  readonly news: LoadNews;
  readonly signal: AbortSignal;
}

function dialogueOf(
  { plan }: LoadRun,
  job: LoadJob,
  part: LoadPart,
  protocol: Protocol,
): (talk: Talk) => Promise<void> {
  if (protocol !== 'smtp') return dialogues[protocol];
  const from = bytesOf(envelopeAddress(plan.from));
  const to = bytesOf(envelopeAddress(plan.recipients[job.recipient]?.address ?? ''));
  const content = loadMail(plan, job.n, from, to);
  return (talk) => smtpMail(talk, { from, to, content, login: part.login });
}

async function session(run: LoadRun, job: LoadJob): Promise<Omit<LoadEnd, 'ms'>> {
  const { plan, targets, news, signal } = run;
  const [part, target] = [plan.parts[job.part], targets[job.part]];
  if (!part || !target) throw new Error('a load has a target for each of its parts');
  const own = new AbortController();
  const stop = () => own.abort();
  const watch = { gaveUp: false };
  const timer = setTimeout(() => {
    watch.gaveUp = true;
    stop();
  }, plan.patienceMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const { user = '', password = '' } = plan.accounts[job.account] ?? {};
  const { protocol, ssl, ...place } = target;
  const who = { user, password, way: 'auto', helo: plan.helo, after: part.after } as const;
  const what = { ...who, starttls: part.starttls && !ssl, ...(ssl && { ssl }) };
  const dialogue = dialogueOf(run, job, part, protocol);
  const { steps } = await converse(place, what, dialogue, own.signal, (port) => news.connected(target, port));
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  return loadEnd(protocol, steps, watch.gaveUp);
}

/**
 * Resolves when the last session is over, or was cut off by `signal`. With a rate, a session's time is counted from when
 * it was due, not from when it could be started: a server that is slow for a moment must not look faster for having
 * kept the sender from sending (“coordinated omission”).
 */
export function runLoad(run: LoadRun): Promise<void> {
  const { plan, targets, news, signal } = run;
  setMaxListeners(0, signal);
  const next = createJobs(plan, (part) => targets[part]?.protocol === 'smtp');
  const begun = performance.now();
  const at = () => performance.now() - begun;
  const due = (n: number): number => (plan.rate === null ? at() : (n * 1000) / plan.rate);
  let [started, open] = [0, 0];
  let timer: ReturnType<typeof setTimeout> | null = null;
  return new Promise((resolve) => {
    const over = () => open === 0 && (signal.aborted || started === plan.sessions);
    const begin = (time: number) => {
      const job = next();
      started += 1;
      open += 1;
      news.started(at(), at() - time > LATE_MS);
      void session(run, job).then((end) => {
        open -= 1;
        news.ended({ ...end, ms: at() - time }, at());
        if (over()) resolve();
        else if (timer === null) wake(0);
      });
    };
    const wake = (ms: number) => {
      timer = setTimeout(go, ms);
    };
    const go = () => {
      timer = null;
      for (let burst = 0; burst < BURST_MAX; burst += 1) {
        if (signal.aborted || started === plan.sessions || open >= plan.open) return;
        const time = due(started);
        if (time > at()) return wake(time - at());
        begin(time);
      }
      // The sockets have their turn before the next ones are started.
      wake(0);
    };
    signal.addEventListener(
      'abort',
      () => {
        if (timer !== null) clearTimeout(timer);
        if (over()) resolve();
      },
      { once: true },
    );
    go();
  });
}
