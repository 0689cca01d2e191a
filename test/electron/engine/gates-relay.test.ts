/** Holding in a relay: pieces are lines and parts of contents, and nobody but a person changes a byte. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTls } from '../../../electron/tls/tls.ts';
import { gates } from '../../../shared/journal/breakpoint.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { heldAt, lineUpstream, play, routeTo, scripts } from '../../fakes/gate-rig.ts';
import { type Client, fakeAuthority, startEngine, tutorialServer } from '../../fakes/rig.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of cleanup.splice(0).reverse()) await stop();
});

/** A session whose relay runs. */
async function relayed(protocol: Protocol, change = {}, ports = {}) {
  const upstream = await lineUpstream(protocol);
  const started = await startEngine(fakeAuthority(routeTo(upstream)), { protocol, ...change }, ports);
  cleanup.push(upstream.close, () => started.engine.stop());
  const client = started.connect();
  if ('tls' in ports) await client.secure();
  await client.greeting();
  for (const [line, expected] of scripts[protocol]) {
    client.send(line);
    await client.until(() => expected.test(client.received));
    if (started.recorder.sessions.get(1)?.entries.some(({ kind }) => kind === 'relay')) break;
  }
  return { ...started, upstream, client };
}

const arm = (engine: Awaited<ReturnType<typeof relayed>>['engine'], ...armed: readonly string[]): void => {
  for (const gate of gates) engine.gates.arm(gate, armed.includes(gate));
};

async function said(client: Client, text: string): Promise<void> {
  await client.until(() => client.received.endsWith(text));
}

describe('changed in the relay', () => {
  test.each([
    ['smtp', 'NOOP\r\n', 'RSET', '250 rset ok\r\n'],
    ['imap', '7 NOOP\r\n', '7 CHECK', '7 OK check\r\n'],
    ['pop3', 'NOOP\r\n', 'STAT', '+OK stat\r\n'],
  ] as const)('%s: a command, at each of its gates', async (protocol, line, typed, answer) => {
    for (const gate of ['C>P', 'P>U'] as const) {
      const { engine, client, upstream, recorder } = await relayed(protocol);
      arm(engine, gate);
      client.send(line);
      const held = await heldAt(engine, gate);
      expect(held).toMatchObject({ text: line, kind: 'line', leg: gate === 'C>P' ? 'client' : 'upstream' });
      engine.gates.release(held.id, { text: typed });
      await said(client, answer);
      expect(upstream.received().endsWith(`${typed}\r\n`)).toBe(true);
      engine.kill(1);
      const { entries } = await recorder.over(1);
      expect(entries.filter(({ edited }) => edited)).toEqual([
        expect.objectContaining({
          leg: 'client',
          bytes: `${typed}\r\n`,
          disposition: 'changed',
          edited: { was: line },
        }),
      ]);
    }
  });

  test.each([
    ['smtp', 'NOOP\r\n', '250 noop ok\r\n', '452 4.3.1 full'],
    ['imap', '7 NOOP\r\n', '7 OK noop\r\n', '7 NO not now'],
    ['pop3', 'NOOP\r\n', '+OK noop\r\n', '-ERR not now'],
  ] as const)('%s: a reply, at each of its gates', async (protocol, line, answer, typed) => {
    for (const gate of ['U>P', 'P>C'] as const) {
      const { engine, client, recorder } = await relayed(protocol);
      arm(engine, gate);
      client.send(line);
      const held = await heldAt(engine, gate);
      expect(held.text).toBe(answer);
      engine.gates.release(held.id, { text: typed });
      await said(client, `${typed}\r\n`);
      expect(client.received).not.toContain(answer);
      engine.kill(1);
      const { entries } = await recorder.over(1);
      expect(entries.filter(({ edited }) => edited)).toMatchObject([{ leg: 'upstream', edited: { was: answer } }]);
    }
  });

  test('changed at both gates, the journal keeps what the peer had said', async () => {
    const { engine, client, upstream, recorder } = await relayed('smtp');
    arm(engine, 'C>P', 'P>U');
    client.send('NOOP\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'RSET' });
    engine.gates.release((await heldAt(engine, 'P>U', 'RSET')).id, { text: 'VRFY x' });
    await said(client, '250 vrfy ok\r\n');
    expect(upstream.received()).toMatch(/\r\nVRFY x\r\n$/);
    engine.kill(1);
    const { entries } = await recorder.over(1);
    expect(entries.filter(({ edited }) => edited)).toMatchObject([
      { bytes: 'VRFY x\r\n', edited: { was: 'NOOP\r\n' } },
    ]);
  });

  test('a message is held as parts of a content, and its change is told with the whole', async () => {
    const { engine, client, upstream, recorder } = await relayed('smtp');
    await client.ask('DATA\r\n', '354');
    arm(engine, 'P>U');
    const content = 'Subject: x\r\n\r\nhello\r\n.\r\n';
    client.send(content);
    const held = await heldAt(engine, 'P>U');
    expect(held).toMatchObject({ kind: 'data', text: content, secret: [] });
    engine.gates.release(held.id, { text: content.replace('hello', 'goodbye') });
    await said(client, '250 queued\r\n');
    expect(upstream.received()).toContain('goodbye\r\n.\r\n');
    engine.kill(1);
    const { entries, summary } = await recorder.over(1);
    expect(entries.filter(({ edited }) => edited)).toMatchObject([
      { kind: 'data', bytes: content.replace('hello', 'goodbye'), edited: { was: content } },
    ]);
    expect(summary.reply).toBe(250);
  });

  test('a literal is a part of its own, a reply of several lines is one', async () => {
    const imap = await relayed('imap');
    arm(imap.engine, 'U>P');
    imap.client.send('7 FETCH 1 X\r\n');
    const pieces: string[] = [];
    for (let nth = 0; nth < 4; nth++) {
      const held = await heldAt(imap.engine, 'U>P');
      pieces.push(`${held.kind} ${held.text}`);
      imap.engine.gates.release(held.id);
    }
    expect(pieces).toEqual(['line * 1 FETCH (X {7}\r\n', 'data he\r\nllo', 'line )\r\n', 'line 7 OK done\r\n']);
    const smtp = await relayed('smtp');
    arm(smtp.engine, 'U>P');
    smtp.client.send('EHLO again\r\n');
    expect((await heldAt(smtp.engine, 'U>P')).text).toBe('250-up\r\n250 XCLIENT NAME\r\n');
  });

  test('a secret stays hidden when it is changed, and dropped at the next gate', async () => {
    const { engine, client, recorder } = await relayed('smtp');
    arm(engine, 'C>P', 'P>U');
    client.send('AUTH PLAIN c2VjcmV0\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'AUTH PLAIN b3RoZXI=' });
    const typed = await heldAt(engine, 'P>U');
    expect(typed.secret.map(([from, to]) => typed.text.slice(from, to))).toEqual(['b3RoZXI=']);
    engine.gates.drop(typed.id);
    engine.kill(1);
    const { entries } = await recorder.over(1);
    expect(entries.find(({ why }) => why === 'session.dropped')).toMatchObject({ secret: [[11, 19]] });
  });

  test('two changed parts of one message are told together', async () => {
    const { engine, client, recorder } = await relayed('smtp');
    await client.ask('DATA\r\n', '354');
    arm(engine, 'C>P');
    client.send('Subject: x\r\n\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'Subject: y\n\n' });
    client.send('hello\r\n.\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'bye\n.\n' });
    await said(client, '250 queued\r\n');
    engine.kill(1);
    const { entries } = await recorder.over(1);
    expect(entries.filter(({ edited }) => edited)).toMatchObject([
      {
        kind: 'data',
        bytes: 'Subject: y\r\n\r\nbye\r\n.\r\n',
        edited: { was: 'Subject: x\r\n\r\nhello\r\n.\r\n' },
      },
    ]);
  });

  test('what the journal no longer keeps is kept where a person changed it', async () => {
    const { engine, client, recorder } = await relayed('smtp');
    for (let nth = 0; nth < 60; nth++) client.send(`X ${'long '.repeat(1600)}\r\n`);
    await vi.waitUntil(() => recorder.sessions.get(1)?.entries.some(({ why }) => why === 'session.truncated'));
    client.send('RSET\r\n');
    await said(client, '250 rset ok\r\n');
    arm(engine, 'C>P');
    client.send('NOOP\r\n');
    engine.gates.release((await heldAt(engine, 'C>P')).id, { text: 'VRFY me' });
    await said(client, '250 vrfy ok\r\n');
    engine.kill(1);
    const { entries } = await recorder.over(1);
    expect(entries.filter(({ edited }) => edited)).toMatchObject([
      { bytes: 'VRFY me\r\n', edited: { was: 'NOOP\r\n' } },
    ]);
  });

  test('a login in the relay hides its secret', async () => {
    const smtp = await relayed('smtp');
    arm(smtp.engine, 'C>P');
    smtp.client.send('AUTH PLAIN c2VjcmV0\r\n');
    expect((await heldAt(smtp.engine, 'C>P')).secret).toEqual([[11, 19]]);
    const pop3 = await relayed('pop3');
    arm(pop3.engine, 'C>P');
    pop3.client.send('PASS again\r\n');
    expect((await heldAt(pop3.engine, 'C>P')).secret).toEqual([[5, 10]]);
    const imap = await relayed('imap');
    arm(imap.engine, 'C>P');
    imap.client.send('8 LOGIN joe secret\r\n');
    expect((await heldAt(imap.engine, 'C>P')).secret).toEqual([[12, 18]]);
  });
});

describe('a relay', () => {
  test('waits for the end of a line only while it could be held', async () => {
    const { engine, client, upstream } = await relayed('smtp');
    arm(engine, 'C>P');
    client.send('NO');
    await vi.waitUntil(() => engine.open()[0] !== undefined);
    client.send('OP');
    arm(engine);
    await vi.waitUntil(() => upstream.received().endsWith('NOOP'));
    client.send('\r\n');
    await said(client, '250 noop ok\r\n');
  });

  test('keeps what a gate holds when the gate is opened', async () => {
    const { engine, client, upstream } = await relayed('smtp');
    arm(engine, 'C>P');
    client.send('NOOP\r\nRSET\r\n');
    const held = await heldAt(engine, 'C>P');
    arm(engine);
    expect(engine.gates.view().held).toMatchObject([{ id: held.id, text: 'NOOP\r\n' }]);
    expect(upstream.received()).not.toContain('NOOP');
    engine.gates.release(held.id);
    await said(client, '250 noop ok\r\n250 rset ok\r\n');
  });

  test('drops a command or a reply, and the rest goes on', async () => {
    const { engine, client, upstream, recorder } = await relayed('smtp');
    arm(engine, 'P>U');
    client.send('VRFY x\r\nNOOP\r\n');
    engine.gates.drop((await heldAt(engine, 'P>U', 'VRFY')).id);
    engine.gates.release((await heldAt(engine, 'P>U', 'NOOP')).id);
    await said(client, '250 noop ok\r\n');
    expect(upstream.received()).not.toContain('VRFY');
    engine.kill(1);
    const { entries } = await recorder.over(1);
    expect(entries.find(({ why }) => why === 'session.dropped')).toMatchObject({
      bytes: 'VRFY x\r\n',
      leg: 'upstream',
      params: { gate: 'P>U' },
    });
  });

  test.each(['C>P', 'P>U'] as const)('forgets a command at %s that a person answers', async (gate) => {
    const { engine, client, upstream } = await relayed('smtp');
    arm(engine, gate);
    client.send('VRFY x\r\n');
    engine.gates.answer((await heldAt(engine, gate)).id, '252 maybe');
    await said(client, '252 maybe\r\n');
    arm(engine);
    expect(await client.ask('NOOP\r\n', 'ok')).toContain('250 noop ok');
    expect(upstream.received()).not.toContain('VRFY');
  });

  test('closes both sides behind a goodbye', async () => {
    const { engine, client, upstream, recorder } = await relayed('smtp');
    arm(engine, 'C>P');
    client.send('NOOP\r\n');
    engine.gates.answer((await heldAt(engine, 'C>P')).id, '421 4.3.2 closing');
    expect(await client.end()).toMatch(/421 4\.3\.2 closing\r\n$/);
    await recorder.over(1);
    await vi.waitUntil(() => upstream.sockets.every(({ destroyed }) => destroyed));
    expect(engine.open()).toEqual([]);
  });

  test('ends when its upstream leaves, although a command is held', async () => {
    const { engine, client, upstream, recorder } = await relayed('smtp');
    arm(engine, 'C>P');
    client.send('NOOP\r\n');
    await heldAt(engine, 'C>P');
    for (const socket of upstream.sockets) socket.end();
    await client.end();
    expect((await recorder.over(1)).entries.map(({ why }) => why)).toContain('session.upstream-closed');
    expect(engine.gates.view().heldCount).toBe(0);
  });

  test('gives the last replies to a client before its end, although they were held', async () => {
    const { engine, client, recorder } = await relayed('smtp');
    arm(engine, 'P>C');
    client.send('QUIT\r\n');
    const bye = await heldAt(engine, 'P>C');
    expect(bye.text).toBe('221 bye\r\n');
    expect(engine.open()).toHaveLength(1);
    engine.gates.release(bye.id);
    expect(await client.end()).toMatch(/221 bye\r\n$/);
    await recorder.over(1);
  });

  test('takes a long content through in order, with little of it waiting', async () => {
    const { engine, client, upstream } = await relayed('smtp');
    await client.ask('DATA\r\n', '354');
    const body = `${'x'.repeat(998)}\r\n`.repeat(3000);
    arm(engine, 'C>P');
    const before = upstream.received().length;
    client.send(`${body}.\r\n`);
    const timer = setInterval(() => engine.gates.releaseAll(), 1);
    cleanup.push(() => clearInterval(timer));
    await said(client, '250 queued\r\n');
    expect(upstream.received().slice(before) === `${body}.\r\n`).toBe(true);
  });
});

describe('over TLS', () => {
  const tls = createTls({ folder: null });
  const listens = [{ text: '127.0.0.1', host: '127.0.0.1', port: 0, line: 1, ssl: true as const }];
  tls.load({ servers: [{ ...tutorialServer, listens }] });

  test('what is held is clear text, in the dialogue and in the relay', async () => {
    const { engine, client, upstream } = await relayed('smtp', { listens }, { tls });
    arm(engine, ...gates);
    client.send('RSET\r\n');
    const command = await heldAt(engine, 'C>P');
    expect(command.text).toBe('RSET\r\n');
    engine.gates.release(command.id, { text: 'NOOP' });
    for (const gate of ['P>U', 'U>P', 'P>C'] as const) engine.gates.release((await heldAt(engine, gate)).id);
    await said(client, '250 noop ok\r\n');
    expect(upstream.received()).toMatch(/NOOP\r\n$/);
  });

  test('the greeting waits for its gate, the handshake does not', async () => {
    const { engine, connect } = await relayed('smtp', { listens }, { tls });
    arm(engine, ...gates);
    const client = connect();
    expect(await client.secure()).toBe(true);
    const greeting = await heldAt(engine, 'P>C', '220');
    expect(client.received).toBe('');
    engine.gates.release(greeting.id);
    expect(await client.greeting()).toBe('220 mail.test.com ESMTP ready\r\n');
  });
});

describe('the PROXY header for the upstream', () => {
  test.each([
    ['on', 'line'],
    ['v2', 'data'],
  ] as const)('%s is held, and can be changed', async (proxyProtocol, kind) => {
    const upstream = await lineUpstream('smtp');
    const { engine, connect, recorder } = await startEngine(fakeAuthority(routeTo(upstream)), { proxyProtocol });
    cleanup.push(upstream.close, () => engine.stop());
    engine.gates.set({ why: 'session.proxy-header' });
    const over = play(connect(), 'smtp');
    const held = await heldAt(engine, 'P>U');
    expect(held).toMatchObject({ kind, editable: kind === 'line' });
    expect(upstream.received()).toBe('');
    const text = kind === 'line' ? 'PROXY UNKNOWN' : held.text.slice(0, -1);
    engine.gates.release(held.id, { text });
    await over;
    const sent = kind === 'line' ? 'PROXY UNKNOWN\r\n' : text;
    expect(upstream.received().startsWith(`${sent}EHLO `)).toBe(true);
    const { entries } = await recorder.over(1);
    expect(entries.find(({ edited }) => edited)).toMatchObject({ bytes: sent, edited: { was: held.text } });
  });
});

describe('clocks', () => {
  test('those of a relay stand while something is held, and have their whole time behind it', async () => {
    const { engine, client, recorder } = await relayed('smtp', { proxyTimeoutMs: 80 });
    arm(engine, 'C>P');
    client.send('NOOP\r\n');
    const held = await heldAt(engine, 'C>P');
    const other = await relayed('smtp', { proxyTimeoutMs: 120 });
    await other.client.end();
    expect(engine.open()).toHaveLength(1);
    arm(engine);
    client.send('RSET\r\n');
    engine.gates.release(held.id);
    await said(client, '250 rset ok\r\n');
    await client.end();
    expect((await recorder.over(1)).entries.map(({ why }) => why)).toContain('session.idle');
  });

  test('quitting waits for nobody who could release', async () => {
    const { engine, client } = await relayed('smtp');
    arm(engine, 'C>P');
    client.send('QUIT\r\n');
    await heldAt(engine, 'C>P');
    await engine.quit(null);
    expect(await client.end()).toMatch(/221 bye\r\n$/);
  });
});
