import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ClientName, NamePort } from '../../../electron/engine/ports.ts';
import { createTls } from '../../../electron/tls/tls.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { Listen, MailServer } from '../../../shared/nginx/mail.ts';
import { type Client, fakeAuthority, fakeUpstream, route, startEngine, tutorialServer } from '../../fakes/rig.ts';

const tls = createTls({ folder: null });
// The key of the self-signed certificate is made before anything is timed.
beforeAll(() => tls.load({ servers: [{ ...tutorialServer, starttls: 'on' }] }));

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

async function engineOf(...args: Parameters<typeof startEngine>): ReturnType<typeof startEngine> {
  const rig = await startEngine(...args);
  cleanup.push(rig.engine.stop);
  return rig;
}
const listens = (more: Partial<Listen>): Pick<MailServer, 'listens'> => ({
  listens: [{ text: '127.0.0.1', host: '127.0.0.1', port: 0, line: 1, ...more }],
});
const whys = (entries: readonly Entry[]): string[] => entries.map(({ why }) => why);
const greeting = '220 mail.test.com ESMTP ready\r\n';
const header = 'PROXY TCP4 203.0.113.7 192.0.2.1 40000 25\r\n';
const trusted: Partial<MailServer> = { realIpFrom: [{ type: 'network', address: '127.0.0.0', bits: 8 }] };

/** Names that are given when the test says so. */
function slowNames(): NamePort & { asked: string[]; give(name: ClientName): void; abandoned: number } {
  let give: ((name: ClientName) => void) | undefined;
  return {
    asked: [],
    abandoned: 0,
    give: (name) => give?.(name),
    nameOf(address, _resolver, timeoutMs, done) {
      this.asked.push(`${address} ${timeoutMs}`);
      give = done;
      return () => {
        this.abandoned += 1;
      };
    },
  };
}
const resolver = { servers: [{ address: '127.0.0.1', port: 53 }], validMs: null, ipv4: true, ipv6: true };

describe('the PROXY header', () => {
  test('comes first, and what stands behind it in the same read is the first command', async () => {
    const { recorder, connect } = await engineOf(fakeAuthority(), listens({ proxyProtocol: true }));
    const client = connect();
    client.send(`${header}HELO me\r\n`);
    await client.until(() => client.received.split('\r\n').length > 2);
    expect(client.received).toBe(`${greeting}250 mail.test.com\r\n`);
    client.socket.end();
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries).slice(0, 3)).toEqual(['session.accepted', 'session.proxied', 'smtp.greeting']);
    expect(entries[1]).toMatchObject({
      leg: 'client',
      direction: 'in',
      kind: 'line',
      disposition: 'consumed',
      bytes: header,
      params: { source: '203.0.113.7:40000', destination: '192.0.2.1:25' },
    });
    expect(entries[2]?.cause).toBe(1);
    // Not believed: the socket's peer stays the client.
    expect(summary.client).toMatch(/^127\.0\.0\.1:/);
    expect(summary.bytesIn).toBe(header.length + 'HELO me\r\n'.length);
  });

  test('is believed from a trusted peer: the auth service and the list get its address', async () => {
    const authority = fakeAuthority({ type: 'reject', message: 'no', waitMs: 0 });
    const { recorder, connect } = await engineOf(authority, { ...listens({ proxyProtocol: true }), ...trusted });
    const client = connect();
    client.send(`${header}MAIL FROM:<a>\r\nRCPT TO:<b>\r\n`);
    await client.end();
    expect(authority.asked[0]).toContain('Client-IP: 203.0.113.7\r\n');
    const { entries, summary } = await recorder.over(1);
    expect(summary.client).toBe('203.0.113.7:40000');
    const [accepted, , real] = entries;
    expect(accepted?.params?.client).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(real).toMatchObject({
      why: 'session.real-ip',
      cause: 1,
      params: { client: '203.0.113.7:40000', peer: accepted?.params?.client },
    });
  });

  test('without addresses changes nothing', async () => {
    const { recorder, connect } = await engineOf(fakeAuthority(), { ...listens({ proxyProtocol: true }), ...trusted });
    const client = connect();
    client.send('PROXY UNKNOWN\r\n');
    expect(await client.greeting()).toBe(greeting);
    client.socket.end();
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries)[1]).toBe('session.proxied.unknown');
    expect(summary.client).toBe(entries[0]?.params?.client);
  });

  test.each([
    ['HELO me\r\n', { error: 'broken', line: 'HELO me' }],
    ['PROXY TCP4 1.2.3.4', { error: 'broken', line: 'PROXY TCP4 1.2.3.4' }],
    ['\r\n\r\n\0\r\nQUIT\n\x11\x11\0\x0c123456789012', { error: 'unknown-version', version: 1 }],
    ['\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c12345678901', { error: 'too-large' }],
    ['\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0412341234', { error: 'short' }],
  ])('that is none (%j) closes the connection without a byte', async (bytes, params) => {
    const { recorder, connect } = await engineOf(fakeAuthority(), listens({ proxyProtocol: true }));
    const client = connect();
    client.send(bytes);
    expect(await client.end()).toBe('');
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.proxied.broken', 'session.proxy-closed']);
    expect(entries[1]).toMatchObject({ kind: 'line', bytes, params });
    expect(summary).toMatchObject({ outcome: 'closed', error: 'session.proxied.broken', place: 'ended' });
  });

  test('that comes in two reads is none: nginx looks once', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), listens({ proxyProtocol: true }));
    const client = connect();
    await once(client.socket, 'connect');
    client.send(header.slice(0, 10));
    expect(await client.end()).toBe('');
    expect((await recorder.over(1)).entries[1]?.params).toEqual({ error: 'broken', line: header.slice(0, 10) });
  });

  test('of a client that leaves first is an empty one', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), listens({ proxyProtocol: true }));
    connect().socket.end();
    const { entries } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.client-closed', 'session.proxied.broken']);
    expect(entries[2]).toMatchObject({ kind: 'decision', params: { error: 'broken', line: '' } });
  });

  test('of a client that resets is a broken connection', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), listens({ proxyProtocol: true }));
    const client = connect();
    await once(client.socket, 'connect');
    client.socket.resetAndDestroy();
    const { entries } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.broken']);
    expect(entries[1]?.params).toEqual({ error: 'ECONNRESET' });
  });

  test('has to come within timeout', async () => {
    const change = { ...listens({ proxyProtocol: true }), timeoutMs: 30 };
    const { connect, recorder } = await engineOf(fakeAuthority(), change);
    expect(await connect().end()).toBe('');
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.proxied.timed-out', 'session.proxy-closed']);
    expect(summary).toMatchObject({ outcome: 'closed', error: 'session.proxied.timed-out' });
  });
});

describe('listen … ssl', () => {
  test('shakes hands before the greeting, also behind a PROXY header in the same read', async () => {
    const change = { ...listens({ ssl: true, proxyProtocol: true }), ...trusted };
    const { connect, recorder } = await engineOf(fakeAuthority(), change, { tls });
    const client = connect();
    client.send(header);
    expect(await client.secure({ servername: 'mail.test.com' })).toBe(true);
    expect(await client.greeting()).toBe(greeting);
    expect(await client.ask('HELO me\r\n')).toBe('250 mail.test.com\r\n');
    client.socket.end();
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries).slice(0, 5)).toEqual([
      'session.accepted',
      'session.proxied',
      'session.real-ip',
      'session.secured',
      'smtp.greeting',
    ]);
    expect(entries[3]).toMatchObject({
      kind: 'tls',
      cause: 2,
      params: { mode: 'ssl', protocol: 'TLSv1.3', serverName: 'mail.test.com', alpn: '' },
    });
    expect(summary.bytesIn).toBe(header.length + 'HELO me\r\n'.length);
  });

  test('clear text breaks the handshake, without a word of the protocol', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), listens({ ssl: true }), { tls });
    const client = connect();
    client.send('EHLO me\r\n');
    expect(await client.end()).not.toContain('220');
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.secure-failed', 'session.proxy-closed']);
    expect(entries[1]?.params).toEqual({ mode: 'ssl', error: expect.stringContaining('wrong version number') });
    expect(summary).toMatchObject({ outcome: 'closed', error: 'session.secure-failed' });
  });

  test('a client that leaves ends it', async () => {
    const { connect, recorder } = await engineOf(fakeAuthority(), listens({ ssl: true }), { tls });
    connect().socket.end();
    const { entries } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.secure-failed']);
    expect(entries[1]?.params).toEqual({ mode: 'ssl', error: '' });
  });

  test.each([
    ['closes', '', (client: Client) => void client.socket.end()],
    ['resets', 'ECONNRESET', (client: Client) => void client.socket.resetAndDestroy()],
  ])('a client that %s in the middle ends it', async (_, error, leave) => {
    const { connect, recorder } = await engineOf(fakeAuthority(), listens({ ssl: true }), { tls });
    const client = connect();
    await once(client.socket, 'connect');
    // The beginning of a handshake record of 512 bytes.
    client.send('\x16\x03\x01\x02\x00\x01');
    await vi.waitUntil(() => recorder.sessions.size === 1);
    leave(client);
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.secure-failed']);
    expect(entries[1]?.params).toEqual({ mode: 'ssl', error });
    expect(summary.ms).not.toBeNull();
  });

  test('has to be done within timeout, which has run since the accept', async () => {
    const change = { ...listens({ ssl: true, proxyProtocol: true }), timeoutMs: 500 };
    const { connect, recorder } = await engineOf(fakeAuthority(), change, { tls });
    const client = connect();
    client.send(header);
    expect(await client.end()).toBe('');
    const { entries } = await recorder.over(1);
    expect(whys(entries)).toEqual([
      'session.accepted',
      'session.proxied',
      'session.secure-timed-out',
      'session.proxy-closed',
    ]);
    expect(entries[2]).toMatchObject({ kind: 'tls', params: { mode: 'ssl', ms: 500 } });
  });

  test('every chunking of the client gives the same dialogue', async () => {
    const upstream = await fakeUpstream();
    cleanup.push(upstream.close);
    const authority = fakeAuthority(route(upstream.port));
    const { connect } = await engineOf(authority, listens({ ssl: true }), { tls });
    const script = 'EHLO me\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n';
    const replies = `${greeting}250 mail.test.com\r\n250 2.0.0 OK\r\n250 rcpt ok\r\n354 go\r\n250 queued\r\n221 bye\r\n`;
    for (const size of [1, 7, 1000]) {
      const client = connect();
      expect(await client.secure()).toBe(true);
      for (let at = 0; at < script.length; at += size) client.send(script.slice(at, at + size));
      expect(await client.end()).toBe(replies);
    }
  });
});

describe('a fault of ours on the way', () => {
  const broken: NamePort = {
    nameOf: (_address, _resolver, _timeoutMs, done) => {
      // Somebody who answers with nonsense: the types do not let it through, so it is made of text.
      setImmediate(() => done(JSON.parse('{}')));
      return () => {};
    },
  };

  test.each([
    ['a port that is missing', {}],
    ['a port that answers nonsense', { names: broken }],
  ])('%s ends this session alone, without a word', async (_, ports) => {
    const { connect, recorder, engine } = await engineOf(fakeAuthority(), { resolver }, ports);
    expect(await connect().end()).toBe('');
    const { entries, summary } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.our-fault']);
    expect(summary).toMatchObject({ outcome: 'closed', error: 'session.our-fault' });
    expect(engine.open()).toEqual([]);
    expect(await connect().end()).toBe('');
  });
});

describe('the name of the client', () => {
  test('is asked for before the greeting; what the client sends meanwhile is kept', async () => {
    const names = slowNames();
    const authority = fakeAuthority({ type: 'reject', message: 'no', waitMs: 0 });
    const change = { resolver, ...listens({ proxyProtocol: true }), ...trusted };
    const { connect, recorder } = await engineOf(authority, change, { names });
    const client = connect();
    client.send(`${header}MAIL FROM:<a>\r\n`);
    await vi.waitUntil(() => names.asked.length === 1);
    client.send('RCPT TO:<b>\r\n');
    expect(names.asked).toEqual(['203.0.113.7 30000']);
    expect(client.received).toBe('');
    names.give({ host: 'client.example', found: 'client.example', failure: null });
    expect(await client.end()).toBe(`${greeting}250 2.0.0 OK\r\n535 5.7.0 no\r\n`);
    expect(authority.asked[0]).toContain('Client-Host: client.example\r\n');
    const { entries } = await recorder.over(1);
    expect(entries[3]).toMatchObject({
      why: 'session.named',
      kind: 'decision',
      params: { address: '203.0.113.7', host: 'client.example', found: 'client.example' },
    });
  });

  test('that cannot be found is said with the answer of the resolver', async () => {
    const names = slowNames();
    const { connect, recorder } = await engineOf(fakeAuthority(), { resolver }, { names });
    const client = connect();
    await vi.waitUntil(() => names.asked.length === 1);
    const failure = { about: 'address', asked: '127.0.0.1', code: 3, text: 'Host not found' } as const;
    names.give({ host: '[UNAVAILABLE]', found: null, failure });
    expect(await client.greeting()).toBe(greeting);
    client.socket.end();
    const { entries } = await recorder.over(1);
    expect(entries[1]).toMatchObject({ why: 'session.unnamed', params: { host: '[UNAVAILABLE]', ...failure } });
  });

  test('a client that leaves meanwhile is only noticed at the greeting, as in nginx', async () => {
    const names = slowNames();
    const { connect, recorder } = await engineOf(fakeAuthority(), { resolver }, { names });
    const client = connect();
    client.socket.end();
    await vi.waitUntil(() => names.asked.length === 1);
    names.give({ host: '[TEMPUNAVAIL]', found: null, failure: null });
    const { entries } = await recorder.over(1);
    expect(whys(entries)).toEqual(['session.accepted', 'session.unnamed', 'smtp.greeting', 'smtp.closed']);
    expect(await client.end()).toBe(greeting);
  });

  test('stopping the engine abandons the question', async () => {
    const names = slowNames();
    const { connect, recorder, engine } = await engineOf(fakeAuthority(), { resolver }, { names });
    const client = connect();
    await vi.waitUntil(() => names.asked.length === 1);
    await engine.stop();
    await client.end();
    expect(names.abandoned).toBe(1);
    expect(whys((await recorder.over(1)).entries)).toEqual(['session.accepted', 'session.stopped']);
  });

  test('is nobody’s business in IMAP and POP3', async () => {
    const names = slowNames();
    const { connect } = await engineOf(fakeAuthority(), { protocol: 'pop3', resolver }, { names });
    const client: Client = connect();
    expect(await client.greeting()).toMatch(/^\+OK POP3 ready/);
    expect(names.asked).toEqual([]);
  });
});
