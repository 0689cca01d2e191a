/** The rules of a plan as the auth service needs them. */
import type { RuleBook, UpstreamAddresses } from '../../shared/auth/rule.ts';
import type { Upstream } from '../../shared/lab/lab.ts';
import type { Plan } from './plan.ts';

/** The address an upstream's SMTP really has; port 0 in the file takes any free one. */
export type SmtpAddress = (upstream: Upstream, written: string) => string;

/** Where the upstreams listen, by name. */
export function addressesOf(plan: Plan, smtpAddress: SmtpAddress): Readonly<Record<string, UpstreamAddresses>> {
  const each = (upstream: Upstream): UpstreamAddresses => {
    const { smtp, imap, pop3 } = upstream;
    return {
      ...(smtp === undefined ? {} : { smtp: smtpAddress(upstream, smtp) }),
      ...(imap === undefined ? {} : { imap }),
      ...(pop3 === undefined ? {} : { pop3 }),
    };
  };
  return Object.fromEntries(plan.upstreams.map((upstream) => [upstream.name, each(upstream)]));
}

/** null for a lab without an auth service of its own. */
export function bookOf(plan: Plan, smtpAddress: SmtpAddress = (_upstream, written) => written): RuleBook | null {
  const { auth, accounts } = plan;
  const upstreams = addressesOf(plan, smtpAddress);
  return auth && { rules: auth.rules, otherwise: auth.otherwise, accounts, upstreams };
}
