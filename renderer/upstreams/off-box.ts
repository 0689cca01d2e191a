/** What leaves this machine: upstreams, rules and addresses that need the red mark, and whether somebody agreed. */
import type { LabView, ListenerView } from '../../shared/contract/contract.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';

/** Cuts `HOST:PORT`, also where an IPv6 address has no brackets, as an auth service writes it. */
function cut(address: string): { readonly host: string; readonly port: number } | null {
  const at = address.lastIndexOf(':');
  const port = address.slice(at + 1);
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  return at > 0 && host !== '' && /^\d{1,5}$/.test(port) ? { host, port: Number(port) } : null;
}

/** `HOST:PORT` as it is confirmed; null where it stays on this machine, or is no address. */
export function outside(address: string): string | null {
  const at = cut(address);
  return at && isOffBox(at.host) ? hostPort(at.host, at.port) : null;
}

/** The addresses outside of this machine that an upstream has. */
function outsideOf(listeners: readonly ListenerView[], name: string): readonly string[] {
  return listeners
    .filter((one) => one.role === 'upstream' && one.name === name && one.state === 'external')
    .filter(({ address }) => isOffBox(address))
    .map(({ address, port }) => hostPort(address, port));
}

/** Where a rule's `route` leads outside of this machine: to an upstream of this name, or to the address itself. */
export function leadsOutside(lab: Pick<LabView, 'listeners' | 'upstreams'> | null, route: string | undefined): boolean {
  if (lab === null || route === undefined) return false;
  if (lab.upstreams.some(({ name }) => name === route)) return outsideOf(lab.listeners, route).length > 0;
  return outside(route) !== null;
}

/** Whether the proxy may connect there. */
export const isConfirmed = ({ consent }: Pick<LabView, 'consent'>, address: string): boolean =>
  consent.allowLan || consent.allowed.includes(address.toLowerCase());
