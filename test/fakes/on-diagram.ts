/** Holds every step that a played server makes in a test against its state diagram. */
import { expect } from 'vitest';
import { explore, type Terrain } from '../../shared/machine/explore.ts';
import { imapMockName, imapMockTerrain, imapSight } from '../../shared/upstream/imap/ground.ts';
import { imapMock } from '../../shared/upstream/imap/imap.ts';
import type { MockEvent, MockMaker } from '../../shared/upstream/mock.ts';
import { pop3MockName, pop3MockTerrain, pop3Sight } from '../../shared/upstream/pop3/ground.ts';
import { pop3Mock } from '../../shared/upstream/pop3/pop3.ts';
import { type Sight, type Watched, watch } from '../../shared/upstream/watched.ts';

const grounds = {
  imap: { make: imapMock, sight: imapSight, terrain: imapMockTerrain, name: imapMockName },
  pop3: { make: pop3Mock, sight: pop3Sight, terrain: pop3MockTerrain, name: pop3MockName },
} as const;

interface Ground<S> {
  readonly make: MockMaker<S>;
  readonly sight: Sight<S>;
  readonly terrain: Terrain<Watched<S>, MockEvent>;
  readonly name: (at: Watched<S>, event: MockEvent) => string;
}

type Options = Parameters<MockMaker<never>>[0];

const known = new Map<string, ReadonlySet<string>>();

/** Tells of one session what happens to its server; fails where the diagram has no way for it. Gives the place. */
export function onDiagram(protocol: 'imap' | 'pop3', options: Options): (event: MockEvent) => string {
  return protocol === 'imap' ? walker('imap', grounds.imap, options) : walker('pop3', grounds.pop3, options);
}

function walker<S extends object>(
  protocol: string,
  { make, sight, terrain, name }: Ground<S>,
  options: Options,
): (event: MockEvent) => string {
  const machine = watch(make(options), sight);
  const key = `${protocol} ${JSON.stringify(options)}`;
  const ways = known.get(key) ?? new Set(explore([machine], terrain).ways.map(wayOf));
  known.set(key, ways);
  let at = machine.initial;
  return (event) => {
    const { state, effects, why } = machine.step(at, event);
    const means = effects.length > 0 || state !== at;
    // The server that plays it tells news between two commands only.
    const happens = event.type !== 'news' || at.asks === null;
    const way = wayOf({ from: at.place, on: name(at, event), why, to: state.place });
    if (means && happens && !ways.has(way)) expect.fail(`the diagram has no way for ${way}: ${JSON.stringify(event)}`);
    at = state;
    return at.place;
  };
}

const wayOf = ({ from, on, why, to }: { from: string; on: string; why: string; to: string }): string =>
  `${from} ${on} ${why} ${to}`;
