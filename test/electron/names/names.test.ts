import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ClientName, NamePort } from '../../../electron/engine/ports.ts';
import { createNames } from '../../../electron/names/names.ts';
import type { Resolver } from '../../../shared/nginx/mail.ts';
import {
  type Answering,
  alias,
  type DnsServer,
  ipv4,
  ipv6,
  pointer,
  type Script,
  startDnsServer,
} from '../../fakes/dns-server.ts';

const servers: DnsServer[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(script: Script, host?: string): Promise<DnsServer> {
  const server = await startDnsServer(script, host);
  servers.push(server);
  return server;
}

const resolverOf = (more: Partial<Resolver>, ...asked: readonly DnsServer[]): Resolver => ({
  servers: asked.map(({ address, port }) => ({ address, port })),
  validMs: null,
  ipv4: true,
  ipv6: true,
  ...more,
});

const nameOf = (names: NamePort, address: string, resolver: Resolver, timeoutMs = 10_000): Promise<ClientName> =>
  new Promise((done) => void names.nameOf(address, resolver, timeoutMs, done));

/** What each type of question is answered. */
const by =
  (table: Partial<Record<'PTR' | 'A' | 'AAAA', Answering | null>>): Script =>
  ({ type }) =>
    (type === 'PTR' || type === 'A' || type === 'AAAA') && table[type] !== null ? (table[type] ?? {}) : null;

const found = { PTR: { answers: [pointer('Client.Test')] }, A: { answers: [ipv4('127.0.0.1')] } };
const host = 'client.test';

async function resolve(script: Script, more: Partial<Resolver> = {}, timeoutMs?: number): Promise<ClientName> {
  return nameOf(createNames(), '127.0.0.1', resolverOf(more, await serve(script)), timeoutMs);
}

describe('the name of a client', () => {
  test('is in lower case, and leads back to its address', async () => {
    const server = await serve(by(found));
    expect(await nameOf(createNames(), '127.0.0.1', resolverOf({}, server))).toEqual({
      host,
      found: host,
      failure: null,
    });
    expect(server.asked.map(({ type, name, over }) => [type, name, over])).toEqual([
      ['PTR', '1.0.0.127.in-addr.arpa', 'udp'],
      ['A', host, 'udp'],
      ['AAAA', host, 'udp'],
    ]);
  });

  test('of an IPv6 address', async () => {
    const server = await serve(by({ ...found, AAAA: { answers: [ipv6('2001:db8::1')] } }));
    const name = await nameOf(createNames(), '2001:DB8:0::1', resolverOf({}, server));
    expect(name.host).toBe(host);
    const reverse = `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`;
    expect(server.asked[0]?.name).toBe(reverse);
  });

  test('is asked of a server with an IPv6 address', async () => {
    const server = await serve(by(found), '::1');
    expect((await nameOf(createNames(), '127.0.0.1', resolverOf({}, server))).host).toBe(host);
  });

  test.each([
    [{ ipv6: false }, ['PTR', 'A'], host],
    [{ ipv4: false }, ['PTR', 'AAAA'], '[UNAVAILABLE]'],
  ])('%j limits the second question', async (more, types, expected) => {
    const server = await serve(by(found));
    expect((await nameOf(createNames(), '127.0.0.1', resolverOf(more, server))).host).toBe(expected);
    expect(server.asked.map(({ type }) => type)).toEqual(types);
  });

  test('one of several addresses is enough', async () => {
    const answers = [ipv4('192.0.2.1'), ipv4('127.0.0.1'), ipv4('192.0.2.2')];
    expect((await resolve(by({ ...found, A: { answers } }))).host).toBe(host);
  });

  test('an IPv4-mapped address is another address', async () => {
    const AAAA = { answers: [ipv6('::ffff:127.0.0.1')] };
    const name = await resolve(by({ ...found, A: { code: 0 }, AAAA }));
    expect(name).toEqual({ host: '[UNAVAILABLE]', found: host, failure: null });
  });

  test('that leads elsewhere is not told', async () => {
    const name = await resolve(by({ ...found, A: { answers: [ipv4('192.0.2.1')] } }));
    expect(name).toEqual({ host: '[UNAVAILABLE]', found: host, failure: null });
  });

  test('behind aliases', async () => {
    const script: Script = ({ name, type }) => {
      if (type === 'PTR') return { answers: [alias('1.lab.in-addr.arpa'), pointer('one.test')] };
      if (name === 'one.test') return { answers: [alias('Two.test')] };
      if (name === 'two.test') return { answers: [alias('three.test'), ...(type === 'A' ? [ipv4('127.0.0.1')] : [])] };
      return { code: 3 };
    };
    expect((await resolve(script)).host).toBe('one.test');
  });

  test('an alias that leads in a circle ends', async () => {
    const name = await resolve(by({ ...found, A: { answers: [alias(host)] }, AAAA: { answers: [alias(host)] } }));
    expect(name.failure).toEqual({ about: 'hostname', asked: host, code: 3, text: 'Host not found' });
  });

  test('behind a unix socket there is nothing to ask', async () => {
    const server = await serve(by(found));
    const name = await nameOf(createNames(), 'unix:', resolverOf({}, server));
    expect(name).toEqual({ host: '[TEMPUNAVAIL]', found: null, failure: null });
    expect(server.asked).toEqual([]);
  });
});

describe('failures', () => {
  test.each([
    ['no such name', { code: 3 }, '[UNAVAILABLE]', 3, 'Host not found'],
    ['no record', { code: 0 }, '[UNAVAILABLE]', 3, 'Host not found'],
    ['the server fails', { code: 2 }, '[TEMPUNAVAIL]', 2, 'Server failure'],
    ['the server cannot', { code: 4 }, '[TEMPUNAVAIL]', 4, 'Unimplemented'],
    ['the server refuses', { code: 5 }, '[TEMPUNAVAIL]', 5, 'Operation refused'],
  ])('of PTR: %s', async (_what, PTR, expected, code, text) => {
    const failure = { about: 'address', asked: '127.0.0.1', code, text };
    expect(await resolve(by({ PTR }))).toEqual({ host: expected, found: null, failure });
  });

  test.each([
    ['no such name', { code: 3 }, { code: 3 }, '[UNAVAILABLE]', 3],
    ['no record', { code: 0 }, { code: 0 }, '[UNAVAILABLE]', 3],
    ['the server fails', { code: 2 }, { code: 2 }, '[TEMPUNAVAIL]', 2],
    ['one of two fails', { answers: [ipv4('127.0.0.1')] }, { code: 2 }, '[TEMPUNAVAIL]', 2],
    ['the other of two fails', { code: 5 }, { answers: [ipv6('::1')] }, '[TEMPUNAVAIL]', 5],
  ])('of the forward question: %s', async (_what, A, AAAA, expected, code) => {
    const name = await resolve(by({ ...found, A, AAAA }));
    expect(name).toMatchObject({ host: expected, found: host, failure: { about: 'hostname', asked: host, code } });
  });

  test('nobody answers', async () => {
    const failure = { about: 'address', asked: '127.0.0.1', code: 110, text: 'Operation timed out' };
    expect(await resolve(() => null, {}, 30)).toEqual({ host: '[TEMPUNAVAIL]', found: null, failure });
  });

  test('nobody answers the second question: each has the whole time', async () => {
    const name = await resolve(by({ ...found, A: null }), {}, 30);
    expect(name).toMatchObject({ host: '[TEMPUNAVAIL]', failure: { about: 'hostname', asked: host, code: 110 } });
  });

  test('nobody listens', async () => {
    const server = await startDnsServer(() => null);
    await server.stop();
    const name = await nameOf(createNames(), '127.0.0.1', resolverOf({}, server), 30);
    expect(name.failure?.code).toBe(110);
  });

  test.each(['under_score.test', 'a b.test', 'c\rr.test', 'l\nf.test', 'zero\0.test', 'é.test', '"quoted".test'])(
    '%j is no host name',
    async (odd) => {
      const name = await resolve(by({ PTR: { answers: [pointer(odd)] } }));
      const bytes = Buffer.from(odd, 'utf8').toString('latin1');
      const failure = { about: 'name', asked: '127.0.0.1', code: 0, text: 'invalid host name' };
      expect(name).toEqual({ host: '[TEMPUNAVAIL]', found: bytes, failure });
    },
  );

  test('the root is no host name', async () => {
    const failure = { about: 'name', asked: '127.0.0.1', code: 0, text: 'invalid host name' };
    expect(await resolve(by({ PTR: { answers: [pointer('.')] } }))).toEqual({
      host: '[TEMPUNAVAIL]',
      found: '',
      failure,
    });
  });
});

describe('replies that are no answer', () => {
  const good = { answers: [pointer(host)] };
  test.each<[string, Answering]>([
    ['another id', { ...good, id: -1 }],
    ['another name', { ...good, question: { name: '2.0.0.127.in-addr.arpa' } }],
    ['another type', { ...good, question: { type: 'TXT' } }],
    ['a format error', { code: 1 }],
    ['an unknown code', { code: 9 }],
    ['a reserved bit', { ...good, flags: 0x40 }],
    ['another operation', { ...good, flags: 0x1000 }],
    ['no message at all', { raw: Buffer.from('hello') }],
    ['nothing', { raw: Buffer.alloc(0) }],
    ['a name that points at itself', { raw: Buffer.from('000081800001000000000000c00c000c0001', 'hex') }],
    ['no PTR among the records', { answers: [alias('other.test')] }],
  ])('%s', async (_what, bad) => {
    const script: Script = (asked) => {
      if (asked.type !== 'PTR') return by(found)(asked);
      return [bad.id === undefined ? bad : { ...bad, id: asked.id ^ 1 }, good];
    };
    expect((await resolve(script)).host).toBe(host);
  });

  test('what somebody else says is not heard', async () => {
    const forge = async (id: number, port: number): Promise<void> => {
      const liar = createSocket('udp4');
      const name = '1.0.0.127.in-addr.arpa';
      const answers = [{ type: 'PTR' as const, name, ttl: 60, data: 'liar.test' }];
      const forged = encode({ type: 'response', id, questions: [{ name, type: 'PTR' }], answers });
      await new Promise<void>((sent) => liar.send(forged, port, '127.0.0.1', () => liar.close(sent)));
    };
    const name = await resolve(({ id, port }) => ({ code: 5, after: forge(id, port) }));
    expect(name.failure).toMatchObject({ about: 'address', code: 5 });
  });
});

describe('answers that were cut', () => {
  test('are asked for again over TCP', async () => {
    const A = { answers: [ipv4('127.0.0.1')], truncated: true } as const;
    const server = await serve(by({ ...found, A }));
    expect((await nameOf(createNames(), '127.0.0.1', resolverOf({}, server))).host).toBe(host);
    expect(server.asked.filter(({ type }) => type === 'A').map(({ over }) => over)).toEqual(['udp', 'tcp']);
    const [udp, tcp] = server.asked.filter(({ type }) => type === 'A');
    expect(udp?.id).toBe(tcp?.id);
  });

  test('PTR is taken as it is', async () => {
    const cut = { answers: [pointer(host)], truncated: 'with-records' } as const;
    expect((await resolve(by({ ...found, PTR: cut }))).host).toBe(host);
    const empty = { answers: [pointer(host)], truncated: true } as const;
    expect((await resolve(by({ ...found, PTR: empty }))).failure).toMatchObject({ about: 'address', code: 3 });
  });
});

describe('several servers', () => {
  test('take turns', async () => {
    const one = await serve(by(found));
    const two = await serve(by(found));
    const resolver = resolverOf({ validMs: 60_000 }, one, two);
    const names = createNames();
    await nameOf(names, '127.0.0.1', resolver);
    expect([one.asked.length, two.asked.length]).toEqual([1, 2]);
    await nameOf(names, '127.0.0.2', resolver);
    expect([one.asked.length, two.asked.length]).toEqual([2, 2]);
  });

  test('the next is asked after 5 seconds, and then the first again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const silent = await serve(() => null);
    const deaf = await serve(() => null);
    const resolver = resolverOf({}, silent, deaf);
    const answered = nameOf(createNames(), '127.0.0.1', resolver, 200);
    await silent.questions(1);
    vi.advanceTimersByTime(4_999);
    expect(deaf.asked).toEqual([]);
    vi.advanceTimersByTime(1);
    await deaf.questions(1);
    expect(deaf.asked[0]).toMatchObject({ id: silent.asked[0]?.id, name: silent.asked[0]?.name });
    vi.advanceTimersByTime(5_000);
    await silent.questions(2);
    expect((await answered).failure?.code).toBe(110);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a late answer of the first is taken', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const held = Promise.withResolvers<void>();
    const after = held.promise;
    const slow = await serve((asked) =>
      asked.type === 'PTR' ? { answers: [pointer(host)], after } : by(found)(asked),
    );
    const quick = await serve((asked) => (asked.type === 'PTR' ? null : by(found)(asked)));
    const answered = nameOf(createNames(), '127.0.0.1', resolverOf({}, slow, quick));
    await slow.questions(1);
    vi.advanceTimersByTime(5_000);
    await quick.questions(1);
    held.resolve();
    expect((await answered).host).toBe(host);
  });
});

describe('what is known', () => {
  const asking = (server: DnsServer, resolver: Resolver) => {
    const names = createNames();
    return async (): Promise<number> => {
      await nameOf(names, '127.0.0.1', resolver);
      return server.asked.length;
    };
  };
  const table = {
    PTR: { answers: [pointer(host, 20)] },
    A: { answers: [ipv4('127.0.0.1', 30)] },
    AAAA: { answers: [ipv6('::1', 10)] },
  };

  test('is not asked again as long as it holds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = await serve(by(table));
    const ask = asking(server, resolverOf({}, server));
    expect(await ask()).toBe(3);
    expect(await ask()).toBe(3);
    vi.setSystemTime(Date.now() + 12_000);
    expect(await ask()).toBe(5);
    vi.setSystemTime(Date.now() + 10_000);
    expect(await ask()).toBe(6);
  });

  test('valid= counts instead of the TTL', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = await serve(by(table));
    const ask = asking(server, resolverOf({ validMs: 25_000 }, server));
    expect(await ask()).toBe(3);
    vi.setSystemTime(Date.now() + 24_000);
    expect(await ask()).toBe(3);
    vi.setSystemTime(Date.now() + 2_000);
    expect(await ask()).toBe(6);
  });

  test('what nobody wanted for half a minute is forgotten', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = await serve(by(found));
    const names = createNames();
    const resolver = resolverOf({ validMs: 3_600_000 }, server);
    await nameOf(names, '127.0.0.1', resolver);
    vi.setSystemTime(Date.now() + 31_000);
    await nameOf(names, '127.0.0.2', resolver);
    const before = server.asked.length;
    await nameOf(names, '127.0.0.1', resolver);
    expect(server.asked.slice(before).map(({ type }) => type)).toEqual(['PTR']);
  });

  test('failures are not kept', async () => {
    const server = await serve(by({ PTR: { code: 3 } }));
    const ask = asking(server, resolverOf({}, server));
    expect([await ask(), await ask()]).toEqual([1, 2]);
  });

  test('another resolver knows nothing of it', async () => {
    const server = await serve(by(found));
    const names = createNames();
    await nameOf(names, '127.0.0.1', resolverOf({}, server));
    await nameOf(names, '127.0.0.1', resolverOf({}, server));
    expect(server.asked.length).toBe(6);
  });

  test('the same question is asked once for all who wait', async () => {
    const server = await serve(by(found));
    const names = createNames();
    const resolver = resolverOf({}, server);
    const all = await Promise.all(Array.from({ length: 20 }, () => nameOf(names, '127.0.0.1', resolver)));
    expect(new Set(all.map((name) => name.host))).toEqual(new Set([host]));
    expect(server.asked.length).toBe(3);
  });
});

describe('a session that ends', () => {
  test('hears nothing, and the others hear all the same', async () => {
    const server = await serve(by(found));
    const names = createNames();
    const resolver = resolverOf({}, server);
    const heard: ClientName[] = [];
    const abandon = names.nameOf('127.0.0.1', resolver, 1000, (name) => heard.push(name));
    const other = nameOf(names, '127.0.0.1', resolver);
    abandon();
    expect((await other).host).toBe(host);
    expect(heard).toEqual([]);
    names.nameOf('127.0.0.1', resolver, 1000, (name) => heard.push(name))();
    await nameOf(names, '127.0.0.1', resolver);
    expect(heard).toEqual([]);
  });

  test('the last one takes the question with it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const server = await serve(() => null);
    const abandon = createNames().nameOf('127.0.0.1', resolverOf({}, server), 1000, () => expect.unreachable());
    await server.questions(1);
    expect(vi.getTimerCount()).toBe(2);
    abandon();
    expect(vi.getTimerCount()).toBe(0);
  });
});
