/** Rules as chips and short texts. */
import type { Pattern, Then, When } from '../../shared/auth/rule.ts';

/** One condition: `rcpt` is `*@eng.abc.com`. */
export interface Chip {
  /** The field of `when`; the catalogue has its name. */
  readonly field: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** The conditions in the order they are written, negated ones last. */
export function chips(when: When): readonly Chip[] {
  const { not, ...plain } = when;
  return [...fields(plain, false), ...fields(not ?? {}, true)];
}

function fields(when: Omit<When, 'not'>, negated: boolean): readonly Chip[] {
  return Object.entries(when).map(([field, value]: [string, Pattern | boolean | number]) => ({
    field,
    negated,
    values: typeof value === 'string' || typeof value === 'object' ? [value].flat() : [String(value)],
  }));
}

/** What a rule does: a catalogue key with its values, and the extras as keys of their own. */
export interface Deed {
  readonly kind: 'route' | 'reject' | 'raw' | 'nothing';
  readonly value: string;
  readonly extras: readonly { readonly key: string; readonly value: string }[];
}

export function deed(then: Then): Deed {
  const extras = [
    ...(then.wait === undefined ? [] : [{ key: 'wait', value: String(then.wait) }]),
    ...(then.user === undefined ? [] : [{ key: 'user', value: then.user }]),
    ...(then.password === undefined ? [] : [{ key: 'password', value: '' }]),
    ...(then.delay === undefined ? [] : [{ key: 'delay', value: String(then.delay) }]),
    ...(then.fault === undefined ? [] : [{ key: 'fault', value: then.fault }]),
  ];
  if (then.route !== undefined) return { kind: 'route', value: then.route, extras };
  if (then.reject !== undefined) return { kind: 'reject', value: then.reject, extras };
  if (then.raw !== undefined) return { kind: 'raw', value: String(then.raw.status), extras };
  return { kind: 'nothing', value: '', extras };
}
