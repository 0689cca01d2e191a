/** Findings about what the lab or its user did to a session, and how the list comes to count what was found. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Held } from '../../../shared/contract/gates.ts';
import type { FindingCount } from '../../../shared/journal/diagnostics.ts';
import { Wire } from '../upstream/wire.ts';
import { type Doors, openDoors, type Told, toldOf } from './diagnoses/lab.ts';

let doors: Doors;

beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors.lab.stop());

/** Says HELO and MAIL, then the recipient, which a breakpoint holds on its way to the proxy; `act` decides about it. */
async function withHeld(act: (held: Held) => Promise<unknown>): Promise<Told> {
  const { lab } = doors;
  await lab.call('breakpoint.set', { gate: 'C>P', word: 'RCPT', once: true });
  const wire = new Wire(doors.port('route'));
  await wire.line();
  await wire.say('HELO me\r\n');
  await wire.say('MAIL FROM:<ann@home.test>\r\n');
  const before = lab.feeds.length;
  wire.send('RCPT TO:<bob@plain.test>\r\n');
  const held = await lab.feed((feed) =>
    lab.feeds.indexOf(feed) >= before && feed.type === 'gates' ? feed.gates.held[0] : null,
  );
  await act(held);
  wire.end();
  await wire.rest();
  return toldOf(doors, wire);
}

describe('what a person did to a session', () => {
  it('held and let go', async () => {
    const { keys, found } = await withHeld(({ id }) => doors.lab.call('held.release', { id }));
    expect(keys).toEqual(['LAB.held']);
    expect(found[0]).toMatchObject({ severity: 'chat', params: { count: 1 } });
  });

  it('changed by hand', async () => {
    const text = 'RCPT TO:<eve@plain.test>';
    const { keys, entries, found } = await withHeld(({ id }) => doors.lab.call('held.release', { id, text }));
    expect([...keys].sort()).toEqual(['LAB.edited', 'LAB.held']);
    const edited = found.find(({ key }) => key === 'LAB.edited');
    expect(entries[edited?.seqs[0] ?? -1]?.edited?.was).toBe('RCPT TO:<bob@plain.test>\r\n');
  });

  it('dropped', async () => {
    const { keys } = await withHeld(({ id }) => doors.lab.call('held.drop', { id }));
    expect([...keys].sort()).toEqual(['LAB.dropped', 'LAB.held']);
  });

  it('killed', async () => {
    const { keys } = await withHeld(({ session }) => doors.lab.call('session.kill', { id: session }));
    expect([...keys].sort()).toEqual(['LAB.held', 'LAB.killed']);
  });
});

describe('a fault that somebody armed', () => {
  it.each([
    ['smtp', 'mail', { type: 'close' }, 'close'],
    ['smtp', 'rcpt', { type: 'reset' }, 'reset'],
    ['smtp', 'connect', { type: 'close' }, 'close'],
    ['smtp', 'rcpt', { type: 'drip', ms: 1 }, 'drip'],
    ['smtp', 'mail', { type: 'reply', text: '450 4.7.1 later' }, 'reply'],
  ] as const)('%s, at %s: %j is named, with what is armed', async (protocol, stage, act, kind) => {
    const { lab } = doors;
    const scope = { type: 'always' } as const;
    const { id } = await lab.call('upstream.fault.arm', { upstream: 'plain', protocol, stage, act, scope, only: {} });
    const wire = new Wire(doors.port('route'));
    await wire.line();
    await wire.say('HELO me\r\n');
    await wire.say('MAIL FROM:<ann@home.test>\r\n');
    await wire.say('RCPT TO:<bob@plain.test>\r\n');
    wire.end();
    const { found } = await toldOf(doors, wire);
    const ours = found.filter(({ key }) => key === 'LAB.fault');
    expect(ours.map(({ params }) => params)).toEqual([{ fault: kind, stage, where: 'plain', id }]);
    expect(await lab.call('upstream.fault.clear', { id })).toEqual({ armed: 0 });
  });

  it('on the auth service is named by its kind', async () => {
    await doors.lab.call('fault.arm', { kind: 'no-port', scope: { type: 'next', times: 1 } });
    const wire = new Wire(doors.port('route'));
    await wire.line();
    for (const line of ['HELO me', 'MAIL FROM:<a@b.test>', 'RCPT TO:<bob@plain.test>']) await wire.say(`${line}\r\n`);
    const { found } = await toldOf(doors, wire);
    expect(found.find(({ key }) => key === 'LAB.fault')?.params).toMatchObject({ fault: 'no-port', stage: 'auth' });
  });
});

describe('a fault that strikes again and again', () => {
  it('is one finding, with every step it struck at', async () => {
    await doors.lab.call('fault.arm', { kind: 'wait', scope: { type: 'next', times: 2 } });
    const wire = new Wire(doors.port('route'));
    await wire.line();
    for (const line of ['HELO me', 'MAIL FROM:<a@b.test>', 'RCPT TO:<bob@plain.test>']) await wire.say(`${line}\r\n`);
    wire.end();
    const { found } = await toldOf(doors, wire);
    expect(found.filter(({ key }) => key === 'LAB.fault').map(({ seqs }) => seqs.length)).toEqual([2]);
  });
});

describe('the session list', () => {
  it('counts what was found as soon as somebody has looked, and filters by it', async () => {
    const { lab } = doors;
    const wire = new Wire(doors.port('xclient'));
    await wire.line();
    for (const line of ['HELO me', 'MAIL FROM:<a@b.test>', 'RCPT TO:<bob@unknowing.test>'])
      await wire.say(`${line}\r\n`);
    const { summary, keys } = await toldOf(doors, wire);
    const counted = await lab.feed(
      (feed) => feed.type === 'findings' && feed.found.find(({ id }) => id === summary.id)?.findings,
    );
    const wanted: FindingCount = { count: 3, worst: 'error', keys: ['D4', 'D8', 'D7'] };
    expect(keys).toEqual(wanted.keys);
    expect(counted).toEqual(wanted);
    for (const filter of ['diag:D4', 'diag:d* severity:warn', `id:${summary.id} severity:error`]) {
      const { sessions } = await lab.call('sessions.list', { filter, limit: 200 });
      expect(sessions.find(({ id }) => id === summary.id)?.findings).toEqual(wanted);
    }
    const { sessions } = await lab.call('sessions.list', { filter: 'not diag:D4', limit: 200 });
    expect(sessions.some(({ id }) => id === summary.id)).toBe(false);
    expect((await lab.call('sessions.list', { filter: 'severity:bad', limit: 1 })).problem).toBe(
      'severity:bad is not known: it is one of error, warn, note, chat.',
    );
  });
});
