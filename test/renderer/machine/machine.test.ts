/** The drawn state diagram: everything has a name, nothing lies on anything else, and every part can be reached. */
import { describe, expect, test } from 'vitest';
import machine from '../../../renderer/i18n/en/machine.json' with { type: 'json' };
import reasons from '../../../renderer/i18n/en/reasons.json' with { type: 'json' };
import whatif from '../../../renderer/i18n/en/whatif.json' with { type: 'json' };
import { isProxy, type Side } from '../../../renderer/machine/drawn.ts';
import { layoutOf, type PlaceBox, pathOf } from '../../../renderer/machine/machine-layout.ts';
import { neighbour, partsOf } from '../../../renderer/machine/parts.ts';
import { traceOf, wayKey } from '../../../renderer/machine/use-standing.ts';
import { readable } from '../../../renderer/machine/way-text.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { choicesFor } from '../../../shared/proxy/cues.ts';
import { backDiagram, frontDiagram } from '../../../shared/proxy/diagrams.ts';
import { standingAt } from '../../../shared/proxy/replay.ts';
import { serviceOf } from '../../../shared/proxy/service.ts';
import { sceneOf, suppose } from '../../../shared/proxy/what-if.ts';
import { playedDiagram } from '../../../shared/upstream/diagrams.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';
import { tutorialServer } from '../../fakes/rig.ts';
import { entries as tutorialEntries } from '../../fakes/tutorial-session.ts';

const protocols = ['smtp', 'imap', 'pop3'] as const;
const richest: Partial<MailServer> = {
  starttls: 'on',
  smtpGreetingDelayMs: 100,
  xclient: true,
  proxySmtpAuth: true,
  smtpAuth: ['plain', 'login', 'cram-md5', 'external', 'none'],
  imapAuth: ['plain', 'login', 'cram-md5', 'external'],
  pop3Auth: ['plain', 'apop', 'cram-md5', 'external'],
};
const played = (['imap', 'pop3'] as const).flatMap((protocol) =>
  [false, true].map((starttls) => ({
    name: `the played ${protocol} server${starttls ? ' with STARTTLS' : ''}`,
    side: protocol,
    diagram: playedDiagram(protocol, { name: 'eng', play: { ...plainPlay, starttls } }),
  })),
);
const proxies = protocols.flatMap((protocol) =>
  [{}, richest].flatMap((change) => {
    const server: MailServer = { ...tutorialServer, protocol, ...change };
    const name = `${protocol}${change === richest ? ' with everything' : ''}`;
    return [
      { name: `${name}, client side`, side: 'front', diagram: frontDiagram(server) },
      { name: `${name}, upstream side`, side: 'back', diagram: backDiagram(server) },
    ] as const;
  }),
);

const plain = {
  place: (place: string) => place,
  link: (ways: Diagram['ways']) => ways.map(({ on }) => on).join(),
};

const overlap = (one: PlaceBox, other: PlaceBox): boolean =>
  Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
  Math.abs(one.y - other.y) < (one.height + other.height) / 2;

type Diagram = (typeof proxies | typeof played)[number]['diagram'];
const diagrams: readonly { readonly name: string; readonly side: Side; readonly diagram: Diagram }[] = [
  ...proxies,
  ...played,
];

const texts = { ...machine, ...reasons };

/** A verb says itself, and so do bytes; clocks and reports have names of their own. */
const wordsOf = ({ on, why, effects }: Diagram['ways'][number], side: Side): readonly string[] => [
  ...(/^[A-Z]+$/.test(on) ? [] : [`on.${on}`]),
  ...effects.flatMap(({ type }) => (['say', 'clock', 'report'].includes(type) ? [] : [`does.${type}`])),
  ...(isProxy(side) ? [`${why}.title`, `${why}.text`] : [`result.${why}`, `what.${side}.${on}`]),
];

describe.each(diagrams)('$name', ({ side, diagram }) => {
  test('every place, event and reason has its words', () => {
    const prefix = side === 'front' ? 'place.' : `place.${side}.`;
    for (const place of diagram.places) expect(machine).toHaveProperty([`${prefix}${place}`]);
    for (const key of diagram.ways.flatMap((way) => wordsOf(way, side))) expect(texts).toHaveProperty([key]);
  });

  test('is laid out with every place and way in it, no place upon another', () => {
    const { places, links, width, height } = layoutOf(diagram, plain);
    expect(places.map(({ place }) => place)).toEqual(diagram.places);
    for (const [i, one] of places.entries()) {
      expect(one.x - one.width / 2).toBeGreaterThanOrEqual(0);
      expect(one.x + one.width / 2).toBeLessThanOrEqual(width);
      expect(one.y + one.height / 2).toBeLessThanOrEqual(height);
      expect(places.slice(i + 1).filter((other) => overlap(one, other))).toEqual([]);
    }
    const drawn = [...links.flatMap(({ ways }) => ways), ...places.flatMap(({ loops, exits }) => [...loops, ...exits])];
    expect(new Set(drawn.map(wayKey))).toEqual(new Set(diagram.ways.map(wayKey)));
    for (const { points } of links) expect(pathOf(points)).toMatch(/^M[\d.,-]+( [LQ][\d., -]+)+$/);
  });

  test('every part can be reached with the arrow keys, and back', () => {
    const parts = partsOf(layoutOf(diagram, plain));
    let at = parts[0];
    const reached = new Set(at ? [at.id] : []);
    for (let next = at; next; next = neighbour(parts, next, 'ArrowDown') ?? undefined) {
      at = next;
      reached.add(next.id);
    }
    expect(reached.size).toBe(parts.length);
    for (const part of parts) {
      if (part.kind === 'link') expect(neighbour(parts, part, 'ArrowRight')?.id).toBe(`place ${part.link.to}`);
      if (part.kind !== 'place') expect(neighbour(parts, part, 'ArrowLeft')?.id).toBe(`place ${part.place}`);
    }
  });
});

describe('a recorded session', () => {
  const service = serviceOf(tutorialServer);

  test('leaves a trace of the ways it went, and stands where it stands', () => {
    const front = frontDiagram(tutorialServer);
    const known = new Set(front.ways.map(wayKey));
    for (const at of tutorialEntries.keys()) {
      const trace = traceOf(standingAt(tutorialEntries, at, service), 'front');
      for (const key of trace.gone.keys()) expect(known).toContain(key);
      expect(trace.here === null || front.places.includes(trace.here)).toBe(true);
    }
    const end = traceOf(standingAt(tutorialEntries, tutorialEntries.length - 1, service), 'front');
    expect(end.here).toBe('relay');
    expect(end.been).toContain('verdict');
  });

  test('whatever can be chosen next, and what comes of it, has its words', () => {
    const material = { from: 'a@b.test', to: ['c@d.test'], user: 'user', password: 'secret' };
    for (const at of tutorialEntries.keys()) {
      const scene = sceneOf(standingAt(tutorialEntries, at, service), service, null);
      for (const { key, cue } of choicesFor(scene, material)) {
        if (key !== 'line') expect(whatif).toHaveProperty([`choice.${key}`]);
        for (const { type } of suppose(scene, cue).outcomes)
          if (!['step', 'says', 'asks', 'dials', 'rests'].includes(type)) expect(whatif).toHaveProperty([type]);
      }
    }
  });
});

test('bytes of an example are readable', () => {
  expect(readable('250-a\r\n250 b\r\n')).toBe('250-a ⏎ 250 b');
  expect(readable('1\r\n2\r\n3\r\n4\r\n')).toBe('1 ⏎ 2 ⏎ 3 …');
  expect(readable('a\0b\r\n')).toBe('a␀b');
});
