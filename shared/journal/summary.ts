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

/** Reasons that say what broke; the last one before the outcome is the session's error. */
const isError = (why: string): boolean =>
  why.startsWith('session.verdict.') || (why.startsWith('smtp.back.') && failures.has(why)) || closings.has(why);

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
const decisive: ReadonlySet<string> = new Set([
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

/** Notes in `summary` what `entry` says about the session as a whole. */
export function summarise(summary: SessionSummary, entry: Entry): void {
  summary.entries += 1;
  const { why, state } = entry;
  if (state?.place !== undefined) summary.place = state.place;
  if (state?.user !== undefined) summary.user = state.user;
  if (state?.rule !== undefined) summary.rule = state.rule;
  const outcome = outcomes[why];
  if (outcome && (summary.outcome === null || !later.has(outcome))) summary.outcome = outcome;
  if (summary.error === null && isError(why)) summary.error = why;
  if (entry.kind === 'http' && entry.direction === 'out') summary.authCalls += 1;
  if (decisive.has(why) && entry.kind === 'line' && entry.direction === 'out')
    summary.reply = Number.parseInt(entry.bytes, 10) || null;
}
