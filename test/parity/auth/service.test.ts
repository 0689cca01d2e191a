/** The lab's auth service as others use it: curl, and a real nginx that routes by it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthServer } from '../../../electron/authority/server.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { nginx } from '../harness/nginx.ts';
import { freePorts } from '../harness/sockets.ts';
import type { Running } from '../harness/system.ts';
import { mailBlock, namedUpstream, recipients } from './session.ts';

const run = promisify(execFile);

/** curl's output; a machine without curl is told what to install. */
async function curl(...args: readonly string[]): Promise<string> {
  try {
    return (await run('curl', ['-sS', '--max-time', '10', ...args], { encoding: 'latin1' })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('These tests need curl. Install it with: apt-get install curl');
  }
}

let book: RuleBook;
let authPort = 0;
let proxyPort = 0;
let upstreams: Readonly<Record<'eng' | 'hr', Awaited<ReturnType<typeof namedUpstream>>>>;
const server = createAuthServer({ book: () => book });
let proxy: Running | null = null;

beforeAll(async () => {
  upstreams = { eng: await namedUpstream('eng'), hr: await namedUpstream('hr') };
  book = {
    rules: [
      { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
      { name: 'human resources', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } },
      { name: 'odd bytes', when: { rcpt: '\x01é\x7f@x' }, then: { route: 'hr' } },
      { name: 'busy', when: { rcpt: 'busy@*', attempt: 1 }, then: { reject: '450 4.2.1 né, later', wait: 1 } },
      { name: 'second try', when: { rcpt: 'busy@*' }, then: { route: 'eng' } },
      { name: 'slow', when: { rcpt: 'slow@*' }, then: { route: 'eng', delay: 50 } },
      { name: 'too large', when: { rcpt: 'large@*' }, then: { reject: 'x'.repeat(1100) } },
      { name: 'just fits', when: { rcpt: 'fits@*' }, then: { reject: `550 ${'x'.repeat(1024 - 59)}` } },
    ],
    otherwise: { reject: '550 5.1.1 no such recipient here' },
    accounts: [],
    upstreams: {
      eng: { smtp: `127.0.0.1:${upstreams.eng.port}` },
      hr: { smtp: `127.0.0.1:${upstreams.hr.port}` },
    },
  };
  ({ port: authPort } = await server.listen('127.0.0.1', 0));
  while (proxy === null) {
    [proxyPort = 0] = await freePorts(['127.0.0.1']);
    proxy = await nginx.start(mailBlock(proxyPort, authPort));
  }
});

afterAll(async () => {
  await proxy?.stop();
  await server.stop();
  await Promise.all([upstreams.eng.stop(), upstreams.hr.stop()]);
});

describe("the tutorial's curl", () => {
  test.each(['localhost', '127.0.0.1'])('through %s', async (host) => {
    const url = `http://${host}:${authPort}`;
    const routed = `HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: ${upstreams.eng.port}\r\n\r\n`;
    expect(await curl('-I', '-H', 'Auth-SMTP-To: RCPT To:<foo@eng.abc.com>', url)).toBe(routed);
    expect(await curl('-i', '-H', 'Auth-SMTP-To: RCPT To:<foo@eng.abc.com>', url)).toBe(routed);
    expect(await curl('-I', '-H', 'Auth-SMTP-To: RCPT To:<foo@elsewhere.test>', url)).toBe(
      'HTTP/1.0 200 OK\r\nAuth-Status: no such recipient here\r\nAuth-Error-Code: 550 5.1.1\r\n\r\n',
    );
  });

  test('a foreign name in Host is refused', async () => {
    const answer = await curl('-I', '-H', 'Host: evil.example', `http://127.0.0.1:${authPort}`);
    expect(answer).toMatch(/^HTTP\/1\.0 403 Forbidden\r\n/);
  });
});

describe('a real nginx in front', () => {
  test.each([
    ['RCPT TO:<user@eng.abc.com>', '250 eng'],
    ['rcpt to: <User@HR.abc.com> NOTIFY=NEVER', '250 hr'],
    ['RCPT TO:<user@elsewhere.test>', '550 5.1.1 no such recipient here'],
    ['RCPT TO:<\x01\xc3\xa9\x7f@x>', '250 hr'],
    ['RCPT TO:<slow@x>', '250 eng'],
    ['RCPT TO:<large@x>', '451 4.3.2 Internal server error'],
    ['RCPT TO:<fits@x>', `550 ${'x'.repeat(1024 - 59)}`],
  ])('%j', async (rcpt, reply) => {
    expect(await recipients(proxyPort, [rcpt])).toEqual([reply]);
  });

  test('refuse and stay: the same session asks again', async () => {
    expect(await recipients(proxyPort, ['RCPT TO:<busy@x>', 'RCPT TO:<busy@x>'])).toEqual([
      '450 4.2.1 n\xc3\xa9, later',
      '250 eng',
    ]);
  });

  test('the upstream hears the recipient as it was typed', async () => {
    await recipients(proxyPort, ['rcpt to: <Typed@eng.abc.com>']);
    expect(upstreams.eng.told).toContain('rcpt to: <Typed@eng.abc.com>');
  });
});
