/** The session list is asked for what is held now, for armed faults, for TLS and for how far a session came. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Wire } from '../upstream/wire.ts';
import { type Doors, openDoors, toldOf } from './diagnoses/lab.ts';

let doors: Doors;

beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors.lab.stop());

const ids = async (filter: string): Promise<readonly number[]> => {
  const { sessions, problem } = await doors.lab.call('sessions.list', { filter, limit: 100 });
  expect(problem).toBeNull();
  return sessions.map(({ id }) => id);
};

test('held: what a gate holds is found for as long as it is held', async () => {
  const { lab } = doors;
  await lab.call('breakpoint.set', { gate: 'C>P', word: 'MAIL', once: true });
  const wire = new Wire(doors.port('route'));
  await wire.line();
  await wire.say('HELO me\r\n');
  wire.send('MAIL FROM:<a@b.test>\r\n');
  const held = await lab.feed((feed) => feed.type === 'gates' && feed.gates.held[0]);
  expect(await ids('held:yes')).toEqual([held.session]);
  expect(await ids('held:c>p stage:ehlo outcome:open')).toEqual([held.session]);
  expect(await ids('held:U>P')).toEqual([]);
  expect(await ids('held:no')).not.toContain(held.session);
  await lab.call('held.release', { id: held.id });
  await wire.line();
  expect(await ids('held:yes')).toEqual([]);
  expect(await ids('held:no')).toContain(held.session);
  wire.end();
  const { summary } = await toldOf(doors, wire);
  expect(await ids('stage:mail')).toContain(summary.id);
});

test('fault: what struck a session is found by its act, its stage, its upstream and its preset', async () => {
  await doors.lab.call('upstream.fault.preset', { upstream: 'plain', protocol: 'smtp', preset: 'no-such-user' });
  const wire = new Wire(doors.port('route'));
  await wire.line();
  for (const line of ['HELO me', 'MAIL FROM:<a@b.test>', 'RCPT TO:<bob@plain.test>']) await wire.say(`${line}\r\n`);
  wire.end();
  const { summary } = await toldOf(doors, wire);
  for (const filter of [
    'fault:*',
    'fault:reply',
    'fault:rcpt',
    'fault:plain',
    'fault:no-such-user',
    'stage:rcpt tls:no',
  ])
    expect([filter, (await ids(filter)).includes(summary.id)]).toEqual([filter, true]);
  for (const filter of ['fault:greylisting', 'not fault:*', 'tls:yes'])
    expect([filter, (await ids(filter)).includes(summary.id)]).toEqual([filter, false]);
  await doors.lab.call('upstream.fault.clear', {});
  await doors.lab.call('fault.arm', { kind: 'no-port', scope: { type: 'next', times: 1 } });
  const other = new Wire(doors.port('route'));
  await other.line();
  for (const line of ['HELO me', 'MAIL FROM:<a@b.test>', 'RCPT TO:<bob@plain.test>']) await other.say(`${line}\r\n`);
  const told = await toldOf(doors, other);
  expect(await ids('fault:no-port fault:auth')).toEqual([told.summary.id]);
});

test('tls: whoever speaks it is found by that, and by its version', async () => {
  const wire = new Wire(doors.port('starttls'));
  await wire.line();
  wire.send('EHLO me\r\n');
  await wire.until(/^250 [^\n]*\n/m);
  await wire.say('STARTTLS\r\n');
  await wire.secure();
  await wire.say('QUIT\r\n');
  const { summary } = await toldOf(doors, wire);
  for (const filter of ['tls:yes', 'tls:TLSv1.*', `tls:"${summary.tls}"`, 'not tls:no', 'ip:127.0.0.1'])
    expect([filter, (await ids(filter)).includes(summary.id)]).toEqual([filter, true]);
});
