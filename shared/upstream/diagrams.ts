/** The state diagrams of the servers that the lab plays, drawn from their machines, and where a session stands in them. */
import type { Entry } from '../journal/entry.ts';
import { explore, type StateDiagram, type Terrain } from '../machine/explore.ts';
import { type Followed, follow } from './follow.ts';
import { imapMockName, imapMockTerrain, imapSight } from './imap/ground.ts';
import { imapMock } from './imap/imap.ts';
import type { MockEffect, MockEvent, MockMaker } from './mock.ts';
import type { Play } from './play.ts';
import { pop3MockName, pop3MockTerrain, pop3Sight } from './pop3/ground.ts';
import { pop3Mock } from './pop3/pop3.ts';
import { type Sight, type Watched, watch } from './watched.ts';

/** Protocols whose played server is a machine of the lab's own; SMTP is played by the smtp-server package. */
export type PlayedProtocol = 'imap' | 'pop3';

/** How an upstream is called and played. */
export interface PlayedUpstream {
  readonly name: string;
  readonly play: Play;
}

interface Ground<S> {
  readonly make: MockMaker<S>;
  readonly sight: Sight<S>;
  readonly terrain: Terrain<Watched<S>, MockEvent>;
  name(watched: Watched<S>, event: MockEvent): string;
}

/** What can be asked of a played server without knowing its states. */
interface Server {
  diagram(upstream: PlayedUpstream): StateDiagram<MockEvent, MockEffect>;
  follow(upstream: PlayedUpstream, entries: readonly Entry[], position: number): Followed;
}

const server = <S extends object>({ make, sight, terrain, name }: Ground<S>): Server => ({
  diagram: (upstream) => explore([watch(make({ ...upstream, secure: false }), sight)], terrain),
  follow: (upstream, entries, position) => {
    const mock = make({ ...upstream, secure: false });
    return follow({ mock, machine: watch(mock, sight), sight, name }, entries, position);
  },
});

const servers: Readonly<Record<PlayedProtocol, Server>> = {
  imap: server({ make: imapMock, sight: imapSight, terrain: imapMockTerrain, name: imapMockName }),
  pop3: server({ make: pop3Mock, sight: pop3Sight, terrain: pop3MockTerrain, name: pop3MockName }),
};

/** The state diagram of a played server. */
export const playedDiagram = (
  protocol: PlayedProtocol,
  upstream: PlayedUpstream,
): StateDiagram<MockEvent, MockEffect> => servers[protocol].diagram(upstream);

/** Where the upstream of a recorded session stood once the entry at `position` had happened, and which way it came. */
export const playedAt = (
  protocol: PlayedProtocol,
  upstream: PlayedUpstream,
  entries: readonly Entry[],
  position: number,
): Followed => servers[protocol].follow(upstream, entries, position);
