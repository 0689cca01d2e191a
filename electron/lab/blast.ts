/** The blast radius of an edit, and a session decided again: the journal's lookups under other rules. */
import { encodeAnswer } from '../../shared/auth/answer.ts';
import { createBlast, differs, effectOf } from '../../shared/auth/blast.ts';
import { choose } from '../../shared/auth/decide.ts';
import type { Lookup } from '../../shared/auth/lookup.ts';
import { decodeRequest } from '../../shared/auth/request.ts';
import type { RuleBook } from '../../shared/auth/rule.ts';
import type { AgainLookup, AgainRecipient, AgainView, BlastResult } from '../../shared/contract/blast.ts';
import type { Feed } from '../../shared/contract/contract.ts';
import { type Exchange, type Story, storyOf } from '../../shared/journal/story.ts';
import { splitAddress } from './address.ts';
import { bookOf } from './book.ts';
import type { Core, Handlers } from './handlers.ts';
import type { Plan } from './plan.ts';

/** ms of deciding before everything else in this process, the proxy first of all, has its turn. */
const SLICE_MS = 8;

/** ms between two tellings of progress. */
const TELL_MS = 100;

/** Kinds of change that are told; of more the smallest are left out. */
const GROUPS_MAX = 100;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A plan's rules, with the ports that its servers would have: those of the running ones where any will do. */
function bookFor(core: Core, plan: Plan): RuleBook | null {
  const bound = core.runner.book()?.upstreams;
  return bookOf(plan, ({ name }, protocol, written) =>
    splitAddress(written)?.port === 0 ? (bound?.[name]?.[protocol] ?? written) : written,
  );
}

async function bookOfText(core: Core, text: string): Promise<RuleBook | null> {
  const { plan } = await core.read({ ...core.source(), text });
  return plan && bookFor(core, plan);
}

/** Those before the edit and those after it; null where one of them cannot be had. */
async function booksFor(core: Core, text: string | null): Promise<readonly [RuleBook, RuleBook] | null> {
  const plan = core.plan();
  const running = plan && bookFor(core, plan);
  const other = await bookOfText(core, text ?? core.state.onDisk);
  if (!running || !other) return null;
  return text === null ? [other, running] : [running, other];
}

/** The calls of one window. */
export function blastHandlers(core: Core, push: (feed: Feed) => void) {
  const state = { run: 0 };
  const compare = async (text: string | null): Promise<BlastResult> => {
    state.run += 1;
    const { run } = state;
    const isStopped = () => state.run !== run;
    const books = await booksFor(core, text);
    if (isStopped()) return { state: 'stopped' };
    if (books === null) return { state: 'unusable' };
    if (JSON.stringify(books[0]) === JSON.stringify(books[1])) return { state: 'same' };
    return decideAll(core, books, isStopped, (done, total) => push({ type: 'blast', done, total }));
  };
  const handlers: Pick<Handlers, 'rules.blast' | 'rules.again'> = {
    'rules.blast': ({ text }) => compare(text),
    'rules.again': async ({ session, text }) => {
      const found = core.journal.session(session);
      if (found === null) return null;
      const plan = core.plan();
      const now = plan && bookFor(core, plan);
      const edited = text === null ? null : await bookOfText(core, text);
      return now ? again(storyOf(found.summary, found.entries), now, edited) : { lookups: [], recipients: [] };
    },
  };
  return {
    handlers,
    close: () => {
      state.run += 1;
    },
  };
}

async function decideAll(
  core: Core,
  [before, after]: readonly [RuleBook, RuleBook],
  isStopped: () => boolean,
  tell: (done: number, total: number) => void,
): Promise<BlastResult> {
  core.journal.flush();
  const count = createBlast(before, after);
  const first = core.journal.lookups(0);
  const total = first.total ?? 0;
  let done = 0;
  let paused = performance.now();
  let told = paused;
  for (let page = first; ; page = core.journal.lookups(page.next)) {
    for (const lookup of page.lookups) {
      count.add(lookup);
      done += 1;
      if (performance.now() - paused < SLICE_MS) continue;
      if (performance.now() - told >= TELL_MS) {
        told = performance.now();
        tell(done, total);
      }
      await turn();
      if (isStopped()) return { state: 'stopped' };
      paused = performance.now();
    }
    if (page.next === null) break;
  }
  const blast = count.result();
  const kept = core.journal.counts().sessions;
  return { state: 'done', blast: { ...blast, groups: blast.groups.slice(0, GROUPS_MAX) }, kept };
}

/** A session's lookups and recipients, by today's rules and by edited ones. Never throws, whatever the journal holds. */
function again(story: Story, now: RuleBook, edited: RuleBook | null): AgainView {
  const decided = (lookup: Lookup) => {
    const today = choose(now, lookup);
    const then = edited && choose(edited, lookup);
    const changed = then !== null && differs(today, then) ? effectOf(then, lookup) : null;
    return { today, now: effectOf(today, lookup), edited: changed };
  };
  const lookups = story.exchanges.map(({ asked, answered }): AgainLookup => {
    const { today, ...effects } = decided(decodeRequest(asked.bytes));
    // What a person made of the answer at a gate says nothing of the rules.
    const said = answered?.edited?.was ?? answered?.bytes ?? '';
    const since = answered?.trail === undefined ? null : !encodeAnswer(today.answer).startsWith(said);
    return { seq: asked.seq, since, ...effects };
  });
  const recipients = recipientsOf(story).map(({ seq, lookup }): AgainRecipient => {
    const { now: today, edited: then } = decided(lookup);
    return { seq, now: today, edited: then };
  });
  return { lookups, recipients };
}

const withoutEnd = (line: string): string => line.replace(/\r?\n$/, '').trimEnd();

/** Every RCPT with the question that nginx would ask if it looked this one up. */
function recipientsOf({ lines, exchanges }: Story): readonly { readonly seq: number; readonly lookup: Lookup }[] {
  let from: string | null = null;
  let last: Exchange | undefined;
  const found: { seq: number; lookup: Lookup }[] = [];
  for (const { seq, bytes } of lines) {
    if (/^MAIL\b/i.test(bytes)) from = withoutEnd(bytes);
    if (!/^RCPT\b/i.test(bytes)) continue;
    const own = exchanges.find(({ asked }) => asked.cause === seq);
    last = own ?? exchanges.findLast(({ asked }) => asked.seq < seq) ?? last;
    const asked = last && decodeRequest(last.asked.bytes);
    if (asked?.method !== 'none') continue;
    found.push({ seq, lookup: own ? asked : { ...asked, to: withoutEnd(bytes), from: from ?? asked.from ?? '' } });
  }
  return found;
}
