/** Recorded sessions as files and once more, over real sockets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareSessions } from '../../../shared/journal/compare.ts';
import { type RecordedLab, reader, startRecordedLab } from '../../fakes/recorded.ts';
import { Wire } from '../upstream/wire.ts';

let lab: RecordedLab;
beforeAll(async () => {
  lab = await startRecordedLab();
}, 30_000);
afterAll(() => lab.stop());

const get = async (id: number) => {
  const found = await lab.call('session.get', { id });
  if (found === null) throw new Error(`session ${id} is gone`);
  return found;
};

/** Everything the password may look like in a file. */
function disguises(password: string): readonly string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return [password, base64(password), base64(`\0${reader.user}\0${password}`), encodeURIComponent(password)];
}

describe('a file of sessions', () => {
  test.each([0, 1, 2] as const)('has no password unless it is asked for (listener %i)', async (door) => {
    const id = await lab.logIn(door, 'PLAIN');
    const { text, name } = await lab.call('sessions.export', { ids: [id] });
    expect(name).toBe(`session-${id}.mailsession.json`);
    for (const one of disguises(reader.password)) expect(text).not.toContain(one);
    expect(text).toContain('****');
    const whole = await lab.call('sessions.export', { ids: [id], secrets: true });
    expect(disguises(reader.password).some((one) => whole.text.includes(one))).toBe(true);
  });

  test('comes back as the same sessions, marked, listed and found', async () => {
    const ids = [await lab.send(), await lab.logIn(1, 'command', true), await lab.send({ to: 'no@where.test' })];
    const { text } = await lab.call('sessions.export', { ids, secrets: true });
    const { ids: fresh } = await lab.call('sessions.import', { name: '/tmp/dir/tuesday.mailsession.json', text });
    expect(fresh).toHaveLength(3);
    for (const [at, id] of fresh.entries()) {
      const [old, copy] = [await get(ids[at] ?? -1), await get(id)];
      expect(copy.entries).toEqual(old.entries);
      // What was found in it is counted in its own time.
      const plain = (summary: typeof old.summary) => ({ ...summary, findings: undefined });
      expect(plain(copy.summary)).toEqual(plain({ ...old.summary, id, imported: 'tuesday.mailsession.json' }));
    }
    const { sessions } = await lab.call('sessions.list', { filter: 'imported:tues*' });
    expect(sessions.map(({ id }) => id)).toEqual([...fresh].reverse());
    const { sessions: others } = await lab.call('sessions.list', { filter: 'not imported:*' });
    expect(others.some(({ id }) => fresh.includes(id))).toBe(false);
    expect(others.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  test('takes the messages along, into nobody’s mailbox', async () => {
    const id = await lab.send({ to: 'bob@hr.test' });
    const { text, messages } = await lab.call('sessions.export', { ids: [id], messages: true });
    expect(messages).toBe(1);
    const { ids, messages: kept } = await lab.call('sessions.import', { name: 'one', text });
    expect(kept).toBe(1);
    const [message] = (await lab.call('messages.list', { session: ids[0] ?? -1 })).messages;
    expect(message).toMatchObject({ from: 'ann@one.test', to: ['bob@hr.test'], subject: 'hello', places: [] });
    const raw = await lab.call('message.get', { id: message?.id ?? -1 });
    expect(raw?.raw).toContain('Good morning.');
  });

  test.each([
    ['garbage', 'PK\u0003\u0004', /is not a file of recorded sessions/],
    ['another JSON', '{"sessions":[]}', /is not a file of recorded sessions/],
    ['nothing', '', /is not a file of recorded sessions/],
    ['a deep hole', '['.repeat(200_000), /is not a file of recorded sessions/],
    ['a later format', '{"format":"mail-lab sessions","version":9}', /format version 9, and this .* reads version 1/],
    ['too much', ' '.repeat(20_000_001), /too large/],
    [
      'no sessions',
      '{"format":"mail-lab sessions","version":1,"writtenBy":"x","secrets":"kept","sessions":[]}',
      /damaged/,
    ],
  ])('of %s is refused in one sentence', async (_, text, sentence) => {
    const before = (await lab.call('sessions.list', { filter: '' })).total;
    const refused = lab.call('sessions.import', { name: 'x.mailsession.json', text });
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toThrow(/^x\.mailsession\.json [^\n]*\.$/);
    expect((await lab.call('sessions.list', { filter: '' })).total).toBe(before);
  });

  test('of a session that is gone is refused', async () => {
    await expect(lab.call('sessions.export', { ids: [99_999] })).rejects.toThrow(
      'Session 99999 is not in the journal any more.',
    );
  });
});

describe('sent again', () => {
  test.each([
    ['a mail', () => lab.send()],
    ['a mail after STARTTLS', () => lab.send({ starttls: true })],
    ['a mail over TLS', () => lab.send({ door: 3 })],
    ['a refused mail', () => lab.send({ to: 'no@where.test' })],
    ['SMTP AUTH PLAIN', () => lab.logIn(0, 'PLAIN')],
    ['SMTP AUTH LOGIN', () => lab.logIn(0, 'LOGIN')],
    ['IMAP LOGIN, and a message fetched', () => lab.logIn(1, 'command')],
    ['IMAP AUTHENTICATE PLAIN after STARTTLS', () => lab.logIn(1, 'PLAIN', true)],
    ['POP3 USER and PASS, and a message fetched', () => lab.logIn(2, 'command')],
    ['POP3 AUTH LOGIN after STLS', () => lab.logIn(2, 'LOGIN', true)],
  ])('%s is the same session', async (_, first) => {
    const id = await first();
    const { session, short, detail } = await lab.call('session.again', { id });
    expect({ short, detail }).toEqual({ short: null, detail: '' });
    await lab.over(session ?? -1);
    const [old, again] = [await get(id), await get(session ?? -1)];
    const said = ({ entries }: typeof old) =>
      entries.flatMap(({ leg, direction, kind, bytes }) =>
        leg === 'client' && direction === 'in' && (kind === 'line' || kind === 'data') ? bytes : [],
      );
    expect(said(again)).toEqual(said(old));
    const { stages, exchanges } = compareSessions(old, again);
    const different = stages.flatMap(({ rows }) => rows.filter(({ mark }) => mark !== 'same'));
    expect(
      different.map(({ mark, a, b }) => [mark, a?.entry.bytes, b?.entry.bytes, a?.entry.why, b?.entry.why]),
    ).toEqual([]);
    expect(exchanges.flatMap(({ fields }) => fields.filter(({ mark }) => mark !== 'same'))).toEqual([]);
  });

  const byChallenge = [
    ['CRAM-MD5', 0],
    ['CRAM-MD5', 1],
    ['CRAM-MD5', 2],
    ['APOP', 2],
  ] as const;

  test.each(byChallenge)('%s is answered anew with the password of the account (listener %i)', async (way, door) => {
    const id = await lab.logIn(door, way);
    const { session, short, detail } = await lab.call('session.again', { id });
    expect({ short, detail }).toEqual({ short: null, detail: '' });
    const again = await lab.over(session ?? -1);
    const old = await get(id);
    expect([again.outcome, again.reply]).toEqual([old.summary.outcome, old.summary.reply]);
    const { stages } = compareSessions(old, await get(session ?? -1));
    const different = stages.flatMap(({ rows }) => rows.filter(({ mark }) => mark !== 'same'));
    const said = different.flatMap(({ a, b }) =>
      a?.entry.leg === 'client' ? [[a.entry.direction, b?.entry.direction]] : [],
    );
    // The challenge and what proves the password to it, and nothing else of what client and proxy said. That of a POP3
    // greeting is another one for everybody, and counts as the same.
    const challenged = way === 'APOP' ? [] : [['out', 'out']];
    expect(said).toEqual([...challenged, ['in', 'in']]);
  });

  test.each(byChallenge)(
    '%s of somebody else asks for the password, and keeps it nowhere (listener %i)',
    async (way, door) => {
      const id = await lab.logIn(door, way);
      const other = lab.text.replace(`"${reader.password}"`, '"An0ther#9"');
      expect(other).not.toBe(lab.text);
      await lab.call('lab.apply', { text: other });
      const { sessions } = await lab.call('sessions.list', { filter: '' });
      expect(await lab.call('session.again', { id })).toEqual({
        session: null,
        short: 'password',
        detail: reader.user,
      });
      expect((await lab.call('sessions.list', { filter: '' })).sessions.length).toBe(sessions.length);
      const outcomes: unknown[] = [];
      for (const password of ['An0ther#9', 'wrong']) {
        const { session } = await lab.call('session.again', { id, password });
        outcomes.push((await lab.over(session ?? -1)).outcome);
      }
      await lab.call('lab.apply', { text: lab.text });
      const first = (await get(id)).summary.outcome;
      expect(outcomes).toEqual([first, 'rejected']);
      expect((await lab.call('session.again', { id })).short).toBeNull();
    },
  );

  test('without its passwords it cannot be', async () => {
    const { text } = await lab.call('sessions.export', { ids: [await lab.logIn(1, 'command')] });
    const { ids } = await lab.call('sessions.import', { name: 'x', text });
    await expect(lab.call('session.again', { id: ids[0] ?? -1 })).rejects.toThrow(/its passwords were left out/);
  });

  test('who said nothing has nothing to say again', async () => {
    const client = new Wire(lab.lab.listeners().find(({ id }) => id === lab.door(0))?.port ?? 0);
    await client.line();
    client.destroy();
    const { id } = await lab.ended(client.localPort);
    await expect(lab.call('session.again', { id })).rejects.toThrow('its client said nothing');
  });

  test('a listener of another protocol, or none, is a sentence', async () => {
    const id = await lab.send();
    await expect(lab.call('session.again', { id, listener: lab.door(1) })).rejects.toThrow(
      /is smtp: choose a listener/,
    );
    await expect(lab.call('session.again', { id, listener: 'x' })).rejects.toThrow('There is no listener "x"');
  });

  test('waits at a gate for as long as a person takes, and stops when told to', async () => {
    const id = await lab.send();
    await lab.call('gates.arm', { gate: 'P>A', on: true });
    const again = lab.call('session.again', { id });
    const { session } = await lab.feed((feed) => feed.type === 'gates' && feed.gates.held[0]);
    await lab.call('client.stop', {});
    expect(await again).toEqual({ session, short: 'stopped', detail: '' });
    await lab.call('gates.arm', { gate: 'P>A', on: false });
  });

  test('what the server does not ask for this time is left out, and said', async () => {
    const id = await lab.send({ to: 'joe@eng.test' });
    await lab.call('upstream.fault.arm', {
      ...{ upstream: 'eng', protocol: 'smtp', stage: 'data', act: { type: 'reply', text: '452 4.3.1 no room' } },
      ...{ scope: { type: 'next', times: 1 }, only: {} },
    });
    const again = await lab.call('session.again', { id });
    expect(again).toMatchObject({ short: 'skipped', detail: '452 4.3.1 no room' });
  });
});
