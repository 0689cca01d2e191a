/** A session that has just been accepted: its row, and what its socket tells. */
import type { Socket } from 'node:net';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Peer } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { Door } from './session-ports.ts';

/** Everything that is not known yet is null or empty. */
export function newSummary(id: number, door: Door, client: Socket): SessionSummary {
  const { address, port } = peerOf(client, door);
  return {
    id,
    protocol: door.service.server.protocol,
    listener: door.name,
    // A client that reset before it was accepted has no address any more.
    client: address === '' ? 'unknown' : hostPort(address, port),
    startedAt: Date.now(),
    ms: null,
    place: door.service.front.initial.place,
    user: null,
    from: null,
    to: [],
    rule: null,
    upstream: null,
    outcome: null,
    reply: null,
    authCalls: 0,
    bytesIn: 0,
    bytesOut: 0,
    entries: 0,
    error: null,
  };
}

/** The other end of a client's connection; over a unix socket it has no address of its own, and nginx says `unix:`. */
export function peerOf({ remoteAddress, remotePort }: Socket, door: Door): Peer {
  return { address: door.unix ? 'unix:' : (remoteAddress ?? ''), port: remotePort ?? 0 };
}

/** The two numbers that feed a challenge. */
export const nonce = () => ({
  random: Math.floor(Math.random() * 0x7fffffff),
  seconds: Math.floor(Date.now() / 1000),
});
