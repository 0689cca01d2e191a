import { createHash, randomBytes } from 'node:crypto';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTls } from '../../../electron/tls/tls.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import {
  fakeAuthority,
  fakeUpstream,
  heldSessions,
  releaseFirst,
  route,
  startEngine,
  tutorialServer,
} from '../../fakes/rig.ts';

const tls = createTls({ folder: null });
// The key of the self-signed certificate is made before anything is timed.
beforeAll(() => tls.load({ servers: [{ ...tutorialServer, starttls: 'on' }] }));

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

async function engineOf(
  authority: Parameters<typeof startEngine>[0],
  change: Partial<MailServer> = {},
): ReturnType<typeof startEngine> {
  const rig = await startEngine(authority, { starttls: 'on', ...change }, { tls });
  cleanup.push(rig.engine.stop);
  return rig;
}
async function upstreamOf(...args: Parameters<typeof fakeUpstream>): ReturnType<typeof fakeUpstream> {
  const upstream = await fakeUpstream(...args);
  cleanup.push(upstream.close);
  return upstream;
}
const ssl: Partial<MailServer> = { listens: [{ text: '127.0.0.1', host: '127.0.0.1', port: 0, line: 1, ssl: true }] };
const whys = (entries: readonly Entry[]): string[] => entries.map(({ why }) => why);
const goAhead = '220 2.0.0 Start TLS\r\n';

describe('STARTTLS', () => {
  test('makes the same connection TLS, without another greeting', async () => {
    const upstream = await upstreamOf();
    const { connect, recorder } = await engineOf(fakeAuthority(route(upstream.port)));
    const client = connect();
    await client.greeting();
    expect(await client.ask('STARTTLS\r\n')).toBe(goAhead);
    expect(await client.secure({ servername: 'mail.test.com' })).toBe(true);
    expect(await client.ask('HELO me\r\n')).toBe('250 mail.test.com\r\n');
    expect(await client.ask('STARTTLS\r\n')).not.toBe(goAhead);
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n');
    expect(await client.end()).toMatch(/250 rcpt ok\r\n354 go\r\n250 queued\r\n221 bye\r\n$/);
    expect(upstream.received()).toMatch(/^HELO mail\.test\.com\r\nMAIL FROM:<a>\r\n/);
    const { entries, summary } = await recorder.over(1);
    const secured = entries.find(({ why }) => why === 'session.secured');
    expect(secured).toMatchObject({ kind: 'tls', params: { mode: 'starttls', serverName: 'mail.test.com' } });
    expect(secured?.state).toEqual({ tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' });
    expect(entries[secured?.cause ?? -1]?.bytes).toBe('STARTTLS\r\n');
    expect(summary).toMatchObject({ outcome: 'relayed', reply: 250 });
    expect(summary.bytesOut).toBe(client.received.length);
  });

  test('drops what was pipelined behind it in clear text: nothing can be slipped in', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority());
    const client = connect();
    await client.greeting();
    expect(await client.ask('STARTTLS\r\nMAIL FROM:<evil>\r\nNOOP\r\n')).toBe(goAhead);
    expect(await client.secure()).toBe(true);
    expect(await client.ask('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
    client.socket.end();
    const { entries } = await recorder.over(1);
    const dropped = entries.find(({ why }) => why === 'session.plaintext-dropped');
    expect(dropped).toMatchObject({ kind: 'line', bytes: 'MAIL FROM:<evil>\r\nNOOP\r\n', disposition: 'consumed' });
    expect(entries.some(({ why }) => why === 'smtp.mail')).toBe(false);
  });

  test('clear text that comes later breaks the handshake', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority());
    const client = connect();
    await client.greeting();
    await client.ask('STARTTLS\r\n');
    client.send('EHLO me\r\n');
    await client.end();
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries).slice(-2)).toEqual(['session.secure-failed', 'session.proxy-closed']);
    expect(entries.at(-2)?.params).toEqual({
      mode: 'starttls',
      error: expect.stringContaining('wrong version number'),
    });
    expect(summary).toMatchObject({ error: 'session.secure-failed', place: 'ended', outcome: 'closed' });
  });

  test('a client that leaves instead ends it', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority());
    const client = connect();
    await client.greeting();
    await client.ask('STARTTLS\r\n');
    client.socket.end();
    const { entries } = await recorder.over(1);
    expect(whys(entries).at(-1)).toBe('session.secure-failed');
    expect(entries.at(-1)?.params).toEqual({ mode: 'starttls', error: '' });
  });

  test('of a silent client waits a second timeout; of one that began, only the rest of the first', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), { timeoutMs: 150 });
    const silent = connect();
    const began = connect();
    await Promise.all([silent.greeting(), began.greeting()]);
    await Promise.all([silent.ask('STARTTLS\r\n'), began.ask('STARTTLS\r\n')]);
    // The first byte of a TLS record.
    began.send('\x16');
    await Promise.all([silent.end(), began.end()]);
    const [one, two] = await Promise.all([recorder.over(1), recorder.over(2)]);
    for (const { entries } of [one, two])
      expect(whys(entries).slice(-2)).toEqual(['session.secure-timed-out', 'session.proxy-closed']);
    const end = ({ entries }: typeof one): number => (entries.at(-1)?.at ?? 0) / 1000;
    expect(end(one)).toBeGreaterThanOrEqual(290);
    expect(end(two)).toBeLessThan(290);
  });

  test('the clock of the dialogue is not wound up by the handshake', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), { timeoutMs: 150 });
    const client = connect();
    await client.greeting();
    await client.ask('STARTTLS\r\n');
    await client.secure();
    await client.end();
    const { entries } = await recorder.over(1);
    expect(whys(entries).slice(-2)).toEqual(['smtp.timeout', 'session.proxy-closed']);
    expect((entries.at(-1)?.at ?? 0) / 1000).toBeLessThan(290);
  });

  test('stopping the engine meanwhile ends the session', async () => {
    const { connect, recorder, engine } = await engineOf(fakeAuthority());
    const client = connect();
    await client.greeting();
    await client.ask('STARTTLS\r\n');
    client.send('\x16');
    await engine.stop();
    await client.end();
    expect(whys((await recorder.over(1)).entries).at(-1)).toBe('session.stopped');
  });

  test.each([
    ['imap', 'a STARTTLS\r\n', 'a OK completed\r\n', 'b NOOP\r\n', 'b OK completed\r\n'],
    ['pop3', 'STLS\r\n', '+OK\r\n', 'NOOP\r\n', '+OK\r\n'],
  ] as const)('in %s too', async (protocol, start, granted, noop, answer) => {
    const { connect } = await engineOf(fakeAuthority(), { protocol });
    const client = connect();
    await client.greeting();
    expect(await client.ask(start)).toBe(granted);
    expect(await client.secure()).toBe(true);
    expect(await client.ask(noop)).toBe(answer);
  });

  test('held at every gate gives the bytes of a session that never was', async () => {
    const upstream = await upstreamOf();
    const { engine, connect } = await engineOf(fakeAuthority(route(upstream.port)), { timeoutMs: 500 });
    for (const gate of ['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C'] as const) engine.gates.arm(gate, true);
    const release = setInterval(() => {
      for (const id of heldSessions(engine)) releaseFirst(engine, id);
    }, 1);
    cleanup.push(async () => clearInterval(release));
    const client = connect();
    await client.greeting();
    expect(await client.ask('STARTTLS\r\n')).toBe(goAhead);
    expect(await client.secure()).toBe(true);
    client.send('EHLO me\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n');
    expect(await client.end()).toMatch(
      /250 mail\.test\.com\r\n250 2\.0\.0 OK\r\n250 rcpt ok\r\n354 go\r\n250 queued\r\n221 bye\r\n$/,
    );
  });
});

describe('a dialogue over TLS', () => {
  test('answers everything to a client that sends and half-closes at once', async () => {
    const { connect } = await engineOf(fakeAuthority(), ssl);
    const client = connect();
    await client.secure();
    client.socket.end('NOOP\r\nNOOP\r\nHELO me\r\n');
    expect(await client.end()).toBe(
      '220 mail.test.com ESMTP ready\r\n250 2.0.0 OK\r\n250 2.0.0 OK\r\n250 mail.test.com\r\n',
    );
  });

  test('of a client that leaves its replies unread is read no further, and ends in time', async () => {
    // Long enough for the handshake on a busy machine.
    const change = { ...ssl, timeoutMs: 2000, serverName: 'x'.repeat(400) };
    const { port, recorder } = await engineOf(fakeAuthority(), change);
    const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    client.on('error', () => {});
    await new Promise<void>((done) => client.once('secureConnect', done));
    const flood = 'HELO a\r\n'.repeat(100_000);
    client.pause();
    client.write(flood);
    const { summary } = await recorder.over(1);
    client.destroy();
    expect(summary).toMatchObject({ outcome: 'closed', error: 'smtp.timeout', place: 'ended' });
    expect(summary.bytesIn).toBeLessThan(flood.length);
  });

  test('a listener that becomes TLS keeps its port; who is there goes on in clear text', async () => {
    const { engine, connect, port } = await engineOf(fakeAuthority());
    const old = connect();
    await old.greeting();
    const [listener] = await engine.apply({ servers: [{ ...tutorialServer, ...ssl }] });
    expect(listener).toMatchObject({ port, ssl: true });
    const young = connect();
    expect(await young.secure()).toBe(true);
    expect(await young.greeting()).toBe('220 mail.test.com ESMTP ready\r\n');
    expect(await old.ask('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
  });

  test('quitting waits for a client that shakes hands', async () => {
    const { engine, connect, recorder } = await engineOf(fakeAuthority(), ssl);
    const client = connect();
    await vi.waitUntil(() => recorder.sessions.size === 1);
    const quitting = engine.quit(0);
    expect(await client.secure()).toBe(true);
    client.send('QUIT\r\n');
    expect(await client.end()).toMatch(/221 2\.0\.0 Bye\r\n$/);
    await quitting;
  });
});

describe('a relay over TLS', () => {
  const size = 10_000_000;
  const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

  test('carries ten megabytes each way, whoever is slow', async () => {
    const down = randomBytes(size);
    const up = randomBytes(size);
    const upstream = await upstreamOf();
    const { port } = await engineOf(fakeAuthority(route(upstream.port)), ssl);
    const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    let received = Buffer.alloc(0);
    const chunks: Buffer[] = [];
    client.on('data', (bytes: Buffer) => {
      chunks.push(bytes);
      // Reading in fits and starts makes the proxy hold back.
      if (chunks.length % 50 === 0) {
        client.pause();
        setImmediate(() => client.resume());
      }
    });
    client.write('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await vi.waitUntil(() => Buffer.concat(chunks).includes('rcpt ok'), { timeout: 5000 });
    chunks.length = 0;
    const [socket] = upstream.sockets;
    socket?.removeAllListeners('data');
    const fromClient: Buffer[] = [];
    let counted = 0;
    socket?.on('data', (bytes: Buffer) => {
      fromClient.push(bytes);
      counted += bytes.length;
    });
    client.write(up);
    socket?.write(down);
    const total = (): number => chunks.reduce((sum, { length }) => sum + length, 0);
    await vi.waitUntil(() => counted === size && total() === size, { timeout: 14_000 });
    received = Buffer.concat(chunks);
    expect(sha(received)).toBe(sha(down));
    expect(sha(Buffer.concat(fromClient))).toBe(sha(up));
    client.destroy();
  });

  test('delivers everything that the upstream said before it closed', async () => {
    const down = randomBytes(size / 10);
    const upstream = await upstreamOf();
    const { port, recorder } = await engineOf(fakeAuthority(route(upstream.port)), ssl);
    const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const chunks: Buffer[] = [];
    client.on('data', (bytes: Buffer) => chunks.push(bytes));
    const ended = new Promise<void>((done) => client.once('end', () => done()));
    client.write('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await vi.waitUntil(() => Buffer.concat(chunks).includes('rcpt ok'), { timeout: 5000 });
    chunks.length = 0;
    upstream.sockets[0]?.end(down);
    await ended;
    expect(sha(Buffer.concat(chunks))).toBe(sha(down));
    expect(whys((await recorder.over(1)).entries).slice(-2)).toEqual(['session.upstream-closed', 'session.done']);
  });

  test('ends when the client does, at both sides', async () => {
    const upstream = await upstreamOf();
    const { connect, recorder } = await engineOf(fakeAuthority(route(upstream.port)), ssl);
    const client = connect();
    await client.secure();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await client.until(() => client.received.includes('rcpt ok'));
    client.socket.end();
    const { entries } = await recorder.over(1);
    expect(whys(entries).slice(-2)).toEqual(['session.client-closed', 'session.done']);
  });

  test('says goodbye: close_notify goes before the end of the connection', async () => {
    const { port } = await engineOf(fakeAuthority(), ssl);
    // A man in the middle sees the kinds of the records that the proxy sends.
    let wire = Buffer.alloc(0);
    const middle = createServer((near: Socket) => {
      const far = connectTcp(port, '127.0.0.1');
      far.on('data', (bytes) => {
        wire = Buffer.concat([wire, bytes]);
      });
      for (const socket of [near, far]) socket.on('error', () => {});
      near.pipe(far).pipe(near);
    }).listen(0, '127.0.0.1');
    await new Promise<void>((done) => middle.once('listening', done));
    cleanup.push(async () => void middle.close());
    const address = middle.address();
    const through = typeof address === 'object' && address ? address.port : 0;
    const client = connectTls({ port: through, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    client.resume();
    client.write('QUIT\r\n');
    await new Promise<void>((done) => client.once('close', () => done()));
    const kinds: number[] = [];
    for (let at = 0; at < wire.length; at += 5 + wire.readUInt16BE(at + 3)) kinds.push(wire[at] ?? 0);
    // RFC 5246, A.1: 23 application data, 21 alert.
    expect(kinds.slice(-2)).toEqual([23, 21]);
  });
});

describe('many at once', () => {
  test('a thousand handshakes all come through, and no listener leaks', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warned);
    cleanup.push(async () => void process.off('warning', warned));
    const { port, recorder } = await engineOf(fakeAuthority(), ssl);
    const one = (): Promise<string> =>
      new Promise((done, fail) => {
        let text = '';
        const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
        client.on('error', fail);
        client.on('data', (bytes) => {
          text += bytes.toString('latin1');
          if (text.endsWith('ready\r\n')) client.write('QUIT\r\n');
        });
        client.once('end', () => done(text));
      });
    const texts = await Promise.all(Array.from({ length: 1000 }, one));
    expect(new Set(texts)).toEqual(new Set(['220 mail.test.com ESMTP ready\r\n221 2.0.0 Bye\r\n']));
    expect(recorder.sessions.size).toBe(1000);
    expect(warnings).toEqual([]);
  }, 30_000);
});
