/** The state diagrams of a server's two machines, as they run under its configuration. */
import { explore, type StateDiagram, type Terrain } from '../machine/explore.ts';
import type { Event, Method, Protocol } from '../machine/machine.ts';
import type { MailServer } from '../nginx/mail.ts';
import { nameOf } from './happenings.ts';
import { type FrontState, serviceOf } from './service.ts';
import { backTerrain } from './terrain-back.ts';
import { imapName, imapTerrain } from './terrain-imap.ts';
import { pop3Name, pop3Terrain } from './terrain-pop3.ts';
import { smtpName, smtpTerrain } from './terrain-smtp.ts';

/** What a protocol's front meets, and what its client's lines are called. */
interface Ground<S extends FrontState> {
  terrain(maxErrors: number): Terrain<S>;
  name(state: S, line: string): string;
}

/** A terrain is only ever asked about the states of its own front. */
const ground = <S extends FrontState>(parts: Ground<S>): Ground<FrontState> => parts as unknown as Ground<FrontState>;

const grounds: Readonly<Record<Protocol, Ground<FrontState>>> = {
  smtp: ground({ terrain: smtpTerrain, name: smtpName }),
  imap: ground({ terrain: imapTerrain, name: imapName }),
  pop3: ground({ terrain: pop3Terrain, name: pop3Name }),
};

/** Under which name the front's diagram shows an event. */
export const frontName = (protocol: Protocol, state: FrontState, event: Event): string =>
  event.type === 'line' ? grounds[protocol].name(state, event.text) : nameOf(event);

/** Our side towards the client. */
export const frontDiagram = (server: MailServer): StateDiagram =>
  explore([serviceOf(server).front], grounds[server.protocol].terrain(server.maxErrors));

const methods: readonly Method[] = ['none', 'plain'];

/** Our side towards the upstream, for all that a client can have said before. */
export function backDiagram(server: MailServer): StateDiagram {
  const service = serviceOf(server);
  const first = service.front.initial;
  const known = { ...first, user: 'user', from: 'MAIL FROM:<dev@test.com>', to: 'RCPT TO:<user@test.com>', tag: 'a1 ' };
  const states = methods.flatMap((method) =>
    ['secret', null].flatMap((password) =>
      ['laptop', null].flatMap((helo) => [true, false].map((esmtp) => ({ ...known, method, password, helo, esmtp }))),
    ),
  );
  return explore(
    states.map((state) => service.back(state)),
    backTerrain(server.protocol),
  );
}
