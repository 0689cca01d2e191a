/** The conditions of a rule as a form edits them: lines of text, and what is wrong with them while they are typed. */
import { clientProblem, readAttempts, textProblem } from '../../shared/auth/match.ts';
import type { Pattern, When } from '../../shared/auth/rule.ts';

/** A field of `when`. */
export type Field = Exclude<keyof When, 'not'>;

/** In the order in which they are offered. */
export const fields: readonly Field[] = [
  ...(['rcpt', 'from', 'user', 'helo', 'client', 'clientHost'] as const),
  ...(['protocol', 'method', 'tls', 'password', 'attempt'] as const),
];

export const isField = (name: string): name is Field => fields.some((one) => one === name);

/** The fields whose values are words from a list. */
export const words: Partial<Readonly<Record<Field, readonly string[]>>> = {
  protocol: ['smtp', 'imap', 'pop3'],
  method: ['none', 'plain', 'cram-md5', 'apop', 'external'],
  tls: ['true', 'false'],
  password: ['valid', 'invalid'],
};

/** Fields that take one word; the others take any of several values. */
export const isSingle = (field: Field): boolean => field === 'tls' || field === 'password';

/** What a new condition of that field starts with. */
export const firstValue = (field: Field): string => (isSingle(field) ? (words[field]?.[0] ?? '') : '');

/** A condition's value as lines. */
export function textOf(value: Pattern | boolean | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join('\n') : String(value);
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What is wrong with a condition's text: a key of the catalogue with its values; null for nothing. */
export interface Fault {
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
}

const fault = (key: string, params: Fault['params'] = {}): Fault => ({ key: `bad.${key}`, params });

export function fieldFault(field: Field, text: string): Fault | null {
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) return fault('empty');
  if (field === 'attempt')
    return lines.length === 1 && readAttempts(first) !== null ? null : fault('attempt', { part: lines.join(' ') });
  for (const part of lines) {
    const problem = field === 'client' ? clientProblem(part) : textProblem(part);
    if (problem !== null) return fault('pattern', { part, problem });
  }
  return null;
}

/** The value for the file. Only for a text without a fault. */
function fileValue(field: Field, text: string): Pattern | boolean | number {
  const lines = linesOf(text);
  const first = lines[0] ?? '';
  if (field === 'tls') return first === 'true';
  if (field === 'attempt') return /^\d+$/.test(first) ? Number(first) : first;
  return lines.length > 1 ? lines : first;
}

/** `when` with a condition set; the ones that were there keep their order. */
export function withCondition(when: When, field: Field, text: string, negated: boolean): When {
  const value = fileValue(field, text);
  const { not, ...plain } = when;
  if (negated) return { ...when, not: { ...not, [field]: value } };
  return { ...plain, [field]: value, ...(not ? { not } : {}) };
}

/** `when` without a condition; a `not` that would be empty goes too. */
export function withoutCondition(when: When, field: string, negated: boolean): When {
  const { not, ...plain } = when;
  const left = (part: object) => Object.fromEntries(Object.entries(part).filter(([key]) => key !== field));
  const rest = negated ? left(not ?? {}) : (not ?? {});
  return { ...(negated ? plain : left(plain)), ...(Object.keys(rest).length > 0 ? { not: rest } : {}) };
}

/** The fields that a rule does not have yet. */
export const freeFields = (when: When): readonly Field[] => fields.filter((field) => when[field] === undefined);

/** What is wrong with a rule's name, before the lab is asked. */
export function nameFault(name: string, others: readonly string[]): Fault | null {
  const trimmed = name.trim();
  if (trimmed === '') return fault('name');
  if (trimmed === 'otherwise' || trimmed === 'accounts') return fault('name.reserved', { name: trimmed });
  return others.includes(trimmed) ? fault('name.taken', { name: trimmed }) : null;
}

/** A name that no rule has yet. */
export function freeName(wanted: string, taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.includes(name)) return name;
  }
}
