/** The exam over real sockets: the lab's own service, one in Python, and some that are hardly there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { type ExamRequest, examine } from '../../../electron/lab/exam.ts';
import { UserError } from '../../../electron/lab/user-error.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { freePort, ownService, rawService } from '../authority/services.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const nobody = { allowLan: false, allow: new Set<string>() };
const examined = (port: number, more: Omit<ExamRequest, 'url'> = {}) =>
  examine({ url: `http://127.0.0.1:${port}/auth`, ...more }, nobody);
const keysOf = ({ findings }: Awaited<ReturnType<typeof examined>>) => findings.map(({ key }) => key);

const book: RuleBook = {
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
    { name: 'certificates', when: { method: 'external', not: { tls: true } }, then: { reject: 'no certificate' } },
    { name: 'users', when: { user: '*@*' }, then: { route: 'account' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here', wait: 1 },
  accounts: [{ user: 'jos\u00e9@eng.abc.com', password: 'p %+\u00e9', upstream: 'eng' }],
  upstreams: { eng: { smtp: '127.0.0.1:25', imap: '127.0.0.1:143', pop3: '127.0.0.1:110' } },
};

async function own(of: RuleBook): Promise<number> {
  const service = await ownService(() => of);
  stops.push(() => service.stop());
  return service.port;
}

describe("the lab's own auth service", () => {
  test('passes without a login', async () => {
    const report = await examined(await own(book));
    expect(report).toMatchObject({ grade: 'passed', unasked: 0, counts: { error: 0, warn: 0 } });
    expect(report.exchanges.length).toBeGreaterThanOrEqual(60);
  });

  test('passes with a login full of odd characters', async () => {
    const login = { user: 'jos\u00e9@eng.abc.com', password: 'p %+\u00e9', rcpt: 'User@ENG.abc.com' };
    const report = await examined(await own(book), login);
    expect(report).toMatchObject({ grade: 'passed', counts: { error: 0, warn: 0 } });
    expect(report.exchanges.find(({ id }) => id === 'login.apop')?.verdict).toBe('route 127.0.0.1:110');
  });
});

/** What many people write first: http.server, a form decoder, and the command line taken for an address. */
const python = `
import sys, urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
class Auth(BaseHTTPRequestHandler):
    def do_GET(self):
        h = self.headers
        if h['Auth-Method'] == 'none':
            ok = h['Auth-SMTP-To'] == 'RCPT TO:<user@example.test>'
        else:
            ok = h['Auth-User'] == 'bob' and urllib.parse.unquote_plus(h['Auth-Pass']) == 'a b'
        self.send_response(200)
        self.send_header('Auth-Status', 'OK' if ok else 'Invalid login or password')
        if ok:
            self.send_header('Auth-Server', '127.0.0.1')
            self.send_header('Auth-Port', '25')
        self.end_headers()
    def log_message(self, *args): pass
server = HTTPServer(('127.0.0.1', 0), Auth)
print(server.server_port, flush=True)
server.serve_forever()
`;

async function pythonService(): Promise<number> {
  const child: ChildProcess = spawn('python3', ['-c', python], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  stops.push(() => {
    child.kill();
    return gone;
  });
  if (!child.stdout) throw new Error('python3 has no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return Number(line);
}

describe('a service in Python', () => {
  test('is told what nginx users run into', async () => {
    const report = await examined(await pythonService(), { user: 'bob', password: 'a b', rcpt: 'user@example.test' });
    expect(keysOf(report)).toEqual(['A7.plus', 'A8.differs', 'B7', 'B8', 'B13.unsupported']);
    expect(report.grade).toBe('failed');
  });
});

describe('who is hardly there', () => {
  const sentence = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error instanceof Error ? error.message : '';
  };

  test('nobody listens', async () => {
    expect(await sentence(examined(await freePort()))).toMatch(/cannot be reached \(nobody listens there\): start/);
  });

  test('closes without a word', async () => {
    const service = await rawService((socket) => socket.end());
    stops.push(() => service.stop());
    expect(await sentence(examined(service.port))).toContain('closes the connection without an answer');
  });

  test('is another machine', async () => {
    const words = await sentence(examine({ url: 'http://192.0.2.1:81/' }, nobody));
    expect(words).toContain('say --allow 192.0.2.1:81');
  });

  test.each([
    ['https://127.0.0.1/', 'plain HTTP'],
    ['127.0.0.1:port', 'invalid port in auth_http'],
    ['', 'no host'],
  ])('%j is no address', async (url, words) => {
    expect(await sentence(examine({ url }, nobody))).toContain(words);
  });

  test('a login has two halves, of one line each', async () => {
    expect(await sentence(examined(1, { user: 'x' }))).toContain('both');
    expect(await sentence(examined(1, { user: 'x', password: '' }))).toContain('empty password');
    expect(await sentence(examined(1, { rcpt: '' }))).toContain('leave it out');
    expect(await sentence(examined(1, { rcpt: 'a\nb' }))).toContain('one line');
  });
});
