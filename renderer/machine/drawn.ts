/** What the state diagrams are of: the proxy's own machines, and those of the servers that the lab plays. */
import type { StateDiagram, Way } from '../../shared/machine/explore.ts';
import type { Effect, Event } from '../../shared/machine/machine.ts';
import type { PlayedProtocol } from '../../shared/upstream/diagrams.ts';
import type { MockEffect, MockEvent } from '../../shared/upstream/mock.ts';

/** front: the proxy towards the client · back: towards the upstream · imap, pop3: the played server itself. */
export type Side = 'front' | 'back' | PlayedProtocol;

/** What a machine asks of the world, whoever's it is. */
export type DrawnEffect = Effect | MockEffect;

/** A step of any of them. */
export type DrawnWay = Way<Event | MockEvent, DrawnEffect>;

/** Any of their diagrams. */
export type DrawnDiagram = StateDiagram<Event | MockEvent, DrawnEffect>;

/** Whether it is the proxy's own: its decisions have documented reasons. */
export const isProxy = (side: Side): side is 'front' | 'back' => side === 'front' || side === 'back';
