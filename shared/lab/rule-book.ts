/** What the auth service of a lab decides by. */
import type { RuleBook } from '../auth/rule.ts';
import type { Lab } from './lab.ts';

/** The lab's rules, accounts and upstreams; null for a lab without an auth service of its own. */
export function ruleBookOf(lab: Lab): RuleBook | null {
  if (lab.auth === null) return null;
  const { rules, otherwise } = lab.auth;
  const upstreams = Object.fromEntries(lab.upstreams.map(({ name, external: _, ...addresses }) => [name, addresses]));
  return { rules, otherwise, accounts: lab.accounts, upstreams };
}
