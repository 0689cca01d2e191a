/** What went wrong in a session, or will, as findings with the IDs of the list of pitfalls: pure, from its journal. */
import { type Answer, decodeAnswer, encodeAnswer } from '../auth/answer.ts';
import { decide } from '../auth/decide.ts';
import { decodeRequest } from '../auth/request.ts';
import type { RuleBook } from '../auth/rule.ts';
import { diagnoseAuth } from './diagnose-auth.ts';
import { diagnoseClient } from './diagnose-client.ts';
import { diagnoseUpstream } from './diagnose-upstream.ts';
import { type Diagnostic, finding } from './diagnostics.ts';
import type { Entry, SessionSummary } from './entry.ts';
import { headerOf, paramOf, type Story, storyOf } from './story.ts';

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

/** C1: recipients that only followed the first one, to an upstream that the rules would not choose for them. */
function strayed(story: Story, { book }: DiagnoseContext): readonly Diagnostic[] {
  const exchange = story.exchanges.findLast(({ verdict }) => verdict === 'route');
  // Only the lab's own service tells which rules it tried.
  if (book === null || story.protocol !== 'smtp' || exchange?.answered?.trail === undefined) return [];
  if (headerOf(exchange.question, 'auth-method') !== 'none') return [];
  const dial = story.entries.find(
    ({ kind, leg, seq }) => kind === 'dial' && leg === 'upstream' && seq > exchange.asked.seq,
  );
  const went = dial === undefined ? '' : paramOf(dial, 'upstream');
  const wish = wishes(book, exchange.asked.bytes);
  let from: string | undefined;
  let total = 1;
  const stray: Entry[] = [];
  for (const line of story.lines) {
    if (line.seq < story.relay) continue;
    if (/^MAIL\b/i.test(line.bytes)) from = withoutEnd(line.bytes);
    if (!/^RCPT\b/i.test(line.bytes)) continue;
    total += 1;
    if (wish(withoutEnd(line.bytes), from) !== went) stray.push(line);
  }
  const [first, ...more] = stray;
  if (first === undefined || went === '' || dial === undefined) return [];
  const upstream = paramOf(dial, 'name') || went;
  return [finding('C1', [first.seq, ...more.map(({ seq }) => seq)], { count: stray.length, total, upstream })];
}

const RANK = { error: 0, warning: 1, note: 2 } as const;

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
  const found = [
    ...diagnoseAuth(story),
    ...diagnoseClient(story),
    ...strayed(story, context),
    ...diagnoseUpstream(story),
  ];
  return found.sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.seqs[0] - b.seqs[0]);
}
