/** A session that has just been accepted: its row, and its first event. */
import type { Socket } from 'node:net';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Event } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { Service } from './protocols.ts';

/** Everything that is not known yet is null or empty. */
export function newSummary(id: number, service: Service, listener: string, client: Socket): SessionSummary {
  return {
    id,
    protocol: service.server.protocol,
    listener,
    // A client that reset before it was accepted has no address any more.
    client: client.remoteAddress === undefined ? 'unknown' : hostPort(client.remoteAddress, client.remotePort ?? 0),
    startedAt: Date.now(),
    ms: null,
    place: service.front.initial.place,
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

/** What the front machine is told first. */
export function openedBy({ remoteAddress, remotePort }: Socket): Event {
  return {
    type: 'opened',
    client: { address: remoteAddress ?? '', port: remotePort ?? 0 },
    clientHost: '[UNAVAILABLE]',
    nonce: { random: Math.floor(Math.random() * 0x7fffffff), seconds: Math.floor(Date.now() / 1000) },
  };
}
