/** Random PROXY headers and random name servers: nginx, the lab, and what the lab's own functions foretell. */
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createNames } from '../../../electron/names/names.ts';
import type { Resolver } from '../../../shared/nginx/mail.ts';
import { realClient } from '../../../shared/nginx/real-ip.ts';
import { readProxyHeader } from '../../../shared/wire/proxy-in.ts';
import { type Answering, alias, type DnsServer, ipv4, ipv6, pointer, startDnsServer } from '../../fakes/dns-server.ts';
import { type Chance, chance } from '../harness/chance.ts';
import { lab } from '../harness/lab.ts';
import { nginx } from '../harness/nginx.ts';
import { freePorts } from '../harness/sockets.ts';
import type { System } from '../harness/system.ts';
import { type Notes, startNotes } from './notes.ts';

const seed = Number(process.env.PARITY_SEED ?? 2026);

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

const login = (user: string): string => `AUTH PLAIN ${btoa(`\0${user}\0p`)}\r\n`;

/** How a session went on, up to its first question. */
interface Seen {
  readonly greeted: boolean;
  /** What the auth service was told; null where it was not asked. */
  readonly told: Readonly<Record<string, string>> | null;
}

/**
 * Sends `bytes` at once, and waits for the close: of a refused header, of a refused login, or our own once it is clear
 * that what was left of the header is no command. True where the proxy greeted.
 */
async function visit(port: number, bytes: string, localAddress = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  let heard = '';
  socket.on('data', (chunk) => {
    if (heard === '') socket.write('\r\nQUIT\r\n');
    heard += chunk.toString('latin1');
    if (heard.includes('500 ')) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  await new Promise((done) => socket.once('close', done));
  return heard.startsWith('220 ');
}

/** Runs a proxy with one server. */
async function raise(system: System, directives: string, listen: string, notes: Notes): Promise<number> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [port = 0] = await freePorts(['127.0.0.1']);
    const running = await system.start(
      `mail {\n server_name mx.test; auth_http 127.0.0.1:${notes.port}; ${directives}\n` +
        ` server { listen 127.0.0.1:${port} ${listen}; protocol smtp; }\n}\n`,
    );
    if (running === null) continue;
    cleanup.push(() => running.stop());
    return port;
  }
  throw new Error(`${system.name} finds its port taken again and again.`);
}

/** Does something for each of `count` numbers, a few at a time, and gives the results in order. */
async function each<T>(count: number, atOnce: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) results[index] = await act(index);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

const addresses = [
  '192.0.2.1',
  '2001:DB8::1',
  '::ffff:1.2.3.4',
  '1.2.3',
  '',
  'abc',
  '...',
  '255.255.255.255',
  '::',
  'g',
] as const;

function text(draw: Chance): string {
  const word = draw.one(['PROXY ', 'PROXY ', 'PROXY ', 'PROXY ', 'PROXY', 'proxy ', '']);
  const family = draw.one([
    'TCP4 ',
    'TCP4 ',
    'TCP6 ',
    'TCP6 ',
    'UNKNOWN',
    'UNKNOWN ',
    'UDP4 ',
    'TCP5 ',
    'TCP4',
    'tcp4 ',
  ]);
  const port = (): string => draw.one(['0', '25', '1234', '65535', '65536', '00080', '', '-1', '1x', '4294967297']);
  const rest = `${draw.one(addresses)} ${draw.one(addresses)} ${port()} ${port()}`;
  const end = draw.one(['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '', ' \r\n']);
  return word + family + (draw.often(0.9) ? rest : draw.one(['', ' ', rest.slice(0, 9)])) + end;
}

function binary(draw: Chance): string {
  const byte = (): string => String.fromCharCode(draw.whole(0, 255));
  const command = draw.one(['\x21', '\x21', '\x21', '\x21', '\x20', '\x11', '\x31', '\x2f']);
  const family = draw.one(['\x11', '\x11', '\x21', '\x21', '\x12', '\x00', '\x31', '\xf1']);
  const payload = draw.some([12, 12, 36, 36, 0, 11, 19, 35], byte);
  const length = Math.max(0, payload.length + draw.one([0, 0, 0, 0, 0, 0, 1, -1, 300]));
  const size = String.fromCharCode(length >> 8, length & 255);
  const signature = draw.one([
    '\r\n\r\n\0\r\nQUIT\n',
    '\r\n\r\n\0\r\nQUIT\n',
    '\r\n\r\n\0\r\nQUIT\n',
    '\r\n\r\n\0\r\nQUIT\r',
  ]);
  return signature + command + family + size + payload;
}

/** What a session must come to. nginx 1.22.1 looks at 107 bytes only, so these headers are no longer. */
function foretold(bytes: string, user: string): Seen {
  const header = readProxyHeader(bytes.slice(0, 107));
  if ('error' in header) return { greeted: false, told: null };
  if (bytes.slice(header.length) !== login(user)) return { greeted: true, told: null };
  const { proxied } = header;
  const from = { type: 'network', address: '127.0.0.0', bits: 8 } as const;
  const real = proxied && realClient({ address: '127.0.0.1', port: 1 }, proxied.source, [from]);
  return {
    greeted: true,
    told: {
      'client-ip': real?.address ?? '127.0.0.1',
      'client-host': '[UNAVAILABLE]',
      ...(proxied && {
        'proxy-protocol-addr': proxied.source.address,
        'proxy-protocol-port': `${proxied.source.port}`,
        'proxy-protocol-server-addr': proxied.destination.address,
        'proxy-protocol-server-port': `${proxied.destination.port}`,
      }),
    },
  };
}

test('random PROXY headers', { timeout: 120_000 }, async () => {
  const count = 500;
  const headers = Array.from({ length: count }, (_, index) => {
    const draw = chance(seed, index);
    return draw.often(0.6) ? text(draw) : binary(draw);
  });
  const user = (index: number): string => `u${index}`;
  const expected = headers.map((header, index) => foretold(header + login(user(index)), user(index)));
  // Without a fair share of each kind the comparison says little.
  expect(expected.filter(({ told }) => told !== null).length).toBeGreaterThan(count / 10);
  expect(expected.filter(({ greeted }) => !greeted).length).toBeGreaterThan(count / 10);
  for (const system of [nginx, lab]) {
    const notes = await startNotes();
    cleanup.push(notes.stop);
    const port = await raise(system, 'set_real_ip_from 127.0.0.0/8;', 'proxy_protocol', notes);
    const seen = await each(count, 16, async (index) => {
      const greeted = await visit(port, headers[index] + login(user(index)));
      return { header: headers[index], greeted, told: notes.of(user(index)) };
    });
    expect(seen, system.name).toEqual(expected.map((one, index) => ({ header: headers[index], ...one })));
  }
});

/** What a name server says of client number `index`. */
function table(draw: Chance, client: string): Readonly<Record<'PTR' | 'A' | 'AAAA', Answering | null>> {
  const name = draw.one(['client.test', 'Client.TEST', 'a_b.test', 'client.test', 'x-1.test', '1.2.3.4', 'a b.test']);
  const failing = (): Answering | null =>
    draw.one([{ code: 2 }, { code: 3 }, { code: 5 }, {}, { code: 1 }, { code: 9 }, null]);
  const answers = (good: Answering): Answering | null => {
    if (draw.often(0.2)) return failing();
    return draw.often(0.15) ? { ...good, truncated: draw.one<true | 'with-records'>([true, 'with-records']) } : good;
  };
  const mine = draw.often(0.7) ? ipv4(client) : ipv4('192.0.2.1');
  return {
    PTR: answers({
      answers: draw.one([[pointer(name)], [pointer(name)], [alias('q.test'), pointer(name)], [alias('q.test')]]),
    }),
    A: answers({ answers: draw.one([[mine], [mine], [ipv4('192.0.2.2'), mine], [alias('r.test'), mine], []]) }),
    AAAA: answers({ answers: draw.one([[], [], [], [ipv6('2001:db8::1')], [alias('r.test'), ipv6('::1')]]) }),
  };
}

/** A name server with a table for each client; questions about names are told apart by a label in front. */
async function startNames(count: number, client: (index: number) => string): Promise<DnsServer> {
  const tables = Array.from({ length: count }, (_, index) => table(chance(seed + 1, index), client(index)));
  const clients = new Map(
    tables.map((_, index) => [`${client(index).split('.').reverse().join('.')}.in-addr.arpa`, index]),
  );
  const marked = (answering: Answering | null, index: number): Answering | null =>
    answering && {
      ...answering,
      answers: (answering.answers ?? []).map((one) => (one.type === 'PTR' ? pointer(`n${index}.${one.data}`) : one)),
    };
  return startDnsServer(({ type, name }) => {
    if (type === 'PTR') {
      const index = clients.get(name) ?? -1;
      return marked(tables[index]?.PTR ?? null, index);
    }
    const index = Number(/^n(\d+)\./.exec(name)?.[1] ?? -1);
    return type === 'A' || type === 'AAAA' ? (tables[index]?.[type] ?? null) : null;
  });
}

test('random name servers', { timeout: 120_000 }, async () => {
  const count = 120;
  const client = (index: number): string => `127.77.${index >> 6}.${(index & 63) + 1}`;
  const dns = await startNames(count, client);
  cleanup.push(dns.stop);
  const notes = await startNotes();
  cleanup.push(notes.stop);
  const directives = `resolver 127.0.0.1:${dns.port}; resolver_timeout 400ms;`;
  const port = await raise(nginx, directives, '', notes);
  const names = createNames();
  const resolver: Resolver = { servers: [dns], validMs: null, ipv4: true, ipv6: true };
  const results = await each(count, 24, async (index) => {
    const user = `n${index}`;
    await visit(port, login(user), client(index));
    const ours = await new Promise<string>(
      (done) => void names.nameOf(client(index), resolver, 400, ({ host }) => done(host)),
    );
    return { client: client(index), nginx: notes.of(user)?.['client-host'], ours };
  });
  expect(results.filter((one) => one.nginx !== one.ours)).toEqual([]);
  const kinds = Object.groupBy(results, ({ ours }) => (ours.startsWith('[') ? ours : 'named'));
  for (const kind of ['[UNAVAILABLE]', '[TEMPUNAVAIL]', 'named']) expect(kinds[kind]?.length, kind).toBeGreaterThan(10);
});
