/** The lab's sockets as the header shows them: `listen 3333;` is two sockets (127.0.0.1 and ::1) but one thing. */
import type { ListenerView } from '../../shared/contract/contract.ts';
import { hostPort } from '../../shared/wire/host-port.ts';

/** Sockets that belong together: same role, name, protocol and port; every unix socket is one of its own. */
export interface ListenerGroup {
  readonly key: string;
  readonly role: ListenerView['role'];
  /** The upstream's name; '' otherwise. */
  readonly name: string;
  readonly protocol: ListenerView['protocol'];
  readonly port: number;
  readonly members: readonly ListenerView[];
  /** failed as soon as one of them is. */
  readonly state: ListenerView['state'];
  readonly narrowed: boolean;
}

/** Groups in the order of the lab's own list. */
export function groupListeners(listeners: readonly ListenerView[]): readonly ListenerGroup[] {
  const groups = new Map<string, ListenerView[]>();
  for (const one of listeners) {
    const key = [one.role, one.name, one.protocol, one.port === 0 ? one.address : one.port].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, members]) => group(key, members));
}

function group(key: string, members: readonly ListenerView[]): ListenerGroup {
  const first = members[0] as ListenerView;
  return {
    key,
    role: first.role,
    name: first.name,
    protocol: first.protocol,
    port: first.port,
    members,
    state: members.some((one) => one.state === 'failed') ? 'failed' : first.state,
    narrowed: members.some((one) => one.narrowed),
  };
}

/** What the chip says after the protocol or name: the first address, or only the port where it is an upstream's. */
export function chipAddress(group: ListenerGroup): string {
  if (group.role === 'upstream') return String(group.port);
  return hostPort(group.members[0]?.address ?? '', group.port);
}

/**
 * The proxy's ports that take mail now, one per group, IPv4 first: what Send and Telnet can be pointed at. Those where a
 * client can speak at once come first.
 */
export function dialable(listeners: readonly ListenerView[]): readonly ListenerView[] {
  const targets = groupListeners(listeners)
    .filter((one) => one.role === 'proxy' && one.port !== 0)
    .map((one) => one.members.find((member) => member.state === 'listening'))
    .filter((one) => one !== undefined);
  const asksFirst = ({ ssl, proxyProtocol }: ListenerView): number => (ssl || proxyProtocol ? 1 : 0);
  return targets.toSorted((one, other) => asksFirst(one) - asksFirst(other));
}

/** How to reach a listener by hand. */
export function commandFor({ address, port, ssl, proxyProtocol }: ListenerView): string {
  if (port === 0) return `nc -U ${address.replace(/^unix:/, '')}`;
  if (!ssl || proxyProtocol) return `telnet ${address} ${port}`;
  return `openssl s_client -quiet -connect ${hostPort(address, port)}`;
}

/** The system codes whose usual cause is worth a sentence of its own in the catalogue (`listener.cause.…`). */
const explained = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL']);

/** The catalogue key of a failure's usual cause; `unix`: of a unix socket, which has no port. */
export function causeKey(error: string | null, unix = false): string {
  const cause = error !== null && explained.has(error) ? error : 'other';
  return unix ? `listener.unix.${cause}` : `listener.cause.${cause}`;
}
