/** The lab's own auth service as a pure function: a lookup in; an answer, and why, out. */
import type { Trail, TrailStep, TrailTest } from '../journal/entry.ts';
import type { Protocol } from '../machine/machine.ts';
import { decodeUtf8 } from '../wire/address.ts';
import { checkLogin, type Login } from './accounts.ts';
import type { Answer } from './answer.ts';
import { compileWhen, type Finding, type Subject, subjectOf } from './conditions.ts';
import type { Lookup } from './lookup.ts';
import type { Rule, RuleBook, RuleFault, Then } from './rule.ts';
import { answerOf, badLogin, describe, isConstant, type Outcome } from './then.ts';

/** An answer of the auth service with its reasons. */
export interface Decision {
  readonly answer: Answer;
  /** Every rule in order: the accounts' own check if there are accounts, the rules, *Otherwise*. */
  readonly trail: Trail;
  /** Name of the trail's step that decided: a rule's, `accounts` or `otherwise`. */
  readonly rule: string | null;
  /** Name of the upstream it routes to, where the lab knows one there. */
  readonly upstream: string | null;
  /** How long the service waits before it answers. */
  readonly delayMs: number;
  /** What becomes of the answer on its way out; null where nothing does. */
  readonly fault: RuleFault | null;
}

/** Names that the trail uses itself, so that no rule may have them. */
export const reservedNames: readonly string[] = ['otherwise', 'accounts'];

interface CompiledRule {
  readonly rule: Rule;
  readonly test: (subject: Subject) => Finding;
  readonly verdict: CompiledThen;
}

interface CompiledThen {
  readonly then: Then;
  readonly text: string;
  /** Answers that do not depend on the lookup, made when first needed; the same object every time. */
  readonly made: Map<Protocol, Outcome>;
}

interface Compiled {
  readonly rules: readonly CompiledRule[];
  readonly otherwise: CompiledThen;
}

/** Books do not change, so each is made ready once. */
const compiled = new WeakMap<RuleBook, Compiled>();

const compileThen = (then: Then): CompiledThen => ({ then, text: describe(then), made: new Map() });

function compile(book: RuleBook): Compiled {
  const known = compiled.get(book);
  if (known) return known;
  const fresh: Compiled = {
    rules: book.rules.map((rule) => ({ rule, test: compileWhen(rule.when), verdict: compileThen(rule.then) })),
    otherwise: compileThen(book.otherwise),
  };
  compiled.set(book, fresh);
  return fresh;
}

/** Decides a lookup: the first rule that matches, else *Otherwise*. Never throws, whatever the lookup holds. */
export function decide(book: RuleBook, lookup: Lookup): Decision {
  const { rules, otherwise } = compile(book);
  const subject = subjectIn(book, lookup);
  const trail: TrailStep[] = [];
  let winner: Winner | null = null;

  if (book.accounts.length > 0) {
    const step = accountStep(lookup, subject.login);
    trail.push(step);
    if (step.outcome === 'matched') winner = { name: step.name, delayMs: 0, fault: null, outcome: badLogin };
  }
  for (const [index, each] of rules.entries()) {
    const step = ruleStep(each, index + 1, subject, winner !== null);
    trail.push(step);
    if (step.outcome === 'matched') winner = won(step.name, each.verdict, book, subject);
  }
  const outcome = winner ? 'not-tried' : 'matched';
  trail.push({ rule: null, name: 'otherwise', outcome, tests: [], then: otherwise.text });
  const { name, delayMs, fault, outcome: decided } = winner ?? won('otherwise', otherwise, book, subject);
  return { answer: decided.answer, trail, rule: name, upstream: decided.upstream, delayMs, fault };
}

/** A lookup as the rules of a book see it. Without a login every book sees the same. */
export const subjectIn = (book: RuleBook, lookup: Lookup): Subject => subjectOf(lookup, checkLogin(book, lookup));

/**
 * What `decide` decides, without the reasons: rules behind the first that matches are not even looked at. For those who
 * decide very many lookups.
 */
export function choose(book: RuleBook, lookup: Lookup, subject = subjectIn(book, lookup)): Omit<Decision, 'trail'> {
  const { rules, otherwise } = compile(book);
  if (book.accounts.length > 0 && accountStep(lookup, subject.login).outcome === 'matched')
    return { answer: badLogin.answer, rule: 'accounts', upstream: badLogin.upstream, delayMs: 0, fault: null };
  const first = rules.find(({ rule, test }) => !rule.off && test(subject).held);
  const { name, delayMs, fault, outcome } = first
    ? won(first.rule.name, first.verdict, book, subject)
    : won('otherwise', otherwise, book, subject);
  return { answer: outcome.answer, rule: name, upstream: outcome.upstream, delayMs, fault };
}

/** The step of the trail that decided, and what it decided. */
interface Winner {
  readonly name: string;
  readonly delayMs: number;
  readonly fault: RuleFault | null;
  readonly outcome: Outcome;
}

const won = (name: string, verdict: CompiledThen, book: RuleBook, subject: Subject): Winner => ({
  name,
  delayMs: verdict.then.delay ?? 0,
  fault: verdict.then.fault ?? null,
  outcome: outcomeOf(verdict, book, subject),
});

function outcomeOf(verdict: CompiledThen, book: RuleBook, { lookup, login }: Subject): Outcome {
  if (!isConstant(verdict.then, lookup)) return answerOf(verdict.then, book, lookup, login);
  const known = verdict.made.get(lookup.protocol);
  if (known) return known;
  const fresh = answerOf(verdict.then, book, lookup, login);
  verdict.made.set(lookup.protocol, fresh);
  return fresh;
}

function ruleStep(
  { rule, test, verdict }: CompiledRule,
  number: number,
  subject: Subject,
  decided: boolean,
): TrailStep {
  const step = { rule: number, name: rule.name, then: verdict.text };
  if (rule.off) return { ...step, outcome: 'off', tests: [] };
  const { held, tests } = test(subject);
  if (decided) return { ...step, outcome: 'not-tried', tests, wouldMatch: held };
  return { ...step, outcome: held ? 'matched' : 'not-matched', tests };
}

/** Rule 0: with accounts in the lab, a login nobody has, or with a wrong password, is refused before the rules. */
function accountStep(lookup: Lookup, login: Login): TrailStep {
  const step = { rule: 0, name: 'accounts', then: 'reject Invalid login or password' } as const;
  const user = decodeUtf8(lookup.user);
  if (lookup.method === 'none') {
    const tests: TrailTest[] = [
      { field: 'method', expected: 'plain, apop, cram-md5, external', actual: 'none', held: false },
    ];
    return { ...step, outcome: 'not-matched', tests };
  }
  if (login.account === null) {
    return { ...step, outcome: 'matched', tests: [{ field: 'user', expected: 'unknown', actual: user, held: true }] };
  }
  const held = login.password === 'invalid';
  const tests: TrailTest[] = [{ field: 'password', expected: 'invalid', actual: login.password, held }];
  return { ...step, outcome: held ? 'matched' : 'not-matched', tests };
}
