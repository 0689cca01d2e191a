/** The session's row in the list, kept up to date entry by entry. */
import type { Entry, Outcome, SessionSummary } from './entry.ts';
import { noteFault, noteStage } from './stage.ts';

const protocols = ['smtp', 'imap', 'pop3'] as const;
/** The reasons of all protocols that have these names. */
const inAll = (...names: readonly string[]): readonly string[] =>
  protocols.flatMap((protocol) => names.map((name) => `${protocol}.${name}`));
const all = (outcome: Outcome, ...names: readonly string[]): readonly (readonly [string, Outcome])[] =>
  inAll(...names).map((why) => [why, outcome]);

/** Which outcome a reason brings; where none is named the outcome stays as it is. */
const outcomes: ReadonlyMap<string, Outcome> = new Map([
  ['session.handed-over', 'relayed'],
  ...all('rejected', 'rejected', 'rejected.wait'),
  ...all('failed', 'verdict.unusable', 'upstream-failed', 'upstream-failed.passed'),
  ...all('quit', 'closed'),
  ['smtp.quit', 'quit'],
  ['imap.logout', 'quit'],
  ['pop3.quit', 'quit'],
  ...all('closed', 'timeout', 'syntax.last', 'overlong'),
  ['imap.syntax.literal', 'closed'],
  ['smtp.early', 'closed'],
  ['session.proxied.broken', 'closed'],
  ['session.proxied.timed-out', 'closed'],
  ['session.secure-failed', 'closed'],
  ['session.secure-timed-out', 'closed'],
  ['session.shutdown-timeout', 'closed'],
  ['session.stopped', 'closed'],
  ['session.killed', 'closed'],
  ['session.worker-died', 'closed'],
  ['session.our-fault', 'closed'],
]);

// What a session came to is decided once; leaving or stopping afterwards does not change it.
const later: ReadonlySet<Outcome> = new Set(['quit', 'closed']);

/** Reasons that tell what went wrong. */
const errors: ReadonlySet<string> = new Set([
  ...inAll('back.unexpected', 'back.overlong', 'back.closed', 'back.refused', 'back.timeout'),
  'smtp.back.no-password',
  'session.dial.own',
  'session.dial.off-box',
  ...[...outcomes].flatMap(([why, outcome]) => (outcome === 'closed' ? [why] : [])),
]);

/** Reasons whose line to the client decides what the session came to. */
const decisiveReasons: ReadonlySet<string> = new Set([
  'smtp.rcpt-answered',
  ...inAll('logged-in', 'rejected', 'rejected.waited', 'verdict.unusable', 'upstream-failed'),
  ...inAll('upstream-failed.passed', 'overlong', 'syntax.last'),
  'imap.syntax.literal',
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
    outcome: outcomes.get(why),
    error: why.startsWith('session.verdict.') || errors.has(why),
    decisive: decisiveReasons.has(why),
  };
  meanings.set(why, meaning);
  return meaning;
}

function learn(summary: SessionSummary, { place, user, rule, tls }: NonNullable<Entry['state']>): void {
  if (place !== undefined) summary.place = place;
  if (user !== undefined) summary.user = user;
  if (rule !== undefined) summary.rule = rule;
  if (tls) summary.tls = tls;
}

/** Notes in `summary` what `entry` says about the session as a whole. */
export function summarise(summary: SessionSummary, entry: Entry): void {
  summary.entries += 1;
  const { why, state } = entry;
  if (state !== undefined) learn(summary, state);
  const { outcome, error, decisive } = meaningOf(why);
  if (outcome && (summary.outcome === null || !later.has(outcome))) summary.outcome = outcome;
  if (error) summary.error ??= why;
  noteStage(summary, entry);
  if (entry.params?.fault !== undefined) noteFault(summary, [String(entry.params.fault), 'auth']);
  if (entry.direction !== 'out') return;
  if (entry.kind === 'http') summary.authCalls += 1;
  // IMAP and POP3 have no codes, though an IMAP tag may be a number.
  if (decisive && entry.kind === 'line' && summary.protocol === 'smtp')
    summary.reply = Number.parseInt(entry.bytes, 10) || null;
}
