/** The conditions of rules as proofs see them: each can be held against a value alone, whatever lookup it stands in. */
import { senderPattern } from './conditions.ts';
import { clientMatcher, partsOf, type Range, readAttempts, textMatcher } from './match.ts';
import { type Automaton, automatonOf } from './prove-automaton.ts';
import { programOf } from './prove-pattern.ts';
import type { Pattern, When } from './rule.ts';

/** A field of `when`. */
export type Field = Exclude<keyof When, 'not'>;

/** What a field of a lookup holds; null where the lookup has none. */
export type Value = string | number | boolean | null;

/** One condition. */
export interface Condition {
  readonly field: Field;
  holds(value: Value): boolean;
  /** What it matches, as an automaton. Only for texts. */
  automaton(): Automaton;
  /** Values that look like those it is about: tried before anything is searched for. */
  readonly guesses: readonly string[];
  /** The parts of its pattern. */
  readonly parts: readonly string[];
  /** Only for `attempt`. */
  readonly range: Range | null;
}

/** A `when`: all of `plain` hold, and of `not`, where there is one, not all. */
export interface Clause {
  readonly plain: readonly Condition[];
  readonly not: readonly Condition[] | null;
}

const fields: readonly string[] = [
  'protocol',
  'method',
  'rcpt',
  'from',
  'helo',
  'user',
  'password',
  'client',
  'clientHost',
  'tls',
  'attempt',
] satisfies readonly Field[];
const isField = (key: string): key is Field => fields.includes(key);

export function clauseOf({ not, ...plain }: When): Clause {
  return { plain: conditionsOf(plain), not: not ? conditionsOf(not) : null };
}

const conditionsOf = (when: Omit<When, 'not'>): readonly Condition[] =>
  Object.entries(when).flatMap(([field, expected]) => (isField(field) ? [conditionOf(field, expected)] : []));

function conditionOf(field: Field, expected: Pattern | boolean | number): Condition {
  if (typeof expected === 'boolean') return simple(field, (value) => value === expected);
  if (field === 'password') return simple(field, (value) => value === expected);
  if (typeof expected === 'number' || field === 'attempt') return attemptOf(String(expected));
  return field === 'client' ? clientOf(expected) : textOf(field, expected);
}

const never = automatonOf(programOf([], false));
const simple = (field: Field, holds: Condition['holds']): Condition => ({
  field,
  holds,
  automaton: () => never,
  guesses: [],
  parts: [],
  range: null,
});

function attemptOf(written: string): Condition {
  const range = readAttempts(written);
  const holds = (value: Value) =>
    range !== null && typeof value === 'number' && value >= range.from && value <= range.to;
  return { ...simple('attempt', holds), range };
}

function clientOf(pattern: Pattern): Condition {
  const { matches } = clientMatcher(pattern);
  return { ...simple('client', (value) => typeof value === 'string' && matches(value)), parts: partsOf(pattern) };
}

function textOf(field: Field, written: Pattern): Condition {
  const ignoresCase = field !== 'user';
  const pattern = field === 'from' ? senderPattern(written) : written;
  const { matches } = textMatcher(pattern, ignoresCase);
  let automaton: Automaton | null = null;
  return {
    ...simple(field, (value) => typeof value === 'string' && matches(value)),
    automaton() {
      automaton ??= automatonOf(programOf(pattern, ignoresCase));
      return automaton;
    },
    guesses: partsOf(pattern)
      .slice(0, GUESSES_MAX)
      .flatMap((part) => guess(ignoresCase ? part.toLowerCase() : part)),
    parts: partsOf(pattern),
  };
}

/** Of a long list the first few will do. */
const GUESSES_MAX = 4;

/** Texts of the kind a glob is written for: `user@eng.abc.com` for `*@eng.abc.com`, `sales@example.com` for `sales*`. */
function guess(part: string): readonly string[] {
  if (part.startsWith('/')) return [];
  const address = part.includes('@')
    ? part.replace(/^\*@/, 'user@').replace(/@\*\./, '@mail.').replace(/@\*$/, '@example.com')
    : part
        .replace(/\*$/, '@example.com')
        .replace(/^\*\.(?!.*@)/, 'user@mail.')
        .replace(/^\*(?!.*@)/, 'user@');
  return [...new Set([address, part])].map((text) => text.replace(/[*?]/g, 'a'));
}
