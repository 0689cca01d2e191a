import { afterEach, describe, expect, test } from 'vitest';
import { createAuthority, type OwnService } from '../../../electron/authority/authority.ts';
import type { Exchange } from '../../../electron/engine/ports.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { AuthTarget, Lookup } from '../../../shared/auth/lookup.ts';
import { encodeRequest } from '../../../shared/auth/request.ts';
import type { RuleBook, Then } from '../../../shared/auth/rule.ts';
import { ownService, rawService, rcptLookup, targetAt, tutorialBook } from './services.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const engineer = rcptLookup('RCPT TO:<user@eng.abc.com>');
const always = (then: Then): RuleBook => ({ ...tutorialBook, rules: [{ name: 'always', when: {}, then }] });

/** A question to the service on port 8000. */
const questionOf = (lookup: Lookup) => {
  const target = targetAt(8000);
  return { lookup, request: encodeRequest(lookup, target), target, timeoutMs: 1000, passwordKnown: false };
};

interface Asked {
  readonly own: OwnService | null;
  readonly target: AuthTarget;
  readonly lookup?: Lookup;
  readonly timeoutMs?: number;
}

function ask({ own, target, lookup = engineer, timeoutMs = 10_000 }: Asked): Promise<Exchange> {
  const authority = createAuthority({ own: () => own });
  return new Promise((resolve) => {
    authority.ask({ lookup, request: encodeRequest(lookup, target), target, timeoutMs, passwordKnown: false }, resolve);
  });
}

const inProcess = (book: RuleBook): OwnService => ({ book, address: '127.0.0.1', port: 8000, transport: 'in-process' });

describe('in process', () => {
  test('is answered before ask returns, with the exact bytes, the trail and the rule', () => {
    let exchange: Exchange | undefined;
    const authority = createAuthority({ own: () => inProcess(tutorialBook) });
    authority.ask(questionOf(engineer), (answer) => {
      exchange = answer;
    });
    expect(exchange).toEqual({
      transport: 'in-process',
      request: encodeRequest(engineer, targetAt(8000)),
      response: 'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 2525\r\n\r\n',
      verdict: { type: 'route', server: '127.0.0.1', port: 2525, name: '127.0.0.1:2525' },
      trail: decide(tutorialBook, engineer).trail,
      rule: 'engineering',
    });
  });

  test('the password of an IMAP login must be known', async () => {
    const book: RuleBook = { ...always({ route: 'eng' }), upstreams: { eng: { imap: '127.0.0.1:1143' } } };
    const lookup: Lookup = { ...engineer, method: 'external', protocol: 'imap', user: 'u' };
    const authority = createAuthority({ own: () => inProcess(book) });
    const verdicts: unknown[] = [];
    for (const passwordKnown of [false, true, false]) {
      authority.ask({ ...questionOf(lookup), passwordKnown }, ({ verdict }) => verdicts.push(verdict.type));
    }
    expect(verdicts).toEqual(['error', 'route', 'error']);
  });

  test('an answer beyond 1024 bytes fails as it would over HTTP', async () => {
    const exchange = await ask({ own: inProcess(always({ reject: 'x'.repeat(1100) })), target: targetAt(8000) });
    expect(exchange.verdict).toEqual({ type: 'error', error: 'too-large' });
  });

  test("a rule's delay is kept, and a delay beyond auth_http_timeout is a timeout", async () => {
    const before = performance.now();
    const slow = await ask({ own: inProcess(always({ route: 'eng', delay: 60 })), target: targetAt(8000) });
    expect(slow).toMatchObject({ verdict: { type: 'route' }, rule: 'always' });
    expect(performance.now() - before).toBeGreaterThanOrEqual(58);
    const late = await ask({
      own: inProcess(always({ route: 'eng', delay: 60_000 })),
      target: targetAt(8000),
      timeoutMs: 20,
    });
    expect(late).toMatchObject({ response: '', verdict: { type: 'error', error: 'timed-out' }, rule: 'always' });
  });

  test('a delayed question can be abandoned', async () => {
    const authority = createAuthority({ own: () => inProcess(always({ route: 'eng', delay: 20 })) });
    const question = questionOf(engineer);
    const answers: string[] = [];
    const abandon = authority.ask(question, () => answers.push('abandoned'));
    abandon();
    await new Promise<void>((resolve) => {
      authority.ask(question, () => {
        answers.push('kept');
        resolve();
      });
    });
    expect(answers).toEqual(['kept']);
  });

  test('whatever path auth_http names, and on every address if the service listens on all', async () => {
    const everywhere: OwnService = { ...inProcess(tutorialBook), address: '0.0.0.0' };
    expect((await ask({ own: everywhere, target: targetAt(8000) })).transport).toBe('in-process');
  });
});

describe('over HTTP', () => {
  test('the same bytes, verdict and trail as in process', async () => {
    const server = await ownService(() => tutorialBook);
    stops.push(server.stop);
    const target = targetAt(server.port);
    for (const to of [
      'RCPT TO:<user@eng.abc.com>',
      'rcpt to: <X@HR.abc.com>',
      'RCPT TO:<\xe9\x01\x7f@x>',
      'RCPT TO:<a\0b@eng.abc.com>',
      '',
    ]) {
      const lookup = rcptLookup(to);
      const near = await ask({ own: { ...inProcess(tutorialBook), port: server.port }, target, lookup });
      const far = await ask({
        own: { ...inProcess(tutorialBook), port: server.port, transport: 'http' },
        target,
        lookup,
      });
      expect(far).toEqual({ ...near, transport: 'http' });
      expect(far.trail).toHaveLength(3);
    }
  });

  test('answers beyond 1024 bytes and late ones', async () => {
    const large = always({ reject: 'x'.repeat(1100) });
    const late = always({ route: 'eng', delay: 60_000 });
    for (const [book, timeoutMs] of [
      [large, 10_000],
      [late, 50],
    ] as const) {
      const server = await ownService(() => book);
      stops.push(server.stop);
      const own: OwnService = { ...inProcess(book), port: server.port };
      const target = targetAt(server.port);
      const near = await ask({ own, target, timeoutMs });
      const far = await ask({ own: { ...own, transport: 'http' }, target, timeoutMs });
      expect({ ...far, response: '' }).toEqual({ ...near, transport: 'http', response: '' });
      expect(far.trail).toBeDefined();
    }
  });

  test('no trail is claimed where the rules have changed since', async () => {
    const server = await ownService(() => always({ reject: 'as it was' }));
    stops.push(server.stop);
    const own: OwnService = { book: tutorialBook, address: '127.0.0.1', port: server.port, transport: 'http' };
    const exchange = await ask({ own, target: targetAt(server.port) });
    expect(exchange.verdict).toEqual({ type: 'reject', message: 'as it was', waitMs: 0 });
    expect(exchange).not.toHaveProperty('trail');
    expect(exchange).not.toHaveProperty('rule');
  });

  test("a foreign service is asked over the network, with or without a service of the lab's own", async () => {
    const service = await rawService((socket) => socket.end('Auth-Status: foreign\r\n\r\n'));
    stops.push(service.stop);
    for (const own of [null, inProcess(tutorialBook)]) {
      const exchange = await ask({ own, target: targetAt(service.port) });
      expect(exchange).toMatchObject({ transport: 'http', verdict: { type: 'reject', message: 'foreign' } });
      expect(exchange).not.toHaveProperty('trail');
    }
  });

  test('a unix socket is never the own service', async () => {
    const target: AuthTarget = { ...targetAt(8000), unix: '/nonexistent/auth.sock' };
    const exchange = await ask({ own: inProcess(tutorialBook), target });
    expect(exchange).toMatchObject({ transport: 'http', verdict: { type: 'error', error: 'refused' } });
  });
});
