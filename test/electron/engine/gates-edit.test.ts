/** Changing what is held, at each gate in each protocol, over real sockets. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { gates } from '../../../shared/journal/breakpoint.ts';
import type { Gate } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { heldAt, lineUpstream, play, routeTo, stepTo } from '../../fakes/gate-rig.ts';
import { fakeAuthority, startEngine } from '../../fakes/rig.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of cleanup.splice(0).reverse()) await stop();
});

async function lab(protocol: Protocol, change = {}) {
  const upstream = await lineUpstream(protocol);
  const authority = fakeAuthority(routeTo(upstream));
  const started = await startEngine(authority, { protocol, ...change });
  cleanup.push(upstream.close, () => started.engine.stop());
  return { upstream, authority, ...started };
}

/** A change at a gate: where, what stands there, what a person makes of it, and what its target gets then. */
const edits: readonly (readonly [Protocol, Gate, string, (text: string) => string])[] = [
  ['smtp', 'C>P', 'RCPT', () => 'RCPT TO:<other@test.com>'],
  ['smtp', 'P>A', 'Auth-SMTP-To', (text) => text.replace('b@test.com', 'other@test.com')],
  ['smtp', 'P>U', 'EHLO', () => 'EHLO by.hand'],
  ['smtp', 'U>P', '250-up', () => '500 no\n'],
  ['smtp', 'P>C', '220', () => '220 by hand\n'],
  ['imap', 'C>P', 'LOGIN', () => '2 LOGIN other secret'],
  ['imap', 'P>A', 'Auth-User', (text) => text.replace('Auth-User: fred', 'Auth-User: other')],
  ['imap', 'P>U', 'LOGIN', (text) => text.replace('LOGIN', 'login')],
  ['imap', 'U>P', '+ user', () => '+ anything'],
  ['imap', 'P>C', '* OK', () => '* OK by hand'],
  ['pop3', 'C>P', 'USER', () => 'USER other'],
  ['pop3', 'P>A', 'Auth-User', (text) => text.replace('Auth-User: fred', 'Auth-User: other')],
  ['pop3', 'P>U', 'USER', () => 'USER by-hand'],
  ['pop3', 'U>P', '+OK up', () => '+OK by hand'],
  ['pop3', 'P>C', '+OK', () => '+OK by hand'],
];

describe('changed in flight', () => {
  test.each(edits)('%s at %s: %s', async (protocol, gate, text, change) => {
    const { engine, connect, recorder, upstream, authority } = await lab(protocol);
    for (const one of gates) engine.gates.arm(one, true);
    const client = connect();
    const over = play(client, protocol);
    const held = await stepTo(engine, gate, text);
    const typed = change(held.text);
    const bytes = typed.endsWith('\r\n') ? typed : `${typed.replace(/\n$/, '')}\r\n`;
    engine.gates.release(held.id, { text: typed });
    for (const one of gates) engine.gates.arm(one, false);
    engine.gates.releaseAll();
    await vi.waitUntil(() => engine.open().length === 0 || (gate === 'P>C' && client.received.includes('by hand')));
    engine.kill(1);
    await over;
    const { entries } = await recorder.over(1);
    const marked = entries.filter(({ edited }) => edited);
    expect(marked).toHaveLength(1);
    expect(marked[0]).toMatchObject({ bytes, edited: { was: held.text } });
    if (gate === 'P>C') expect(client.received).toContain(bytes);
    if (gate === 'P>A') expect(authority.asked).toEqual([bytes]);
    if (gate === 'P>U') expect(upstream.received()).toContain(bytes);
    if (gate === 'C>P' && protocol === 'smtp') expect(upstream.received()).toContain(bytes);
    if (gate === 'C>P') expect(authority.asked.join()).toContain('other');
  });

  test('an answer of the auth service is decoded anew, and obeyed', async () => {
    const other = await lineUpstream('smtp');
    cleanup.push(other.close);
    const { engine, connect, recorder, upstream } = await lab('smtp');
    engine.gates.arm('A>P', true);
    const over = play(connect(), 'smtp');
    const held = await heldAt(engine, 'A>P');
    engine.gates.release(held.id, {
      text: `HTTP/1.0 200 OK\nAuth-Status: OK\nAuth-Server: 127.0.0.1\nAuth-Port: ${other.port}`,
    });
    await over;
    expect(other.received()).toContain('RCPT TO:<b@test.com>');
    expect(upstream.received()).toBe('');
    const { entries } = await recorder.over(1);
    expect(entries.find(({ edited }) => edited)).toMatchObject({
      leg: 'auth',
      direction: 'in',
      bytes: `HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: ${other.port}\r\n\r\n`,
    });
  });

  test('a refusal that a person writes is given to the client', async () => {
    const { engine, connect } = await lab('smtp');
    engine.gates.arm('A>P', true);
    const client = connect();
    void play(client, 'smtp');
    const held = await heldAt(engine, 'A>P');
    engine.gates.release(held.id, { text: 'Auth-Status: not today\nAuth-Wait: 1\nAuth-Error-Code: 451 4.7.1' });
    await client.until(() => client.received.includes('451 4.7.1 not today\r\n') || client.closed);
    expect(client.received).toContain('451 4.7.1 not today\r\n');
  });

  test('several lines at once are read one after the other, and all are marked', async () => {
    const { engine, connect, recorder } = await lab('smtp');
    const client = connect();
    await client.greeting();
    engine.gates.arm('C>P', true);
    client.send('NOOP\r\n');
    const held = await heldAt(engine, 'C>P');
    engine.gates.release(held.id, { text: 'HELO one\nNOOP\nQUIT' });
    expect(await client.end()).toBe(
      '220 mail.test.com ESMTP ready\r\n250 mail.test.com\r\n250 2.0.0 OK\r\n221 2.0.0 Bye\r\n',
    );
    const { entries } = await recorder.over(1);
    const marks = entries.flatMap(({ bytes, edited }) => (edited ? [[bytes, edited.was]] : []));
    expect(marks).toEqual([
      ['HELO one\r\n', 'NOOP\r\n'],
      ['NOOP\r\n', ''],
      ['QUIT\r\n', ''],
    ]);
  });

  test('a line that is longer than the buffer is overlong, whoever typed it', async () => {
    const { engine, connect, recorder } = await lab('smtp', { smtpClientBuffer: 64 });
    const client = connect();
    await client.greeting();
    engine.gates.arm('C>P', true);
    client.send('NOOP\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: `NOOP ${'x'.repeat(80)}` });
    await client.end();
    expect((await recorder.over(1)).entries.find(({ edited }) => edited)).toMatchObject({
      why: 'smtp.overlong',
      edited: { was: 'NOOP\r\n' },
    });
  });

  test('what stood there already is no change', async () => {
    const { engine, connect, recorder } = await lab('smtp');
    const client = connect();
    await client.greeting();
    engine.gates.arm('C>P', true);
    client.send('QUIT\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'QUIT\n' });
    await client.end();
    expect((await recorder.over(1)).entries.filter(({ edited }) => edited)).toEqual([]);
  });

  test('STARTTLS can be taken away from the client, and its line be another one', async () => {
    const { engine, connect } = await lab('smtp', { starttls: 'on' });
    const client = connect();
    await client.greeting();
    engine.gates.arm('C>P', true);
    client.send('STARTTLS\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'NOOP' });
    await client.until(() => client.received.endsWith('250 2.0.0 OK\r\n'));
    engine.gates.arm('C>P', false);
    expect(await client.ask('HELO me\r\n')).toBe('250 mail.test.com\r\n');
  });

  test('passwords stay masked, in what was and in what was typed', async () => {
    const { engine, connect, recorder } = await lab('pop3');
    engine.gates.arm('C>P', true);
    engine.gates.arm('P>A', true);
    const over = play(connect(), 'pop3');
    const pass = await stepTo(engine, 'C>P', 'PASS');
    expect(pass.secret).toEqual([[5, 11]]);
    engine.gates.release(pass.id, { text: 'PASS hunter2' });
    const asked = await heldAt(engine, 'P>A');
    expect(asked.secret.map(([from, to]) => asked.text.slice(from, to))).toEqual(['hunter2']);
    engine.gates.arm('C>P', false);
    engine.gates.arm('P>A', false);
    engine.gates.release(asked.id, { text: asked.text.replace('Auth-Pass: hunter2', 'Auth-Pass: third') });
    await over;
    const { entries } = await recorder.over(1);
    for (const { bytes, secret = [], edited } of entries) {
      const hides = (text: string, ranges: readonly (readonly [number, number])[], word: string) => {
        const at = text.indexOf(word);
        if (at >= 0) expect(ranges.some(([from, to]) => from <= at && at + word.length <= to)).toBe(true);
      };
      for (const word of ['secret', 'hunter2', 'third']) {
        hides(bytes, secret, word);
        if (edited) hides(edited.was, edited.secret ?? [], word);
      }
    }
    expect(entries.filter(({ edited }) => edited)).toHaveLength(2);
  });
});
