/** Exactly what `mail-lab export` writes, run by nginx and by Node, against the lab it was made from. */
import { createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createAuthServer } from '../../../electron/authority/server.ts';
import { bookOf } from '../../../electron/lab/book.ts';
import { type Plan, readPlan } from '../../../electron/lab/plan.ts';
import { decodeAnswer, encodeAnswer } from '../../../shared/auth/answer.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { encodeRequest } from '../../../shared/auth/request.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { encodeUtf8 } from '../../../shared/auth/text.ts';
import { lookupOfTest, runLookupTest } from '../../../shared/lab/tests-lookup.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import type { Verdict } from '../../../shared/machine/machine.ts';
import { recipients } from '../auth/session.ts';
import { freePorts, text } from '../harness/sockets.ts';
import { type Exported, exported } from './exported.ts';
import { type MailServer, mailServer } from './mail-servers.ts';
import { richLab } from './rich-lab.ts';

const module = '/usr/lib/nginx/modules/ngx_mail_module.so';

async function planOf(lab: string): Promise<{ readonly plan: Plan; readonly book: RuleBook }> {
  const consent = { allowLan: true, allow: new Set<string>() };
  const { plan, problems } = await readPlan({ text: lab, file: null }, { hostname: 'mx.test', consent, prefix: null });
  const book = plan && bookOf(plan);
  if (!plan || !book) throw new Error(problems.map(({ message }) => message).join('; '));
  return { plan, book };
}

/** The whole answer to these bytes. */
function ask(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk: Buffer) => {
      answer += text(chunk);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

/** What an SMTP client that has no login hears at RCPT. */
function heard(verdict: Verdict, nameOf: (port: number) => string): string {
  if (verdict.type === 'route') return `250 ${nameOf(verdict.port)}`;
  if (verdict.type === 'reject') return `${verdict.code ?? '535 5.7.0'} ${verdict.message}`;
  return '451 4.3.2 Internal server error';
}

const recipient = (to: string): Lookup => ({
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  clientHost: '[UNAVAILABLE]',
  helo: 'laptop',
  from: 'MAIL FROM:<dev@test.com>',
  to,
  headers: [],
});

/** The same 200 recipients every time. */
const SEED = 20_261_123;
const local = fc.constantFrom(
  'user',
  'DEV-12',
  'dev-7',
  'grey',
  'raw',
  'a.b.sec',
  'b\u00fcro-team',
  'list-a',
  'slow',
  'x+y',
  '"a b"',
);
const domain = fc.constantFrom('eng.abc.com', 'ENG.abc.com', 'hr.abc.com', 'abc.com', 'elsewhere.test', 'b\u00fc.test');
const form = fc.constantFrom('RCPT TO:<@>', 'rcpt to: <@>', 'RCPT TO:<@> NOTIFY=NEVER', 'RCPT TO:@');
const lines = fc.sample(
  fc.tuple(form, local, domain).map(([whole, a, b]) => encodeUtf8(whole.replace('@', `${a}@${b}`))),
  { seed: SEED, numRuns: 200 },
);

/** Does something for all of a list, a few at a time. */
async function inTurns<T>(list: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < list.length; start += 20) await Promise.all(list.slice(start, start + 20).map(each));
}

describe('the tutorial', () => {
  let made: Exported;
  let lab: Awaited<ReturnType<typeof planOf>>;
  let servers: readonly MailServer[] = [];
  let proxyPort = 0;
  beforeAll(async () => {
    servers = [await mailServer('smtp', 'eng'), await mailServer('smtp', 'hr')];
    const [proxy = 0, auth = 0] = await freePorts(['127.0.0.1', '127.0.0.1']);
    proxyPort = proxy;
    const changes = { 3333: proxy, 8000: auth, 2525: servers[0]?.port, 2526: servers[1]?.port };
    const source = tutorialText.replace(/\b(?:3333|8000|2525|2526)\b/g, (port) => String(Reflect.get(changes, port)));
    lab = await planOf(source);
    made = await exported(source);
    await made.startService();
    await made.startNginx();
  });
  afterAll(async () => {
    await made?.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('says what it wrote and what to do', () => {
    expect(made.said).toMatchObject({ code: 0 });
    expect(made.said.out.split('\n').map((line) => line.split(':')[0])).toEqual([
      ...['nginx.conf', 'auth-service.mjs', 'compose.yaml', 'nginx.compose.conf', 'README.md'].map(
        (name) => `wrote out/${name}`,
      ),
      '',
    ]);
    expect(made.said.err).toMatch(/\[notice\] The lab plays eng, hr itself/);
  });

  test('nginx -t is content, and the text of the proxy stands in the file as it was', async () => {
    expect(await made.check()).toMatchObject({ code: 0 });
    expect(await made.read('nginx.conf')).toContain(`mail {\n    server_name mail.test.com;\n`);
  });

  test('200 recipients go through nginx where the lab would send them', async () => {
    const name = (port: number) => (port === servers[0]?.port ? 'eng' : 'hr');
    const differences: unknown[] = [];
    const came = new Set<string>();
    await inTurns(lines, async (line) => {
      const bytes = encodeAnswer(decide(lab.book, recipient(line)).answer);
      const wanted = heard(decodeAnswer(bytes, { protocol: 'smtp', passwordKnown: false }), name);
      const [reply] = await recipients(proxyPort, [line]);
      came.add(wanted);
      if (reply !== wanted) differences.push({ line, wanted, reply });
    });
    expect(differences).toEqual([]);
    expect([...came].sort()).toEqual(['250 eng', '250 hr', '550 5.1.1 no such recipient here']);
  });

  test("the lab's own tests pass through it", async () => {
    const port = Number(/auth_http +http:\/\/127\.0\.0\.1:(\d+)/.exec(await made.read('nginx.conf'))?.[1]);
    for (const each of lab.plan.tests) {
      if (each.kind === 'lookup') {
        await expectLookup(lab, each, port);
        continue;
      }
      const before = servers.map(({ told }) => told.length);
      const replies = await recipients(
        proxyPort,
        each.send.to.map((to) => `RCPT TO:<${to}>`),
      );
      expect(replies).toEqual(each.send.to.map(() => `${each.expect.reply} ${each.expect.upstream}`));
      const heardMore = servers.map(({ told }, i) => told.length > (before[i] ?? 0));
      expect(heardMore).toEqual([each.expect.upstream === 'eng', each.expect.upstream === 'hr']);
    }
    expect(lab.plan.tests.map(({ kind }) => kind)).toEqual(['lookup', 'send']);
  });
});

/** A lookup test holds in the lab, and the service says the same bytes. */
async function expectLookup(lab: Awaited<ReturnType<typeof planOf>>, each: Plan['tests'][number], port: number) {
  if (each.kind !== 'lookup') throw new Error('no lookup');
  expect(runLookupTest(lab.book, each)).toMatchObject({ differences: [] });
  const lookup = lookupOfTest(each.lookup, lab.book);
  const [server] = lab.plan.conf.servers;
  if (!server) throw new Error('no server');
  expect(await ask(port, encodeRequest(lookup, server.authHttp))).toBe(encodeAnswer(decide(lab.book, lookup).answer));
}

describe('a lab with everything', () => {
  let made: Exported;
  let lab: Awaited<ReturnType<typeof planOf>>;
  const servers = new Map<string, MailServer>();
  const port = { auth: 0, open: 0, submission: 0, imap: 0, pop3: 0 };
  const own = createAuthServer({ book: () => lab.book });
  let ownPort = 0;
  const serverOf = (name: string): MailServer => {
    const server = servers.get(name);
    if (!server) throw new Error(`no server ${name}`);
    return server;
  };
  beforeAll(async () => {
    servers.set('eng', await mailServer('smtp', 'eng'));
    servers.set('hr', await mailServer('smtp', 'hr'));
    servers.set('engImap', await mailServer('imap', 'eng'));
    servers.set('engPop3', await mailServer('pop3', 'eng'));
    const [auth = 0, open = 0, submission = 0, imap = 0, pop3 = 0] = await freePorts(
      Array.from({ length: 5 }, () => '127.0.0.1'),
    );
    Object.assign(port, { auth, open, submission, imap, pop3 });
    const of = (name: string) => serverOf(name).port;
    const source = richLab({ ...port, eng: of('eng'), hr: of('hr'), engImap: of('engImap'), engPop3: of('engPop3') });
    lab = await planOf(source);
    made = await exported(source);
    expect(made.said).toMatchObject({ code: 0 });
    await made.startService();
    await made.startNginx();
    ({ port: ownPort } = await own.listen('127.0.0.1', 0));
  });
  afterAll(async () => {
    await made?.stop();
    await own.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
  });

  test('200 recipients go through nginx where the lab would send them', async () => {
    const name = (to: number) => (to === serverOf('eng').port ? 'eng' : 'hr');
    const differences: unknown[] = [];
    const rules = new Set<string | null>();
    // Those that wait are tried once each: the rest would only wait, too.
    const chosen = [...new Set(lines.filter((line) => !/grey/.test(line))), 'RCPT TO:<grey@x>'];
    expect(chosen.length).toBeGreaterThan(100);
    await inTurns(chosen, async (line) => {
      const { answer, rule } = decide(lab.book, recipient(line));
      rules.add(rule);
      const wanted = heard(decodeAnswer(encodeAnswer(answer), { protocol: 'smtp', passwordKnown: false }), name);
      const [reply] = await recipients(port.open, [line]);
      if (reply !== wanted) differences.push({ line, wanted, reply });
    });
    expect(differences).toEqual([]);
    expect(rules.size).toBeGreaterThanOrEqual(7);
  });

  test('refused for now, the same session asks again and gets through', async () => {
    const grey = ['RCPT TO:<grey@x>', 'RCPT TO:<grey@x>'];
    expect(await recipients(port.open, grey)).toEqual(['450 4.2.0 come b\xc3\xa4ck later', '250 eng']);
  });

  test('every answer has the same bytes as that of the service of the lab', async () => {
    const [server] = lab.plan.conf.servers;
    if (!server) throw new Error('no server');
    const logins = lab.book.accounts.flatMap(({ user }): readonly Lookup[] =>
      (['plain', 'cram-md5', 'apop', 'external'] as const).flatMap((method) =>
        [undefined, 'wrong'].map((password) =>
          lookupOfTest({ user, method, protocol: 'imap', ...(password === undefined ? {} : { password }) }, lab.book),
        ),
      ),
    );
    const clients = lines.map((line, i) => ({
      ...recipient(line),
      clientIp: i % 3 === 0 ? '10.1.2.3' : '::1',
      attempt: (i % 4) + 1,
    }));
    const differences: unknown[] = [];
    await inTurns([...logins, ...clients], async (lookup) => {
      const request = encodeRequest(lookup, server.authHttp);
      const [exportedAnswer, labAnswer] = await Promise.all([ask(port.auth, request), ask(ownPort, request)]);
      if (exportedAnswer !== labAnswer || labAnswer === '') differences.push({ request, exportedAnswer, labAnswer });
    });
    expect(differences).toEqual([]);
  });

  test.each([
    ['HEAD', 'HEAD / HTTP/1.1\r\nHost: localhost\r\nAuth-SMTP-To: a@eng.abc.com\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.0\r\nAuth-SMTP-To: RCPT TO:<a@hr.abc.com>\r\n\r\n'],
    ['a foreign host', 'GET / HTTP/1.0\r\nHost: evil.example\r\nAuth-User: alice\r\n\r\n'],
    ['two questions at once', 'GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['control characters', 'GET / HTTP/1.0\r\nAuth-SMTP-To: RCPT TO:<\x01\xc3\xa9\x7f@eng.abc.com>\r\n\r\n'],
    ['no HTTP', 'nonsense\r\n\r\n'],
    ['a header twice', 'GET / HTTP/1.0\r\nAuth-SMTP-To: <a@hr.abc.com>\r\nAuth-SMTP-To: <a@eng.abc.com>\r\n\r\n'],
    ['POST with a body', 'POST /x HTTP/1.0\r\nContent-Length: 3\r\nAuth-SMTP-To: <a@hr.abc.com>\r\n\r\nabc'],
    ['the path of the health, asked by nginx', 'GET /health-2 HTTP/1.0\r\nAuth-Method: none\r\n\r\n'],
  ])('over HTTP: %s', async (_, bytes) => {
    const answer = await ask(port.auth, bytes);
    expect(answer).toBe(await ask(ownPort, bytes));
    expect(answer).toMatch(/^HTTP\/1\.[01] \d\d\d /);
  });

  test('says that it lives where nginx never asks', async () => {
    expect(await ask(port.auth, 'GET /health-2 HTTP/1.0\r\n\r\n')).toBe('HTTP/1.0 200 OK\r\n\r\nok\n');
    expect(await ask(port.auth, 'GET /health?x=1 HTTP/1.0\r\n\r\n')).not.toMatch(/ok\n$/);
  });

  test('logins reach the mail server of their account, with their password', async () => {
    const password = 's\xc3\xa9cret %+';
    const imap = await talk(port.imap, [`1 LOGIN alice@eng.abc.com {${password.length}}`, password]);
    expect(imap.at(-1)).toBe('1 OK eng');
    expect(serverOf('engImap').told.slice(-1)).toEqual([password]);
    const pop3 = await talk(port.pop3, ['USER alice@eng.abc.com', `PASS ${password}`]);
    expect(pop3.at(-1)).toBe('+OK eng');
    expect(serverOf('engPop3').told.slice(-2)).toEqual(['USER alice@eng.abc.com', `PASS ${password}`]);
    const wrong = await talk(port.pop3, ['USER alice@eng.abc.com', 'PASS wrong']);
    expect(wrong.at(-1)).toBe('-ERR Invalid login or password');
  });

  test('a challenge is proven, and the mail server gets the clear password', async () => {
    const respond = (challenge: string): string => {
      const salt = Buffer.from(challenge.replace(/^\+ /, ''), 'base64');
      const digest = createHmac('md5', 'carol').update(salt).digest('hex');
      return Buffer.from(`carol@shared.test ${digest}`).toString('base64');
    };
    const said = await talk(port.imap, ['1 AUTHENTICATE CRAM-MD5', respond]);
    expect(said.at(-1)).toBe('1 OK eng');
    // The rule gives another name and password to the mail server.
    expect(serverOf('engImap').told.slice(-2)).toEqual(['team@eng {10}', 't\xc3\xa9am pass']);
  });

  test('its file is for its owner alone', async () => {
    const { mode } = await stat(`${made.folder}/auth-service.mjs`);
    expect(mode & 0o777).toBe(0o600);
    expect(await made.read('auth-service.mjs')).toContain('THIS FILE HOLDS PASSWORDS');
  });

  test('the certificate for STARTTLS is made and named', async () => {
    expect(await made.read('tls/self-signed.crt')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    const files = await made.check();
    expect(files).toMatchObject({ code: 0 });
  });

  test("the containers' configuration is one that nginx takes, and the compose file names what there is", async () => {
    const conf = await made.read('nginx.compose.conf');
    expect(conf).not.toContain('load_module');
    expect(conf).toContain('auth_http http://172.31.250.10:8000/health?x=1;');
    expect(conf).toContain(`listen ${port.open};`);
    const checked = await made.check('nginx.compose.conf', ['-g', `load_module ${module};`]);
    expect(checked).toMatchObject({ code: 0 });
    const compose: { services: Record<string, { volumes: string[]; ports?: string[]; tmpfs?: string[] }> } = parse(
      await made.read('compose.yaml'),
    );
    expect(Object.keys(compose.services)).toEqual(['auth', 'nginx-1', 'nginx-2']);
    expect(compose.services['nginx-1']?.ports).toContain(`127.0.0.1:${port.open}:${port.open}`);
    expect(compose.services['nginx-2']?.ports).toContain(`127.0.0.1:${port.open + 10_000}:${port.open}`);
    expect(compose.services['nginx-1']?.tmpfs).toEqual(['/etc/nginx/logs/mail']);
    for (const { volumes } of Object.values(compose.services)) {
      for (const volume of volumes)
        expect(await made.read(volume.split(':')[0] ?? '').catch((error) => error.code)).toBeTruthy();
    }
  });

  test("the lab's own tests pass", async () => {
    for (const each of lab.plan.tests) await expectLookup(lab, each, port.auth);
    expect(lab.plan.tests.length).toBe(6);
  });

  test('stops when it is told to, and answers what was asked before', async () => {
    const slow = ask(port.auth, 'GET / HTTP/1.0\r\nClient-Host: [x]\r\nAuth-SMTP-To: <slow@hr.abc.com>\r\n\r\n');
    await ask(port.auth, 'GET / HTTP/1.0\r\n\r\n');
    expect(await made.stopService()).toBe(0);
    expect(await slow).toContain(`Auth-Port: ${serverOf('hr').port}\r\n`);
    await expect(ask(port.auth, 'GET / HTTP/1.0\r\n\r\n')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** Says one line after the other, each when the answer to the one before has come; answers with what came. */
async function talk(port: number, says: readonly (string | ((line: string) => string))[]): Promise<readonly string[]> {
  const socket = connect(port, '127.0.0.1');
  const reader = createInterface({ input: socket.setEncoding('latin1') });
  const came: string[] = [];
  const left = [...says];
  for await (const line of reader) {
    came.push(line);
    const next = left.shift();
    if (next === undefined) break;
    socket.write(`${typeof next === 'string' ? next : next(line)}\r\n`, 'latin1');
  }
  socket.destroy();
  return came;
}
