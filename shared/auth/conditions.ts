/** The conditions of a rule, made ready once and held against lookups, each able to say which values it compared. */
import type { TrailTest } from '../journal/entry.ts';
import { decodeUtf8, parsePath } from '../wire/address.ts';
import type { Login } from './accounts.ts';
import type { Lookup } from './lookup.ts';
import { clientMatcher, type Matcher, readAttempts, textMatcher } from './match.ts';
import type { Pattern, When } from './rule.ts';

/** A lookup with the values that rules compare, each worked out at most once. */
export interface Subject {
  readonly lookup: Lookup;
  readonly login: Login;
  readonly rcpt: Value;
  readonly from: Value;
}

/** A value as compared, and as it came where that differs; null where the lookup has none (a login has no recipient). */
export interface Value {
  readonly actual: string | null;
  readonly raw?: string;
}

/** One condition held against a lookup. */
export type Condition = (subject: Subject) => TrailTest;

/** What a rule's conditions say to a lookup: those that held if it matched, else the one that did not. */
export interface Finding {
  readonly held: boolean;
  readonly tests: readonly TrailTest[];
}

/** The address in a `MAIL` or `RCPT` line, decoded and lower-cased; none where there is no such line. */
function addressIn(line: string | undefined): Value {
  if (!line) return { actual: null };
  const { address } = parsePath(line);
  const raw = decodeUtf8(line);
  return raw === address ? { actual: address } : { actual: address, raw };
}

/** A class for its speed alone: very many lookups may be decided in one go. */
class LazySubject implements Subject {
  readonly lookup: Lookup;
  readonly login: Login;
  #rcpt: Value | null = null;
  #from: Value | null = null;

  constructor(lookup: Lookup, login: Login) {
    this.lookup = lookup;
    this.login = login;
  }

  get rcpt(): Value {
    this.#rcpt ??= addressIn(this.lookup.to);
    return this.#rcpt;
  }

  get from(): Value {
    this.#from ??= addressIn(this.lookup.from);
    return this.#from;
  }
}

/** The lookup as rules see it. */
export const subjectOf = (lookup: Lookup, login: Login): Subject => new LazySubject(lookup, login);

function test(field: string, expected: string, value: Value, held: boolean): TrailTest {
  const actual = value.actual ?? '';
  const { raw } = value;
  return raw === undefined ? { field, expected, actual, held } : { field, expected, actual, raw, held };
}

/** A condition whose pattern is held against one text of the lookup. */
const text =
  (field: string, matcher: Matcher, value: (subject: Subject) => Value): Condition =>
  (subject) => {
    const found = value(subject);
    return test(field, matcher.written, found, found.actual !== null && matcher.matches(found.actual));
  };

/** Host names compare without case (RFC 5321 2.3.5). */
const lowered = (bytes: string | undefined): Value => {
  const raw = decodeUtf8(bytes ?? '');
  const actual = raw.toLowerCase();
  return raw === actual ? { actual } : { actual, raw };
};

type Field = Exclude<keyof When, 'not'>;
type Makers = { readonly [F in Field]: (expected: NonNullable<When[F]>) => Condition };

/** How to make the condition of each field of `when`. */
const makers: Makers = {
  protocol: (pattern) => text('protocol', textMatcher(pattern, true), ({ lookup }) => ({ actual: lookup.protocol })),
  method: (pattern) => text('method', textMatcher(pattern, true), ({ lookup }) => ({ actual: lookup.method })),
  rcpt: (pattern) => text('rcpt', textMatcher(pattern, true), ({ rcpt }) => rcpt),
  from: (pattern) => text('from', senderMatcher(pattern), ({ from }) => from),
  helo: (pattern) => text('helo', textMatcher(pattern, true), ({ lookup }) => lowered(lookup.helo)),
  user: (pattern) => text('user', textMatcher(pattern, false), ({ lookup }) => ({ actual: decodeUtf8(lookup.user) })),
  client: (pattern) => text('client', clientMatcher(pattern), ({ lookup }) => ({ actual: lookup.clientIp })),
  clientHost: (pattern) => text('clientHost', textMatcher(pattern, true), ({ lookup }) => lowered(lookup.clientHost)),
  password: (expected) => (subject) => {
    const actual = subject.login.password;
    return test('password', expected, { actual }, actual === expected);
  },
  tls: (expected) => (subject) => {
    const actual = subject.lookup.tls !== undefined;
    return test('tls', String(expected), { actual: String(actual) }, actual === expected);
  },
  attempt: (expected) => {
    const range = readAttempts(expected);
    return ({ lookup: { attempt } }) => {
      const held = range !== null && attempt >= range.from && attempt <= range.to;
      return test('attempt', String(expected), { actual: String(attempt) }, held);
    };
  },
};

/** `<>` in the lab file is the null sender, whose address is empty. */
export function senderPattern(pattern: Pattern): Pattern {
  const blank = (part: string): string => (part === '<>' ? '' : part);
  return typeof pattern === 'string' ? blank(pattern) : pattern.map(blank);
}

function senderMatcher(pattern: Pattern): Matcher {
  const written = typeof pattern === 'string' ? pattern : pattern.join(', ');
  return { ...textMatcher(senderPattern(pattern), true), written };
}

/** The condition of one field, or none where `when` has no such field. */
function compileField<F extends Field>(when: When, field: F): Condition | null {
  const expected: When[F] = when[field];
  return expected === undefined || expected === null ? null : makers[field](expected);
}

/** The conditions in the order they are written. */
const compileFields = (when: When): readonly Condition[] =>
  Object.keys(when)
    .filter((field): field is Field => Object.hasOwn(makers, field))
    .map((field) => compileField(when, field))
    .filter((condition) => condition !== null);

/** A rule's `when`, ready to be held against lookups. */
export function compileWhen(when: When): (subject: Subject) => Finding {
  const fields = compileFields(when);
  const not = when.not ? compileFields(when.not) : null;
  return (subject) => {
    const plain = holdAll(fields, subject);
    if (!plain.held || not === null) return plain;
    const inner = holdAll(not, subject);
    const negated = inner.tests.map((each) => ({ ...each, negated: true, held: !each.held }));
    return inner.held ? { held: false, tests: negated } : { held: true, tests: [...plain.tests, ...negated] };
  };
}

/** All must hold; the first that does not is the explanation. */
function holdAll(conditions: readonly Condition[], subject: Subject): Finding {
  let tests: TrailTest[] | null = null;
  for (const condition of conditions) {
    const result = condition(subject);
    if (!result.held) return { held: false, tests: [result] };
    if (tests === null) tests = [result];
    else tests.push(result);
  }
  return { held: true, tests: tests ?? [] };
}
