/** The blast radius of an edit: recorded lookups decided again by the rules before it and by those after it. */
import type { Bytes } from '../machine/machine.ts';
import { decodeUtf8, parsePath } from '../wire/address.ts';
import { decodeAnswer, encodeAnswer } from './answer.ts';
import { keyMaker } from './blast-key.ts';
import type { Subject } from './conditions.ts';
import { choose, type Decision, subjectIn } from './decide.ts';
import type { Lookup } from './lookup.ts';
import { decodeRequest } from './request.ts';
import type { RuleBook } from './rule.ts';
import { verdictText } from './verdict-text.ts';

/** A lookup as the journal keeps it. */
export interface RecordedLookup {
  readonly session: number;
  /** The `seq` of its entry. */
  readonly seq: number;
  /** The bytes of nginx's question. */
  readonly request: Bytes;
}

/** What rules do to a lookup, in a few words. */
export interface Effect {
  /** The rule that decides: its name, `otherwise` or `accounts`. */
  readonly rule: string | null;
  /** Where it sends the client, by name where the lab knows one. */
  readonly upstream: string | null;
  /** `route 127.0.0.1:2525`, `reject 550 5.1.1 no such recipient`. */
  readonly verdict: string;
  /** ms before the service answers. */
  readonly delayMs: number;
}

/** One lookup that the edit changes. */
export interface Changed {
  readonly session: number;
  readonly seq: number;
  /** The recipient, or who logged in. */
  readonly who: string;
}

/** Lookups that go the same old way and the same new one. */
export interface ChangeGroup {
  readonly from: Effect;
  readonly to: Effect;
  readonly lookups: number;
  readonly sessions: number;
  /** The newest ones, newest first. */
  readonly examples: readonly Changed[];
}

/** A rule that would decide more or fewer of the recorded lookups. */
export interface RuleShift {
  readonly rule: string;
  readonly before: number;
  readonly after: number;
}

/** What an edit changes. */
export interface Blast {
  /** Lookups that were decided again. */
  readonly lookups: number;
  /** Lookups, and sessions with such lookups, that get another answer. */
  readonly changed: number;
  readonly sessions: number;
  /** The largest first. */
  readonly groups: readonly ChangeGroup[];
  readonly rules: readonly RuleShift[];
}

/** Lookups that a group names. */
const EXAMPLES = 20;

/** Collects what an edit changes, lookup by lookup. */
export interface BlastCount {
  /** To be called in the order of the sessions. */
  add(recorded: RecordedLookup): void;
  result(): Blast;
}

interface Group {
  readonly from: Effect;
  readonly to: Effect;
  lookups: number;
  sessions: number;
  lastSession: number;
  readonly examples: Changed[];
}

/** What becomes of all lookups that the two books cannot tell apart. */
interface Outcome {
  /** null where both give the same answer. */
  readonly group: Group | null;
  readonly before: string | null;
  readonly after: string | null;
  count: number;
}

type Chosen = Omit<Decision, 'trail'>;

/** Whether a client could tell two decisions apart: by the answer's bytes, by how long they take, or how they fail. */
export const differs = (a: Chosen, b: Chosen): boolean =>
  a.delayMs !== b.delayMs ||
  a.fault !== b.fault ||
  (a.answer !== b.answer && encodeAnswer(a.answer) !== encodeAnswer(b.answer));

/** A decision in a few words. */
export function effectOf({ answer, rule, upstream, delayMs, fault }: Chosen, lookup: Lookup): Effect {
  const { protocol, method } = lookup;
  const about = { protocol, passwordKnown: method !== 'none' && method !== 'external' };
  const verdict = verdictText(decodeAnswer(encodeAnswer(answer), about));
  return { rule, upstream, verdict: fault === null ? verdict : `${verdict}, fault ${fault}`, delayMs };
}

/** Effects by answer, since rules give the same answer object again and again; equal ones are the same object. */
function effects(): (chosen: Chosen, lookup: Lookup) => Effect {
  const byText = new Map<string, Effect>();
  const byAnswer = new WeakMap<Chosen['answer'], Map<string, Effect>>();
  return (chosen, lookup) => {
    const known = byAnswer.get(chosen.answer) ?? new Map<string, Effect>();
    byAnswer.set(chosen.answer, known);
    const key = `${lookup.protocol} ${lookup.method} ${chosen.delayMs} ${chosen.fault} ${chosen.rule}`;
    const before = known.get(key);
    if (before) return before;
    const fresh = effectOf(chosen, lookup);
    const text = JSON.stringify([fresh.rule, fresh.upstream, fresh.verdict, fresh.delayMs]);
    const effect = byText.get(text) ?? fresh;
    byText.set(text, effect);
    known.set(key, effect);
    return effect;
  };
}

/** The recipient of a lookup, or who logs in. */
const whoOf = ({ method, to, user }: Lookup): string =>
  method === 'none' ? parsePath(to ?? '').address : decodeUtf8(user);

/** Counts what changes between two books. Lookups that neither can tell apart are decided once. */
export function createBlast(before: RuleBook, after: RuleBook): BlastCount {
  const keyOf = keyMaker([before, after]);
  const effect = effects();
  const groups: Group[] = [];
  const groupsFrom = new Map<Effect, Map<Effect, Group>>();
  const outcomes = new Map<string, Outcome>();
  const total = { lookups: 0, changed: 0, sessions: 0, lastSession: -1 };
  const groupOf = (from: Effect, to: Effect): Group => {
    const same = groupsFrom.get(from) ?? new Map<Effect, Group>();
    groupsFrom.set(from, same);
    const known = same.get(to);
    if (known) return known;
    const group: Group = { from, to, lookups: 0, sessions: 0, lastSession: -1, examples: [] };
    groups.push(group);
    same.set(to, group);
    return group;
  };
  const judge = (lookup: Lookup, subject: Subject): Outcome => {
    const old = choose(before, lookup, subject);
    // An account may have another password now.
    const fresh = choose(after, lookup, lookup.method === 'none' ? subject : subjectIn(after, lookup));
    const group = differs(old, fresh) ? groupOf(effect(old, lookup), effect(fresh, lookup)) : null;
    return { group, before: old.rule, after: fresh.rule, count: 0 };
  };
  const note = (group: Group, { session, seq }: RecordedLookup, lookup: Lookup): void => {
    total.changed += 1;
    group.lookups += 1;
    if (group.lastSession !== session) group.sessions += 1;
    group.lastSession = session;
    if (total.lastSession !== session) total.sessions += 1;
    total.lastSession = session;
    group.examples.push({ session, seq, who: whoOf(lookup) });
    // Cut now and then, so that each costs next to nothing.
    if (group.examples.length >= 2 * EXAMPLES) group.examples.splice(0, EXAMPLES);
  };
  return {
    add: (recorded) => {
      const lookup = decodeRequest(recorded.request);
      const subject = subjectIn(before, lookup);
      const key = keyOf(subject);
      const outcome = outcomes.get(key) ?? judge(lookup, subject);
      if (outcome.count === 0) outcomes.set(key, outcome);
      outcome.count += 1;
      total.lookups += 1;
      if (outcome.group) note(outcome.group, recorded, lookup);
    },
    result: () => ({
      lookups: total.lookups,
      changed: total.changed,
      sessions: total.sessions,
      groups: groups
        .map(({ from, to, lookups, sessions, examples }) => {
          return { from, to, lookups, sessions, examples: examples.slice(-EXAMPLES).reverse() };
        })
        .sort((a, b) => b.lookups - a.lookups),
      rules: shifts([...outcomes.values()]),
    }),
  };
}

function shifts(outcomes: readonly Outcome[]): readonly RuleShift[] {
  const counts = new Map<string, { before: number; after: number }>();
  const count = (rule: string | null, side: 'before' | 'after', by: number) => {
    if (rule === null) return;
    const one = counts.get(rule) ?? { before: 0, after: 0 };
    one[side] += by;
    counts.set(rule, one);
  };
  for (const outcome of outcomes) {
    count(outcome.before, 'before', outcome.count);
    count(outcome.after, 'after', outcome.count);
  }
  return [...counts].filter(([, one]) => one.before !== one.after).map(([rule, one]) => ({ rule, ...one }));
}

/** What an edit changes for these lookups, which stand in the order of their sessions. */
export function blast(before: RuleBook, after: RuleBook, lookups: Iterable<RecordedLookup>): Blast {
  const counted = createBlast(before, after);
  for (const lookup of lookups) counted.add(lookup);
  return counted.result();
}
