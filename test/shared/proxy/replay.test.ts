/** Recorded sessions told to the machines again: they say what they said, and go only where the diagram shows a way. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Entry } from '../../../shared/journal/entry.ts';
import { withoutSecrets } from '../../../shared/journal/masking.ts';
import type { StateDiagram } from '../../../shared/machine/explore.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { backDiagram, frontDiagram } from '../../../shared/proxy/diagrams.ts';
import { standingAt, type Taken } from '../../../shared/proxy/replay.ts';
import { serviceOf } from '../../../shared/proxy/service.ts';
import { record, transcripts } from './recorded.ts';

/** Steps that are no ways of a diagram. */
function strays(server: MailServer, taken: readonly Taken[]): readonly Taken[] {
  const diagrams: Readonly<Record<Taken['side'], StateDiagram>> = {
    front: frontDiagram(server),
    back: backDiagram(server),
  };
  return taken.filter(({ side, from, on, why, to }) => {
    const { places, ways } = diagrams[side];
    const known = ways.some((way) => way.from === from && way.on === on && way.why === why && way.to === to);
    // An event without meaning is no way; it leads nowhere else.
    const idle = why.endsWith('.unexpected') && from === to;
    return !(known || idle) || !places.includes(from) || !places.includes(to);
  });
}

describe.each(transcripts)('$protocol $name', (transcript) => {
  let server: MailServer;
  let entries: readonly Entry[];
  beforeAll(async () => {
    ({ server, entries } = await record(transcript));
  });

  test('is said again byte by byte, along the ways of the diagram', () => {
    const { differs, taken, stage } = standingAt(entries, entries.length - 1, serviceOf(server));
    expect(differs).toBeNull();
    expect(stage).not.toBe('arriving');
    expect(taken.length).toBeGreaterThan(1);
    expect(strays(server, taken)).toEqual([]);
  });

  test('stands at every step where the journal says that it stood', () => {
    const service = serviceOf(server);
    let place: string | undefined;
    for (const [at, entry] of entries.entries()) {
      // What a report changed is told with the next entry.
      place = entry.state?.place ?? place;
      const told = entries[at + 1]?.state?.place ?? place;
      const { front, stage } = standingAt(entries, at, service);
      if (place !== undefined && stage !== 'over') expect([place, told], `step ${at + 1}`).toContain(front.place);
    }
  });

  test('without its secrets it stands there too', () => {
    const service = serviceOf(server);
    const last = entries.length - 1;
    const whole = standingAt(entries, last, service);
    const masked = standingAt(withoutSecrets(entries), last, service);
    expect(masked.differs).toBeNull();
    expect(masked.taken.map(({ to }) => to)).toEqual(whole.taken.map(({ to }) => to));
  });
});
