/** The rules of a plan as the auth service needs them. */
import type { RuleBook, UpstreamAddresses } from '../../shared/auth/rule.ts';
import type { Upstream } from '../../shared/lab/lab.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Plan } from './plan.ts';

/** The address an upstream really has; port 0 in the file takes any free one. */
export type BoundAddress = (upstream: Upstream, protocol: Protocol, written: string) => string;

const protocols = ['smtp', 'imap', 'pop3'] as const;

/** Where the upstreams listen, by name. */
export function addressesOf(plan: Plan, bound: BoundAddress): Readonly<Record<string, UpstreamAddresses>> {
  const each = (upstream: Upstream): UpstreamAddresses =>
    Object.fromEntries(
      protocols.flatMap((protocol) => {
        const written = upstream[protocol];
        return written === undefined ? [] : [[protocol, bound(upstream, protocol, written)]];
      }),
    );
  return Object.fromEntries(plan.upstreams.map((upstream) => [upstream.name, each(upstream)]));
}

/** null for a lab without an auth service of its own. */
export function bookOf(plan: Plan, bound: BoundAddress = (_upstream, _protocol, written) => written): RuleBook | null {
  const { auth, accounts } = plan;
  const upstreams = addressesOf(plan, bound);
  return auth && { rules: auth.rules, otherwise: auth.otherwise, accounts, upstreams };
}
