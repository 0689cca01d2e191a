/** The session's row in the list, kept up to date entry by entry. */
import type { Entry, Outcome, SessionSummary } from './entry.ts';

/** Which outcome a reason brings; where none is named the outcome stays as it is. */
const outcomes: Readonly<Record<string, Outcome>> = {
  'session.handed-over': 'relayed',
  'smtp.rejected': 'rejected',
  'smtp.rejected.wait': 'rejected',
  'smtp.verdict.unusable': 'failed',
  'smtp.upstream-failed': 'failed',
  'smtp.upstream-failed.passed': 'failed',
  'smtp.quit': 'quit',
  'smtp.closed': 'quit',
  'smtp.timeout': 'closed',
  'smtp.syntax.last': 'closed',
  'smtp.overlong': 'closed',
  'smtp.early': 'closed',
  'session.stopped': 'closed',
  'session.our-fault': 'closed',
};

// What a session came to is decided once; leaving or stopping afterwards does not change it.
const later: ReadonlySet<Outcome> = new Set(['quit', 'closed']);

const failures: ReadonlySet<string> = new Set([
  'smtp.back.unexpected',
  'smtp.back.overlong',
  'smtp.back.closed',
  'smtp.back.refused',
  'smtp.back.timeout',
  'smtp.back.no-password',
]);
const closings: ReadonlySet<string> = new Set([
  'smtp.timeout',
  'smtp.syntax.last',
  'smtp.overlong',
  'smtp.early',
  'session.stopped',
  'session.our-fault',
]);

/** Reasons whose line to the client decides what the session came to. */
const decisiveReasons: ReadonlySet<string> = new Set([
  'smtp.rcpt-answered',
  'smtp.logged-in',
  'smtp.rejected',
  'smtp.rejected.waited',
  'smtp.verdict.unusable',
  'smtp.upstream-failed',
  'smtp.upstream-failed.passed',
  'smtp.overlong',
  'smtp.syntax.last',
  'smtp.early',
]);

/** What one reason means to the row. */
interface Meaning {
  readonly outcome: Outcome | undefined;
  readonly error: boolean;
  readonly decisive: boolean;
}

// Worked out once per reason: this is looked up for every entry of every session.
const meanings = new Map<string, Meaning>();

function meaningOf(why: string): Meaning {
  const known = meanings.get(why);
  if (known) return known;
  const meaning: Meaning = {
    outcome: outcomes[why],
    error: why.startsWith('session.verdict.') || failures.has(why) || closings.has(why),
    decisive: decisiveReasons.has(why),
  };
  meanings.set(why, meaning);
  return meaning;
}

/** Notes in `summary` what `entry` says about the session as a whole. */
export function summarise(summary: SessionSummary, entry: Entry): void {
  summary.entries += 1;
  const { why, state } = entry;
  if (state !== undefined) {
    if (state.place !== undefined) summary.place = state.place;
    if (state.user !== undefined) summary.user = state.user;
    if (state.rule !== undefined) summary.rule = state.rule;
  }
  const { outcome, error, decisive } = meaningOf(why);
  if (outcome && (summary.outcome === null || !later.has(outcome))) summary.outcome = outcome;
  if (error) summary.error ??= why;
  if (entry.direction !== 'out') return;
  if (entry.kind === 'http') summary.authCalls += 1;
  if (decisive && entry.kind === 'line') summary.reply = Number.parseInt(entry.bytes, 10) || null;
}
