/** Addresses that show what the lab's rules do, made from the rules themselves. */
import type { Pattern, Rule, When } from '../../shared/auth/rule.ts';

/** One address and the rule it is meant to meet. */
export interface Example {
  readonly rule: string;
  readonly address: string;
}

/** The sender of every example. */
export const exampleSender = 'dev@test.com';

/** Meets no rule of any sensible lab: `.invalid` is reserved for that (RFC 2606). */
export const strangerAddress = 'who@nowhere.invalid';

/** One example per rule that chooses by a plain or globbed recipient alone, in the rules' order. */
export function examplesOf(rules: readonly Rule[]): readonly Example[] {
  return rules.flatMap(({ name, when, off }) => {
    const address = off === true || !onlyRecipient(when) ? null : addressFor(when.rcpt);
    return address === null ? [] : [{ rule: name, address }];
  });
}

function onlyRecipient(when: When): boolean {
  return Object.keys(when).every((field) => field === 'rcpt' || field === 'protocol');
}

/** An address that a pattern matches: `*` becomes `user`, `?` becomes `x`; null where that cannot be said. */
export function addressFor(pattern: Pattern | undefined): string | null {
  const first = typeof pattern === 'string' ? pattern : pattern?.[0];
  if (first === undefined || first.startsWith('/')) return null;
  const [local = '', domain] = first.split('@');
  if (domain === undefined || /[*?]/.test(domain.replace(/^\*\.?/, ''))) return null;
  const host = domain.replace(/^\*\.?/, 'mail.');
  return host === 'mail.' ? null : `${local.replaceAll('*', 'user').replaceAll('?', 'x')}@${host}`;
}
