/** The rules that run now, in the form in which the auth service decides by them. */
import type { RuleBook, UpstreamAddresses } from '../../shared/auth/rule.ts';
import type { LabView } from '../../shared/contract/contract.ts';

/** null where the lab has no auth service of its own. Accounts are not told to the window. */
export function bookOf(lab: Pick<LabView, 'rules' | 'otherwise' | 'listeners'> | null): RuleBook | null {
  if (lab === null || lab.otherwise === null) return null;
  const upstreams: Record<string, UpstreamAddresses> = {};
  for (const { role, name, protocol, address, port } of lab.listeners) {
    if (role !== 'upstream' || protocol === 'http') continue;
    const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    upstreams[name] = { ...upstreams[name], [protocol]: at };
  }
  return { rules: lab.rules, otherwise: lab.otherwise, accounts: [], upstreams };
}
