/** What the journal tells of a client's arrival: who it is, and how its connection stands. */
import type { Entry } from '../journal/entry.ts';
import type { ClientTls, Event, Peer } from '../machine/machine.ts';
import { decodeBase64 } from '../wire/base64.ts';
import { splitHostPort } from '../wire/host-port.ts';

const text = ({ params }: Entry, name: string): string => String(params?.[name] ?? '');

/** Entries that come before the machines begin. */
export function isArrival(entry: Entry): boolean {
  const { why } = entry;
  if (why === 'session.secured' || why === 'session.secure-failed' || why === 'session.secure-timed-out')
    return text(entry, 'mode') === 'ssl';
  return arrivals.has(why) || why.startsWith('session.proxied');
}

const arrivals: ReadonlySet<string> = new Set([
  'session.accepted',
  'session.real-ip',
  'session.named',
  'session.unnamed',
  // The client left before its PROXY header.
  'session.client-closed',
  'session.broken',
]);

/** Whether the client's arrival came to nothing with this entry. */
export const isLost = ({ why }: Entry): boolean =>
  why === 'session.broken' ||
  why === 'session.proxied.broken' ||
  why === 'session.proxied.timed-out' ||
  why.startsWith('session.secure-');

/** A finished handshake. The text of a certificate and what we showed ourselves are not in the journal. */
export function tlsOf(entry: Entry): ClientTls {
  const { params = {} } = entry;
  const shown = params.subject !== undefined && {
    subject: text(entry, 'subject'),
    issuer: text(entry, 'issuer'),
    serial: text(entry, 'serial'),
    fingerprint: text(entry, 'fingerprint'),
    pem: '',
    commonName: '',
  };
  const result = { code: Number(params.verify ?? 0), text: text(entry, 'verifyText') };
  return {
    protocol: text(entry, 'protocol'),
    cipher: text(entry, 'cipher'),
    serverName: text(entry, 'serverName'),
    alpn: text(entry, 'alpn'),
    certificate: params.verify === undefined ? null : { result, shown: shown || null },
    own: { signature: '', key: '' },
  };
}

const peerOf = (spelled: string): Peer => splitHostPort(spelled);

/** The event that began the machines' dialogue; `recorded` is the whole journal, in which the challenge may stand. */
export function openedBy(arrival: readonly Entry[], recorded: readonly Entry[]): Extract<Event, { type: 'opened' }> {
  const found = (...whys: readonly string[]) => arrival.findLast(({ why }) => whys.includes(why));
  const accepted = arrival[0];
  const proxied = found('session.proxied');
  const secured = found('session.secured');
  const named = found('session.named', 'session.unnamed');
  const real = found('session.real-ip');
  const client = real ? text(real, 'client') : accepted ? text(accepted, 'client') : '';
  return {
    type: 'opened',
    client: peerOf(client),
    clientHost: named ? text(named, 'host') : '[UNAVAILABLE]',
    nonce: nonceIn(recorded) ?? { random: 1, seconds: 1 },
    ...(secured ? { tls: tlsOf(secured) } : {}),
    ...(proxied
      ? { proxied: { source: peerOf(text(proxied, 'source')), destination: peerOf(text(proxied, 'destination')) } }
      : {}),
  };
}

/** The two numbers of the challenge, wherever one was shown: in POP3's greeting, or as a prompt of CRAM-MD5. */
function nonceIn(entries: readonly Entry[]): { readonly random: number; readonly seconds: number } | null {
  for (const { leg, direction, kind, bytes, edited } of entries) {
    if (leg !== 'client' || direction !== 'out' || kind !== 'line') continue;
    const said = edited?.was || bytes;
    const prompt = /^(?:334|\+) ([A-Za-z0-9+/=]+)\r\n$/.exec(said)?.[1];
    const [, random, seconds] = /<(\d+)\.(\d+)@/.exec(prompt === undefined ? said : (decodeBase64(prompt) ?? '')) ?? [];
    if (random !== undefined && seconds !== undefined) return { random: Number(random), seconds: Number(seconds) };
  }
  return null;
}
