/** The servers that the lab plays: one for each address of an upstream that is not external. */
import type { Account } from '../../shared/auth/rule.ts';
import type { Upstream } from '../../shared/lab/lab.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { accountsAt } from '../../shared/upstream/accounts.ts';
import { imapMock } from '../../shared/upstream/imap/imap.ts';
import type { Mailbox } from '../../shared/upstream/mailbox.ts';
import { type Play, plainPlay } from '../../shared/upstream/play.ts';
import { pop3Mock } from '../../shared/upstream/pop3/pop3.ts';
import type { UpstreamFaults } from '../upstream/faults.ts';
import { createMockServer } from '../upstream/host.ts';
import type { Certificate } from '../upstream/played.ts';
import { type AcceptedMessage, createSmtpMock } from '../upstream/smtp.ts';
import { splitAddress } from './address.ts';
import type { Plan } from './plan.ts';
import type { Startable, Wanted } from './servers.ts';

/** What they are made with. */
export interface PlayRooms {
  /** What is being brought about, or runs: asked at every login, so that accounts may change meanwhile. */
  readonly plan: () => Plan | null;
  readonly faults: UpstreamFaults;
  readonly certificate: (name: string) => Certificate;
  /** A message is to be kept; it is accepted when the promise is fulfilled. */
  readonly onMessage: (upstream: string, message: AcceptedMessage) => void | Promise<void>;
  /** `clientPort` tells which session of the proxy has it open. */
  readonly mailbox: (upstream: string, owner: string, clientPort: number) => Mailbox;
}

/** What decides of a protocol's switches alone whether its server has to be another one. */
function howOf({ proxyProtocol, starttls, anyLogin, ...play }: Play, protocol: Protocol): string {
  return JSON.stringify([proxyProtocol, starttls, anyLogin, play[protocol]]);
}

/** The server at this address of an upstream; null: it has none there, or it is not the lab's to play. */
export function playedAt(upstream: Upstream, protocol: Protocol): Wanted | null {
  const { name, external, play = plainPlay, [protocol]: written } = upstream;
  const at = external || written === undefined ? null : splitAddress(written);
  return at && { role: 'upstream', name, protocol, at, how: howOf(play, protocol) };
}

/** Makes the server; it is not listening yet. */
export function createPlayed({ name, protocol }: Wanted, rooms: PlayRooms): Startable {
  const { plan, faults, certificate, onMessage, mailbox } = rooms;
  const play = plan()?.upstreams.find((upstream) => upstream.name === name)?.play ?? plainPlay;
  const played = {
    name,
    play,
    faults,
    certificate: () => certificate(name),
    get accounts(): readonly Account[] {
      return accountsAt(name, plan()?.accounts ?? []);
    },
    onMessage: (message: AcceptedMessage) => onMessage(name, message),
    mailbox: (owner: string, clientPort: number) => mailbox(name, owner, clientPort),
  };
  switch (protocol) {
    case 'imap':
      return createMockServer(Object.assign(played, { protocol, machine: imapMock }));
    case 'pop3':
      return createMockServer(Object.assign(played, { protocol, machine: pop3Mock }));
    default:
      return createSmtpMock(played);
  }
}
