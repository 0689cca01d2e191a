import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createTls } from '../../../electron/tls/tls.ts';
import type { Listen, MailServer } from '../../../shared/nginx/mail.ts';
import { crc32c } from '../../../shared/wire/crc32c.ts';
import { readProxyHeader } from '../../../shared/wire/proxy-in.ts';
import { Client, fakeAuthority, route, startEngine, tutorialServer } from '../../fakes/rig.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

const [listen] = tutorialServer.listens;
const trusting: Partial<MailServer> = {
  proxyProtocol: 'v2',
  realIpFrom: [{ type: 'network', address: '127.0.0.0', bits: 8 }, { type: 'unix' }],
};

/** An upstream that greets when the header has come, or at once where none is expected, and says yes to every line. */
async function startUpstream(expected: boolean): Promise<{ readonly port: number; readonly received: () => string }> {
  let received = '';
  const server = createServer((socket) => {
    let answered = 0;
    let awaited = expected;
    const greet = (): void => void socket.write('220 up\r\n');
    if (!awaited) greet();
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const header = awaited ? readProxyHeader(received) : null;
      if (header) {
        awaited = false;
        answered = 'length' in header ? header.length : received.length;
        greet();
      }
      for (let end = received.indexOf('\n', answered); end >= 0; end = received.indexOf('\n', answered)) {
        answered = end + 1;
        socket.write('250 yes\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, received: () => received };
}

/** A session up to its second line to the upstream, and all that the upstream was sent. */
async function introduce(change: Partial<MailServer>, how: Partial<Listen> = {}, header = '') {
  const upstream = await startUpstream((change.proxyProtocol ?? 'off') !== 'off');
  const listens = listen ? [{ ...listen, ...how }] : [];
  const rig = await startEngine(
    fakeAuthority(route(upstream.port)),
    { ...change, listens },
    { tls: createTls({ folder: null }) },
  );
  cleanup.push(rig.engine.stop);
  const client = how.unix === undefined ? rig.connect() : new Client({ path: how.unix });
  if (header !== '') client.send(header);
  if (how.ssl) await client.secure({ servername: 'sni.test', ALPNProtocols: [] });
  await client.greeting();
  await client.ask('MAIL FROM:<a@test.com>\r\nRCPT TO:<b@test.com>\r\n', '250 yes\r\n');
  const from = client.socket.localPort ?? 0;
  client.socket.destroy();
  const { entries } = await rig.recorder.over(1);
  const said = entries.filter(
    ({ leg, direction, kind }) => leg === 'upstream' && direction === 'out' && kind === 'line',
  );
  return { received: upstream.received(), from, to: rig.port, said, entries };
}

const hex = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex');
const hello = 'HELO mail.test.com\r\n';

describe('proxy_protocol', () => {
  test('v2 comes before everything else, in an entry of its own', async () => {
    const { received, from, to, said, entries } = await introduce({ proxyProtocol: 'v2' });
    const header = received.slice(0, received.indexOf(hello));
    expect(hex(header.slice(0, 16))).toBe('0d0a0d0a000d0a515549540a21110013');
    expect(readProxyHeader(header)).toEqual({
      length: header.length,
      proxied: { source: { address: '127.0.0.1', port: from }, destination: { address: '127.0.0.1', port: to } },
    });
    const sum = crc32c(`${header.slice(0, -4)}\0\0\0\0`);
    expect(hex(header.slice(-7))).toBe(`030004${sum.toString(16).padStart(8, '0')}`);
    expect(said[0]).toMatchObject({ bytes: header, why: 'session.proxy-header', disposition: 'invented' });
    const greeted = entries.findIndex(({ bytes }) => bytes === '220 up\r\n');
    expect(greeted).toBeGreaterThan(entries.findIndex(({ why }) => why === 'session.proxy-header'));
  });

  test('v2 promotes IPv4 where the other end is IPv6', async () => {
    const proxied = 'PROXY TCP6 2001:db8::1 ::1 1234 25\r\n';
    const { received, to } = await introduce(trusting, { proxyProtocol: true }, proxied);
    expect(hex(received.slice(12, 16))).toBe('2121002b');
    expect(readProxyHeader(received)).toMatchObject({
      proxied: {
        source: { address: '2001:db8::1', port: 1234 },
        destination: { address: '::ffff:127.0.0.1', port: to },
      },
    });
  });

  test('v2 tells of TLS', async () => {
    const { received } = await introduce({ proxyProtocol: 'v2' }, { ssl: true });
    const header = received.slice(0, received.indexOf(hello));
    expect(header).toContain('\x02\x00\x08sni.test');
    expect(header).toContain('\x21\x00\x07TLSv1.3');
    expect(hex(header)).toMatch(/2000..010000000121/);
  });

  test.each([
    ['on', 'PROXY UNKNOWN\r\n'],
    ['v2', '\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x07\x03\x00\x04'],
  ] as const)('%s: a unix socket has no addresses', async (proxyProtocol, start) => {
    const folder = mkdtempSync(join(tmpdir(), 'proxy-out-'));
    cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
    const unix = join(folder, 'mail.sock');
    const { received } = await introduce({ proxyProtocol }, { host: 'unix:', unix, text: `unix:${unix}` });
    expect(received.startsWith(start)).toBe(true);
    expect(received.slice(start.length + (proxyProtocol === 'v2' ? 4 : 0))).toMatch(/^HELO /);
  });

  test('on: a client behind a unix socket, by the address that its header gave', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxy-out-'));
    cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
    const unix = join(folder, 'mail.sock');
    const where = { host: 'unix:', unix, text: `unix:${unix}`, proxyProtocol: true } as const;
    const { received } = await introduce(
      { ...trusting, proxyProtocol: 'on' },
      where,
      'PROXY TCP4 192.0.2.1 192.0.2.2 1234 25\r\n',
    );
    expect(received).toMatch(new RegExp(`^PROXY TCP4 192\\.0\\.2\\.1 unix:${unix} 1234 0\r\nHELO `));
  });

  test('off: the greeting comes first', async () => {
    const { received, said } = await introduce({});
    expect(received.startsWith(hello)).toBe(true);
    expect(said[0]?.bytes).toBe(hello);
  });
});
