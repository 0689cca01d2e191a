/** What went wrong in a session, or will, as findings with the IDs of the list of pitfalls: pure, from its journal. */
import { type Answer, decodeAnswer, encodeAnswer } from '../auth/answer.ts';
import { decide } from '../auth/decide.ts';
import { decodeRequest } from '../auth/request.ts';
import type { RuleBook } from '../auth/rule.ts';
import { diagnoseAuth } from './diagnose-auth.ts';
import { diagnoseClient } from './diagnose-client.ts';
import { diagnoseIdentity } from './diagnose-identity.ts';
import { diagnoseLab } from './diagnose-lab.ts';
import { diagnoseUpstream } from './diagnose-upstream.ts';
import { type Diagnostic, type DiagnosticKey, finding, severities } from './diagnostics.ts';
import { toldApart } from './doing.ts';
import type { Entry, SessionSummary } from './entry.ts';
import { headerOf, isRecipientRouted, nameOf, paramOf, type Story, storyOf } from './story.ts';

/** What a session's journal does not hold. */
export interface DiagnoseContext {
  /** The rules of the lab's own auth service; null where it has none. */
  readonly book: RuleBook | null;
}

/** Where the rules would send recipients of this connection: `IP:PORT`, or null for nowhere. */
function wishes(book: RuleBook, question: string): (rcpt: string, from: string | undefined) => string | null {
  const asked = decodeRequest(question);
  // Rules give the same answer object to all who match, so each is read once.
  const known = new Map<Answer, string | null>();
  return (rcpt, from) => {
    const { answer } = decide(book, { ...asked, to: rcpt, ...(from === undefined ? {} : { from }) });
    const before = known.get(answer);
    if (before !== undefined) return before;
    const verdict = decodeAnswer(encodeAnswer(answer), { protocol: 'smtp', passwordKnown: false });
    const wish = verdict.type === 'route' ? verdict.name : null;
    known.set(answer, wish);
    return wish;
  };
}

const withoutEnd = (line: string): string => line.replace(/\r?\n$/, '').trimEnd();

/** The domain behind the last `@` of a command, in lower case; '' for none. */
const domainOf = (line: string): string => (/@([^>\s@]*)>?[^@]*$/.exec(line)?.[1] ?? '').toLowerCase();

/**
 * C1: recipients that only followed the first one, to an upstream that the rules would not choose for them. C2: those of
 * later mails on the same connection; where the rules are not ours, those of other domains, which nobody can judge.
 */
function strayed(story: Story, { book }: DiagnoseContext): readonly Diagnostic[] {
  const exchange = story.exchanges.findLast(({ verdict }) => verdict === 'route');
  if (story.protocol !== 'smtp' || exchange === undefined || !isRecipientRouted(story)) return [];
  const dial = story.entries.find(
    ({ kind, leg, seq }) => kind === 'dial' && leg === 'upstream' && seq > exchange.asked.seq,
  );
  if (dial === undefined) return [];
  const went = paramOf(dial, 'upstream');
  // Only the lab's own service tells which rules it tried.
  const wish = book !== null && exchange.answered?.trail !== undefined ? wishes(book, exchange.asked.bytes) : null;
  const first = domainOf(headerOf(exchange.question, 'auth-smtp-to') ?? '');
  const followers = followersOf(story);
  const stray = followers.filter(({ line, from }) =>
    wish === null ? domainOf(line.bytes) !== first : wish(withoutEnd(line.bytes), from) !== went,
  );
  const params = { total: followers.length + 1, upstream: nameOf(story) };
  const told = (key: DiagnosticKey, of: readonly Follower[]): readonly Diagnostic[] => {
    const [seq, ...more] = of.map(({ line }) => line.seq);
    return seq === undefined ? [] : [finding(key, [seq, ...more], { ...params, count: of.length })];
  };
  if (wish === null) return told('C2.unjudged', stray);
  return [
    ...told(
      'C1',
      stray.filter(({ from }) => from === undefined),
    ),
    ...told(
      'C2.strayed',
      stray.filter(({ from }) => from !== undefined),
    ),
  ];
}

/** A recipient that was never looked up; `from` is the later MAIL that it belongs to, if it is not the first one. */
interface Follower {
  readonly line: Entry;
  readonly from: string | undefined;
}

function followersOf({ lines, relay }: Story): readonly Follower[] {
  let from: string | undefined;
  const found: Follower[] = [];
  for (const line of lines) {
    if (line.seq < relay) continue;
    if (/^MAIL\b/i.test(line.bytes)) from = withoutEnd(line.bytes);
    if (/^RCPT\b/i.test(line.bytes)) found.push({ line, from });
  }
  return found;
}

/**
 * All findings of a session, the worst first and then in the order of what they are about. Works on a journal that is
 * still being written, and never throws, whatever it holds.
 */
export function diagnose(
  summary: SessionSummary,
  entries: readonly Entry[],
  context: DiagnoseContext,
): readonly Diagnostic[] {
  const story = storyOf(summary, entries);
  // What came from a file was decided by the rules of another lab.
  const rules = summary.imported === undefined ? context : { book: null };
  const found = [
    ...diagnoseAuth(story),
    ...diagnoseClient(story),
    ...strayed(story, rules),
    ...diagnoseUpstream(story),
    ...diagnoseIdentity(story),
    ...diagnoseLab(story),
  ];
  return [...toldApart(story, found)].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.seqs[0] - b.seqs[0],
  );
}
