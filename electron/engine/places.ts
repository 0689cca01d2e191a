/** Where a configuration wants to listen. */
import type { Listen, MailConf, MailServer } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';

/** One address the configuration asks for. */
export interface Place {
  /** The same `listen` keeps its key from one configuration to the next. */
  readonly key: string;
  /** What to bind: an IP literal, or `unix:/path`. */
  readonly address: string;
  readonly port: number;
  readonly narrowed: boolean;
  /** The key of the place whose port this one takes, when its own is left to the system. */
  readonly portOf?: string;
  /** The key of the wildcard that accepts for this address: nginx binds only that one. */
  readonly through?: string;
  /** In a wildcard: the keys of the places it accepts for, by address. */
  readonly within?: ReadonlyMap<string, string>;
  /** What nginx binds. */
  readonly inNginx: string;
  readonly server: MailServer;
  readonly listen: Listen;
  /** 0 an exact address, 1 every IPv6 address, 2 every address: the narrower one wins a socket. */
  readonly breadth: number;
  /** Not bound at all: another address than loopback without permission. */
  readonly forbidden: boolean;
}

/**
 * Every socket of a configuration. `listen 3333` means every interface in nginx; here it means both loopbacks, unless
 * another `listen` names one of them: the exact address wins, as in nginx.
 */
export function placesOf(conf: MailConf | null, allowLan: boolean): readonly Place[] {
  const places: Place[] = [];
  for (const [at, server] of (conf?.servers ?? []).entries())
    for (const [nth, listen] of server.listens.entries())
      places.push(...placesOfListen(keyOf(listen, `${at}.${nth}`), listen, server, allowLan));
  const taken = new Set<string>();
  const exactFirst = places.toSorted((one, other) => one.breadth - other.breadth);
  const kept = new Set(
    exactFirst.filter((place) => place.port === 0 || !seen(taken, hostPort(place.address, place.port))),
  );
  return joined(places.filter((place) => kept.has(place)));
}

/** A socket option that changes makes another socket of it. */
function keyOf({ host, port, unix, ...options }: Listen, nth: string): string {
  const { backlog, keepalive, ipv6only } = options;
  const address = unix === undefined ? hostPort(host, port) : `unix:${unix}`;
  const set = backlog !== undefined || keepalive !== undefined || ipv6only !== undefined;
  const key = set ? `${address} ${JSON.stringify({ backlog, keepalive, ipv6only })}` : address;
  return unix === undefined && port === 0 ? `${key}#${nth}` : key;
}

/** Whether `key` was in the set before; it is afterwards. */
function seen(set: Set<string>, key: string): boolean {
  const was = set.has(key);
  set.add(key);
  return was;
}

function placesOfListen(key: string, listen: Listen, server: MailServer, allowLan: boolean): readonly Place[] {
  const { host, port, unix, ipv6only } = listen;
  const narrowed = !allowLan;
  const place = { key, port, server, listen, breadth: 0, forbidden: false, narrowed, inNginx: host };
  if (unix !== undefined) return [{ ...place, address: `unix:${unix}`, port: 0, narrowed: false }];
  if (host === '::') {
    const six: Place = { ...place, breadth: 1, address: allowLan ? '::' : '::1' };
    // An IPv6 wildcard with ipv6only=off sees IPv4 clients as IPv4-mapped ones; its narrowed form has to as well.
    const four = { ...place, breadth: 1, key: `${key} ipv4`, address: '::ffff:127.0.0.1', portOf: key };
    return ipv6only === false && narrowed ? [six, four] : [six];
  }
  if (host === '*')
    return [
      { ...place, breadth: 2, address: allowLan ? '0.0.0.0' : '127.0.0.1', inNginx: '0.0.0.0' },
      { ...place, breadth: 2, key: `${key} ipv6`, address: '::1', portOf: key, inNginx: '0.0.0.0' },
    ];
  return [{ ...place, address: host, narrowed: false, forbidden: !allowLan && !isLoopback(host) }];
}

const isWildcard = ({ address }: Place): boolean => address === '0.0.0.0' || address === '::';

/** `bind`, or a parameter that implies it: a socket of its own. */
const ownSocket = ({ bind, backlog, keepalive, ipv6only }: Listen): boolean =>
  bind === true || backlog !== undefined || keepalive !== undefined || ipv6only !== undefined;

/** Where a wildcard is really bound, it accepts for the addresses of its family on the same port. */
function joined(places: readonly Place[]): readonly Place[] {
  const wildcards = places.filter((place) => isWildcard(place) && place.port !== 0);
  if (wildcards.length === 0) return places;
  const through = (place: Place): Place | undefined =>
    wildcards.find(
      ({ address, port }) =>
        port === place.port &&
        !isWildcard(place) &&
        place.portOf === undefined &&
        !ownSocket(place.listen) &&
        (address === '::') === place.address.includes(':'),
    );
  return places.map((place) => {
    const wildcard = through(place);
    if (wildcard) return { ...place, through: wildcard.key };
    const within = places.filter((other) => through(other) === place);
    return within.length === 0
      ? place
      : { ...place, within: new Map(within.map(({ address, key }) => [address, key])) };
  });
}
