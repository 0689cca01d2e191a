/** Findings about what the lab did to a session itself: they say so, or they are silent. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../shared/journal/diagnostics.ts';
import type { Gate } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { presets } from '../../../shared/upstream/presets.ts';
import { Wire } from '../upstream/wire.ts';
import { type Doors, openDoors, type Told, toldOf } from './diagnoses/lab.ts';

let doors: Doors;

beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors.lab.stop());
beforeEach(async () => {
  await doors.lab.call('upstream.fault.clear', {});
  await doors.lab.call('fault.clear', {});
});

/** What ends a reply, in all three protocols: of IMAP the tagged line, or a goodbye. */
const replied = /^(?:\d{3} |[a-f] (?:OK|NO|BAD)|\+|\* BYE|-ERR)[^\n]*\n/m;
const greeted = /^(?:\d{3} |\* |\+OK|-ERR)[^\n]*\n/m;

const mail = (to: string): readonly string[] => [
  'HELO me',
  'MAIL FROM:<ann@home.test>',
  `RCPT TO:<${to}>`,
  'DATA',
  'Subject: x\r\n\r\nhello\r\n.',
  'QUIT',
];

const says: Readonly<Record<Protocol, readonly string[]>> = {
  smtp: mail('bob@plain.test'),
  imap: [
    'a LOGIN bob@plain.test secret',
    'b SELECT INBOX',
    'c APPEND INBOX {3+}\r\nabc',
    'd COPY 1 INBOX',
    'e FETCH 1 FLAGS',
    'f LOGOUT',
  ],
  pop3: ['USER bob@plain.test', 'PASS secret', 'STAT', 'RETR 1', 'QUIT'],
};

/** Plays a session to its end. */
async function told(door: string, lines: readonly string[]): Promise<Told> {
  const wire = new Wire(doors.port(door));
  await wire.until(greeted);
  for (const line of lines) {
    wire.send(`${line}\r\n`);
    await wire.until(replied);
  }
  wire.end();
  await wire.rest();
  return toldOf(doors, wire);
}

const shown = ({ key, params }: Diagnostic): string => `${key} by ${params.by ?? 'itself'}`;

/** Those that stand there as if the servers were to blame. */
const blaming = (found: readonly Diagnostic[]): readonly string[] =>
  found.filter(({ id, params }) => id !== 'LAB' && params.by === undefined).map(shown);

/** Doors where a preset can strike: with XCLIENT, and with a clock that does not wait for ever. */
const doorsOf: Readonly<Record<Protocol, readonly string[]>> = {
  smtp: ['route', 'xclient', 'hurried'],
  imap: ['imap'],
  pop3: ['pop3'],
};

/** Those that keep everybody waiting, for whom the other doors have a minute. */
const lasting: readonly string[] = ['hung', 'slow', 'proxy-protocol'];

const each = presets.flatMap(({ name, parts }) =>
  (['smtp', 'imap', 'pop3'] as const).flatMap((protocol) =>
    doorsOf[protocol]
      .filter((door) => parts[protocol] !== undefined && (!lasting.includes(name) || door === 'hurried'))
      .map((door) => [name, protocol, door] as const),
  ),
);

describe('a preset', () => {
  it.each(each)(
    '%s of %s, by the door %s: nothing is found as if nobody had armed it',
    async (preset, protocol, door) => {
      const healthy = blaming((await told(door, says[protocol])).found);
      const before = await doors.lab.call('upstream.fault.preset', { upstream: 'plain', protocol, preset });
      const { found } = await told(door, says[protocol]);
      expect(blaming(found).filter((one) => !healthy.includes(one))).toEqual([]);
      // A switch that changes nothing for this session is nothing to tell.
      const armed = doors.lab.lab.view().upstreamFaults.filter(({ id }) => before.ids.includes(id));
      const struck = armed.filter((one) => one.struck > 0 && one.act.type !== 'switch');
      if (struck.length > 0 || armed.length === 0) expect(found.map(({ key }) => key)).toContain('LAB.fault');
    },
  );

  it('that is a switch makes the server really be so: what is found says who threw it', async () => {
    await doors.lab.call('upstream.fault.preset', { upstream: 'plain', protocol: 'smtp', preset: 'no-xclient' });
    const { found } = await told('xclient', says.smtp);
    const d4 = found.find(({ key }) => key === 'D4');
    expect(d4?.params).toMatchObject({ by: 'fault', byAct: 'switch', byStage: 'connect', byWhere: 'plain' });
    expect(found.find(({ key }) => key === 'D8')?.params).toMatchObject({ by: 'fault' });
  });
});

describe('words that were armed', () => {
  it('are no sign of a server that judges: G1 is silent, and the fault is named', async () => {
    const act = { type: 'reply', text: '450 4.2.0 Greylisted' } as const;
    const scope = { type: 'always' } as const;
    const fault = { upstream: 'plain', protocol: 'smtp', stage: 'rcpt', act, scope, only: {} } as const;
    await doors.lab.call('upstream.fault.arm', fault);
    const { keys, found } = await told('route', mail('bob@plain.test'));
    expect(keys).not.toContain('G1');
    expect(found.find(({ key }) => key === 'LAB.fault')?.params).toMatchObject({ fault: 'reply', stage: 'rcpt' });
    expect(blaming(found)).toEqual([]);
  });

  it('by an address that carries its fault are named too', async () => {
    const { found } = await told('route', mail('550-5.1.1@fault.test'));
    expect(found.find(({ key }) => key === 'LAB.fault')?.params).toMatchObject({
      fault: 'reply',
      stage: 'rcpt',
      id: 0,
    });
    expect(found.filter(({ params }) => params.by === 'address').map(({ key }) => key)).toContain('C7');
    expect(blaming(found)).toEqual([]);
  });

  it.each(['host-name', 'lower-case', 'no-port', 'close', 'garbage', 'page'] as const)(
    'at the auth service (%s) say so',
    async (kind) => {
      await doors.lab.call('fault.arm', { kind, scope: { type: 'always' } });
      const { found } = await told('route', mail('bob@plain.test'));
      expect(found.map(({ key }) => key)).toContain('LAB.fault');
      expect(found.filter(({ params }) => params.by === 'fault').length).toBeGreaterThan(0);
      expect(blaming(found)).toEqual([]);
    },
  );
});

describe('what a person wrote at a gate', () => {
  /** Plays a mail while the first thing that passes a gate is changed. */
  async function changed(gate: Gate, word: string, text: string, lines = mail('bob@plain.test')): Promise<Told> {
    const { lab } = doors;
    await lab.call('breakpoint.set', { gate, once: true, ...(word === '' ? {} : { word }) });
    const from = lab.feeds.length;
    const playing = told('route', lines);
    const held = await lab.feed((feed) =>
      lab.feeds.indexOf(feed) >= from && feed.type === 'gates' ? feed.gates.held[0] : null,
    );
    await lab.call('held.release', { id: held.id, text });
    return playing;
  }

  it.each([
    ['U>P', '220', '554 5.7.1 Too many connections from your HELO host'],
    ['U>P', '250', '450 4.2.0 Greylisted'],
    ['A>P', '', 'HTTP/1.0 200 OK\r\nAuth-Status: ok\r\n\r\n'],
    ['A>P', '', 'HTTP/1.0 502 Bad Gateway\r\n\r\n'],
  ] as const)('%s, %j: is never told as if somebody else had said it', async (gate, word, text) => {
    const { keys, found } = await changed(gate, word, text);
    expect(keys).toContain('LAB.edited');
    expect(keys.filter((key) => key === 'G1' || key === 'D6')).toEqual([]);
    expect(blaming(found)).toEqual([]);
  });

  it('in place of the client is what the client is not told off for', async () => {
    const { found } = await changed('C>P', 'MAIL', 'VRFY bob', ['HELO me', 'MAIL FROM:<ann@home.test>', 'QUIT']);
    expect(found.filter(({ id }) => id !== 'LAB').map(shown)).toEqual(['F5.early by hand']);
  });
});
