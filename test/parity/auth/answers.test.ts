/** Made-up answers of an auth service: what we make of them, and what a real nginx makes of them. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeAnswer } from '../../../shared/auth/answer.ts';
import type { Verdict } from '../../../shared/machine/machine.ts';
import { nginx } from '../harness/nginx.ts';
import { freePorts, type Listening, listen, text } from '../harness/sockets.ts';
import type { Running } from '../harness/system.ts';
import { mailBlock, namedUpstream, recipients } from './session.ts';

let upstream: Awaited<ReturnType<typeof namedUpstream>>;
let service: Listening;
let proxy: Running | null = null;
let port = 0;
let answers: readonly string[] = [];
const asked = new Set<number>();

beforeAll(async () => {
  upstream = await namedUpstream('eng');
  service = await listen({ host: '127.0.0.1' }, (socket) => {
    let request = '';
    socket.on('data', (chunk: Buffer) => {
      request += text(chunk);
      if (!request.endsWith('\r\n\r\n')) return;
      const number = Number(/RCPT TO:<(\d+)>/.exec(request)?.[1]);
      // nginx asks again after WAIT: then the answer is one that ends it.
      socket.end(
        Buffer.from(asked.has(number) ? 'Auth-Status: asked again\r\n\r\n' : (answers[number] ?? ''), 'latin1'),
      );
      asked.add(number);
    });
  });
  while (proxy === null) {
    [port = 0] = await freePorts(['127.0.0.1']);
    proxy = await nginx.start(mailBlock(port, service.port));
  }
});

afterAll(async () => {
  await proxy?.stop();
  await Promise.all([service.stop(), upstream.stop()]);
});

/** What the client must see, by our reading of the answer. */
function seen(verdict: Verdict): string {
  switch (verdict.type) {
    case 'route':
      return '250 eng';
    case 'reject':
      return `${verdict.code ?? '535 5.7.0'} ${verdict.message}`;
    case 'wait':
      return '535 5.7.0 asked again';
    case 'error':
      return '451 4.3.2 Internal server error';
  }
}

/** The same answers every time, so that a failure can be looked into. */
const SEED = 20_261_123;

/** Answers that keep to the rules more or less; an address that is good is the upstream's. */
function madeUp(upstreamPort: number): fc.Arbitrary<string> {
  const end = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '');
  const colon = fc.constantFrom(': ', ': ', ': ', ':', ' : ', ':\t', ':   ', '');
  const name = fc.constantFrom(
    'Auth-Status',
    'auth-STATUS',
    'Auth-Server',
    'Auth-Port',
    'Auth-Error-Code',
    'Auth-Wait',
    'Auth-User',
    'X-Y',
    'X_Y',
    '1',
    '-',
    'HTTP',
    'H',
  );
  const value = fc.constantFrom(
    'OK',
    'OK',
    'ok',
    'WAIT',
    'no',
    'a  b ',
    '',
    ' ',
    '127.0.0.1',
    '127.000.0.1',
    '127..0.1',
    '::ffff:127.0.0.1',
    'localhost',
    '1.2.3',
    `${upstreamPort}`,
    `0${upstreamPort}`,
    '0',
    '65536',
    'smtp',
    '550 5.1.1',
    '\xe9\x01',
    'x'.repeat(300),
    'x'.repeat(900),
  );
  const line = fc.tuple(name, colon, value, end).map((parts) => parts.join(''));
  const good = fc.constantFrom(
    'Auth-Status: OK\r\n',
    'Auth-Status: OK\r\n',
    'Auth-Status: WAIT\r\n',
    'Auth-Status: no\r\n',
    'Auth-Server: 127.0.0.1\r\n',
    'Auth-Server: localhost\r\n',
    `Auth-Port: ${upstreamPort}\r\n`,
    'Auth-Port: smtp\r\n',
    `Auth-Server: 127.0.0.1\r\nAuth-Port: ${upstreamPort}\n`,
  );
  const status = fc.constantFrom(
    'HTTP/1.0 200 OK\r\n',
    'HTTP/1.1 500 x\n',
    '',
    'HTTP/\r\n',
    'HTTP/1.0 200\rx\r\n',
    'HTT',
    'http/1.0 200 OK\r\n',
  );
  const blank = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '', '\r\nAuth-Status: body\r\n\r\n');
  return fc
    .tuple(status, fc.array(fc.oneof({ weight: 6, arbitrary: good }, line), { maxLength: 7 }), blank)
    .map(([first, lines, last]) => first + lines.join('') + last);
}

/**
 * Left out: routes to other ports than the upstream's, sleeps, and answers that end before their blank line. Of these
 * nginx sees the end only if it comes apart from the bytes; else it waits for auth_http_timeout (epoll tells it once).
 */
function comparable(answer: string): boolean {
  const verdict = decodeAnswer(answer, { protocol: 'smtp', passwordKnown: false });
  if (verdict.type === 'route') return verdict.port === upstream.port;
  if (verdict.type !== 'error') return verdict.waitMs === 0;
  return answer === '' || (verdict.error !== 'closed' && verdict.error !== 'too-large');
}

test('2000 answers mean the same to nginx and to us', { timeout: 120_000 }, async () => {
  answers = fc.sample(madeUp(upstream.port).filter(comparable), { seed: SEED, numRuns: 2000 });
  const differences: unknown[] = [];
  const kinds = new Set<string>();
  const check = async (number: number): Promise<void> => {
    const answer = answers[number] ?? '';
    const verdict = decodeAnswer(answer, { protocol: 'smtp', passwordKnown: false });
    kinds.add(verdict.type === 'error' ? verdict.error : verdict.type);
    const [reply] = await recipients(port, [`RCPT TO:<${number}>`]);
    if (reply !== seen(verdict)) differences.push({ answer, verdict, reply });
  };
  for (let start = 0; start < answers.length; start += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => check(start + i)));
  }
  expect(differences).toEqual([]);
  // The answers were made up well: every kind of verdict came.
  expect([...kinds].sort()).toEqual([
    'bad-address',
    'bad-header',
    'bad-port',
    'bad-response',
    'closed',
    'no-server-or-port',
    'reject',
    'route',
    'wait',
  ]);
});
