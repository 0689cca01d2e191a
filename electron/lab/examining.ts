/** Looks through ended sessions for known pitfalls while the proxy has nothing better to do. */

import type { RuleBook } from '../../shared/auth/rule.ts';
import type { Feed } from '../../shared/contract/contract.ts';
import { diagnose } from '../../shared/journal/diagnose.ts';
import { countOf } from '../../shared/journal/diagnostics.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Examined } from '../journal/findings.ts';
import type { Journal } from '../journal/journal.ts';

/** ms of work at a time, and between two slices of it: traffic gets all the rest. */
const SLICE_MS = 4;
const REST_MS = 60;

/** A timer that comes so many ms late says that the process is busy; then the next look is later. */
const BUSY_MS = 12;
const BUSY_REST_MS = 500;

/** Sessions that wait to be looked at; of more, the oldest are found again once it is quiet. */
const WAITING_MAX = 2000;

/** Sessions that a search for those nobody looked at brings at a time. */
const SWEEP = 500;

interface ExaminerOptions {
  readonly journal: Pick<Journal, 'session' | 'findings'>;
  /** The rules that run now. */
  readonly book: () => RuleBook | null;
  /** Whether anybody would see what is found. */
  readonly watched: () => boolean;
  readonly push: (feed: Feed) => void;
  /** ms, for tests. */
  readonly now?: () => number;
}

/** Who looks through sessions. */
export interface Examiner {
  /** Sessions changed, or are shown in a list: those of them that ended and were never looked at have their turn. */
  saw(sessions: readonly SessionSummary[]): void;
  /** Somebody asks for what was found: all that are stored have their turn. */
  sweep(): void;
  /** The sessions are gone. */
  forget(): void;
  close(): void;
}

/** The newest sessions come first: they are the ones on screen. */
export function createExaminer(options: ExaminerOptions): Examiner {
  const { journal, book, watched, push, now = () => performance.now() } = options;
  /** The next one is at the end. */
  let waiting: number[] = [];
  const known = new Set<number>();
  /** Up to which session a sweep has come; null while there is none. */
  let swept: number | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let closed = false;

  const examine = (id: number): Examined | null => {
    const session = journal.session(id);
    if (session === null || session.summary.ms === null) return null;
    return { id, findings: countOf(diagnose(session.summary, session.entries, { book: book() })) };
  };
  const more = (): void => {
    if (swept === null || waiting.length > 0) return;
    const found = journal.findings.unexamined(swept, SWEEP);
    const last = found.at(-1);
    swept = last ?? null;
    add(found);
  };
  const add = (ids: readonly number[]): void => {
    for (const id of ids) {
      if (known.has(id)) continue;
      known.add(id);
      waiting.push(id);
    }
    if (waiting.length > WAITING_MAX) {
      for (const id of waiting.splice(0, waiting.length - WAITING_MAX)) known.delete(id);
      swept ??= 0;
    }
  };
  const slice = (): void => {
    const until = now() + SLICE_MS;
    const found: Examined[] = [];
    more();
    while (waiting.length > 0 && now() < until) {
      const id = waiting.pop();
      const one = id === undefined ? null : examine(id);
      if (id !== undefined) known.delete(id);
      if (one !== null) found.push(one);
    }
    if (found.length === 0) return;
    journal.findings.keep(found);
    push({ type: 'findings', found });
  };
  const arm = (ms: number): void => {
    if (closed || timer !== null || (waiting.length === 0 && swept === null)) return;
    const due = now() + ms;
    timer = setTimeout(() => {
      timer = null;
      const busy = now() - due > BUSY_MS;
      if (!busy) slice();
      arm(busy ? BUSY_REST_MS : REST_MS);
    }, ms);
    timer.unref();
  };
  return {
    saw: (sessions) => {
      if (!watched()) return;
      const unseen = sessions.filter(({ ms, findings }) => ms !== null && findings === undefined);
      add(unseen.map(({ id }) => id).sort((a, b) => a - b));
      arm(REST_MS);
    },
    sweep: () => {
      swept ??= 0;
      arm(0);
    },
    forget: () => {
      waiting = [];
      known.clear();
      swept = null;
    },
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
