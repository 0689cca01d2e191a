/** Send tests through a real proxy, and what they may never do. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bookOf } from '../../../electron/lab/book.ts';
import { readPlan } from '../../../electron/lab/plan.ts';
import { runTests } from '../../../electron/lab/tests.ts';
import { tryRoute } from '../../../electron/lab/try-route.ts';
import type { TestReport } from '../../../shared/lab/tests-result.ts';

interface Parts {
  readonly mail?: string;
  readonly rules?: string;
  readonly upstreams?: string;
  readonly more?: string;
}

const smtp = 'server { listen 3333; protocol smtp; smtp_auth none plain cram-md5; starttls on; }';

function lab({ mail = smtp, rules = '', upstreams = '', more = '' }: Parts, tests: readonly string[]): string {
  return `lab: 1
name: x
proxy: |
  mail {
      server_name mail.test.com;
      auth_http http://127.0.0.1:8000;
      ${mail}
  }
auth:
  listen: 127.0.0.1:8000
  rules:
    - { name: engineering, when: { rcpt: "*@eng.abc.com" }, then: { route: eng } }
    - { name: by address, when: { rcpt: "*@address.abc.com" }, then: { route: 127.0.0.1:2526 } }
    - { name: logins, when: { method: [plain, cram-md5] }, then: { route: account } }
${rules}
  otherwise: { reject: "550 5.1.1 no such recipient here" }
accounts: [{ user: alice, password: secret, upstream: hr }, { user: zoë, password: "pä ss", upstream: hr }]
upstreams:
  eng: { smtp: 127.0.0.1:2525 }
  hr: { smtp: 127.0.0.1:2526 }
${upstreams}
${more}
tests:
${tests.map((one) => `  - ${one}`).join('\n')}
`;
}

async function run(text: string, allow: readonly string[] = []): Promise<TestReport> {
  const options = { hostname: 'box', consent: { allowLan: true, allow: new Set<string>() }, prefix: null };
  const { plan, problems } = await readPlan({ text, file: null }, options);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!plan) throw new Error('no plan');
  return runTests(plan, { tests: plan.tests, send: true, consent: { allowLan: false, allow: new Set(allow) } });
}

/** Of each test its state, and what is said about it. */
const told = ({ tests }: TestReport) =>
  tests.map(({ name, state, problem, differences }) => [
    name,
    state,
    ...(problem === null ? [] : [problem]),
    ...differences.map(({ key, actual }) => `${key}: ${actual}`),
  ]);

const send = (name: string, to: string, expected: string, more = '') =>
  `{ name: ${name}, send: { from: a@b, to: ${to}${more} }, expect: { ${expected} } }`;

describe('a mail through the proxy', () => {
  test('is judged by what the client saw, what was recorded, and what arrived', async () => {
    const report = await run(
      lab({}, [
        send('name', 'x@eng.abc.com', 'rule: engineering, upstream: eng, reply: 250, authCalls: 1, outcome: relayed'),
        send('address', 'x@eng.abc.com', 'upstream: 127.0.0.1:2525, messages: 1, contains: "Subject: address"'),
        send('by address', 'x@address.abc.com', 'upstream: hr, messages: 1'),
        send('several', '[x@eng.abc.com, y@hr.abc.com]', 'accepted: [y@hr.abc.com, x@eng.abc.com], authCalls: 1'),
        send('body', 'x@eng.abc.com', 'contains: "one\\ntwo"', ', body: "one\\ntwo\\n"'),
        send('refused', 'x@y', 'reply: "550 5.1.1 *", outcome: rejected, rejected: x@y, accepted: [], messages: 0'),
        send('two refused', '[x@y, z@y]', 'reply: "550 5.1.1 *", outcome: rejected'),
        send('plain', 'x@y', 'user: alice, rule: logins, upstream: hr, reply: 250', ', user: alice'),
        send('utf-8', 'x@y', 'user: zoë, upstream: hr', ', user: zoë'),
        send('wrong', 'x@y', 'rule: accounts, reply: 535', ', user: alice, password: no'),
        send('tls', 'x@eng.abc.com', 'reply: 250, upstream: eng', ', tls: true'),
        send('null sender', 'x@eng.abc.com', 'reply: 250').replace('a@b', '"<>"'),
        '{ name: lookup, lookup: { rcpt: x@eng.abc.com }, expect: { route: eng } }',
      ]),
    );
    expect(told(report).filter(([, state]) => state !== 'passed')).toEqual([]);
    expect(report.coverage).toMatchObject({ hit: 5, total: 5 });
  });

  test('tells each difference, and shows the trail', async () => {
    const report = await run(
      lab({}, [
        send(
          'all',
          'x@eng.abc.com',
          'rule: logins, upstream: hr, reply: 551, authCalls: 2, outcome: failed, user: bob, accepted: [], rejected: x@y, messages: 0, contains: nothing of the kind',
        ),
        send('none', 'x@y', 'upstream: eng, contains: x'),
      ]),
    );
    expect(told(report)).toEqual([
      [
        'all',
        'failed',
        'rule: engineering',
        'user: none',
        'upstream: eng',
        'reply: 250 OK: message queued',
        'authCalls: 1',
        'outcome: relayed',
        'accepted: x@eng.abc.com',
        'rejected: none',
        'messages: 1',
        'contains: 1 of 1 messages without it',
      ],
      ['none', 'failed', 'upstream: none', 'contains: no message arrived'],
    ]);
    expect(report.tests[0]).toMatchObject({
      actual: 'rule engineering, upstream eng, relayed: 250 OK: message queued',
      rule: 'engineering',
      trail: [{ rule: 0 }, { rule: 1, outcome: 'matched' }, { rule: 2 }, { rule: 3 }, { rule: null }],
    });
  });

  test('many run side by side, and each is judged by its own session', async () => {
    const names = Array.from({ length: 40 }, (_, index) => index);
    const tests = names.map((n) =>
      send(
        `t${n}`,
        n % 2 ? 'x@eng.abc.com' : 'x@address.abc.com',
        `upstream: ${n % 2 ? 'eng' : 'hr'}, messages: 1, contains: "Subject: t${n}\\r\\n"`,
      ),
    );
    expect(told(await run(lab({}, tests))).filter(([, state]) => state !== 'passed')).toEqual([]);
  });
});

test('mail servers are played as the file says, with the faults that strike always', async () => {
  const upstreams = `  full: { smtp: 127.0.0.1:2527, faults: [{ stage: rcpt, reply: "452 4.2.2 full" }, { stage: mail, close: true, next: 1 }] }
  small: { smtp: 127.0.0.1:2528, play: { smtp: { size: 10 } } }
  down: { smtp: 127.0.0.1:2529, faults: [{ stage: connect, refuse: true }] }`;
  const rules = `    - { name: full, when: { rcpt: "*@full.test" }, then: { route: full } }
    - { name: small, when: { rcpt: "*@small.test" }, then: { route: small } }
    - { name: down, when: { rcpt: "*@down.test" }, then: { route: down } }`;
  const report = await run(
    lab({ upstreams, rules }, [
      '{ name: full, send: { from: a@b.test, to: [x@full.test] }, expect: { reply: 452, upstream: full } }',
      '{ name: small, send: { from: a@b.test, to: [x@small.test], subject: long }, expect: { reply: 552 } }',
      '{ name: down, send: { from: a@b.test, to: [x@down.test] }, expect: { reply: 451, upstream: down, outcome: failed } }',
    ]),
  );
  expect(told(report)).toEqual([
    ['full', 'passed'],
    ['small', 'passed'],
    ['down', 'passed'],
  ]);
});

test('a live mail, a tried address and a test come to the same', async () => {
  const rules = `    - { name: regex, when: { rcpt: "/^[a-f]+\\\\d@.*/" }, then: { route: hr } }
    - { name: sender, when: { from: ["<>", "*@b"], rcpt: "*@list.test" }, then: { reject: "450 4.2.0 later" } }
    - { name: helo, when: { helo: "mail-*", rcpt: "?x@*" }, then: { route: eng } }`;
  const recipients = [
    'a@eng.abc.com',
    'abc1@x',
    'abcg1@x',
    'F0@y',
    'q@list.test',
    'zx@z',
    'zzx@z',
    'x@address.abc.com',
    'ax@eng.abc.com',
  ];
  const { plan } = await readPlan(
    { text: lab({ rules }, [send('x', 'x@y', 'reply: 250')]), file: null },
    {
      hostname: 'box',
      consent: { allowLan: false, allow: new Set() },
      prefix: null,
    },
  );
  if (!plan) throw new Error('no plan');
  const asked = { protocol: 'smtp', from: 'a@b', helo: 'mail-lab', client: '127.0.0.1' } as const;
  const pairs = recipients.map((rcpt) => {
    const { rule, upstream } = tryRoute({ ...asked, rcpt }, bookOf(plan), plan.conf);
    const expected = `rule: ${rule}, ${upstream === null ? '' : `upstream: ${upstream}, `}`;
    const common = `rcpt: ${rcpt}, from: a@b, helo: mail-lab`;
    return [
      send(`live ${rcpt}`, rcpt, `${expected} authCalls: 1`),
      `{ name: ask ${rcpt}, lookup: { ${common} }, expect: { ${expected.replace('upstream', 'route')} } }`,
    ];
  });
  const report = await run(lab({ rules }, pairs.flat()));
  expect(told(report).filter(([, state]) => state !== 'passed')).toEqual([]);
  // Every rule but that for logins has had its turn, and so has Otherwise.
  expect(report.coverage?.rules.filter(({ tests }) => tests.length === 0).map(({ name }) => name)).toEqual([
    'accounts',
    'logins',
  ]);
});

describe('listeners', () => {
  const two = `${smtp} server { listen 127.0.0.1:3334 ssl; protocol smtp; smtp_auth none; } server { listen 1143; protocol imap; }`;

  test('are named by port or address; TLS from the first byte is spoken where they want it', async () => {
    const report = await run(
      lab({ mail: two }, [
        send('port', 'x@eng.abc.com', 'reply: 250', ', listener: 3333'),
        send('address', 'x@eng.abc.com', 'reply: 250', ', listener: "127.0.0.1:3334"'),
        send('which', 'x@eng.abc.com', 'reply: 250'),
        send('where', 'x@eng.abc.com', 'reply: 250', ', listener: 1143'),
      ]),
    );
    expect(told(report)).toEqual([
      ['port', 'passed'],
      ['address', 'passed'],
      ['which', 'failed', 'Several listeners speak SMTP (3333, 127.0.0.1:3334): say which with "listener".'],
      ['where', 'failed', 'No SMTP listener is at 1143; there is 3333, 127.0.0.1:3334.'],
    ]);
  });

  test('that want a PROXY header get one; a lab without SMTP says so', async () => {
    const proxied = 'server { listen 3333 proxy_protocol; protocol smtp; smtp_auth none; }';
    expect(told(await run(lab({ mail: proxied }, [send('a', 'x@eng.abc.com', 'reply: 250')])))).toEqual([
      ['a', 'passed'],
    ]);
    const imap = 'server { listen 1143; protocol imap; }';
    expect(told(await run(lab({ mail: imap }, [send('a', 'x@eng.abc.com', 'reply: 250')])))).toEqual([
      ['a', 'failed', 'The configuration has no SMTP listener to send through.'],
    ]);
  });
});

/** A server that counts who comes, and says nothing. */
async function silent(): Promise<{ readonly port: number; readonly visits: () => number; readonly server: Server }> {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, visits: () => visits, server };
}

describe('nothing else is touched', () => {
  test("neither the lab's own ports nor the user's servers", async () => {
    const theirs = await silent();
    const rules = `    - { name: mine, when: { rcpt: "*@mine" }, then: { route: mine } }
    - { name: stranger, when: { rcpt: "*@stranger" }, then: { route: 10.1.2.3:25 } }
    - { name: raw, when: { rcpt: "*@raw" }, then: { raw: { headers: { Auth-Status: OK, Auth-Server: 127.0.0.1, Auth-Port: ${theirs.port} } } } }`;
    const upstreams = `  mine: { smtp: "127.0.0.1:${theirs.port}", external: true }`;
    const tests = [
      send('mine', 'x@mine', 'upstream: mine'),
      send('stranger', 'x@stranger', 'reply: 250'),
      send('raw', 'x@raw', 'reply: 250'),
    ];
    const report = await run(lab({ rules, upstreams }, tests));
    const where = `127.0.0.1:${theirs.port}`;
    const sentence = (who: string, at: string) =>
      `It goes to ${who}, which is no server of the lab's own and was not contacted; allow it with --allow ${at}.`;
    expect(told(report)).toEqual([
      ['mine', 'failed', sentence(`upstream mine at ${where}`, where)],
      ['stranger', 'failed', sentence('10.1.2.3:25', '10.1.2.3:25')],
      ['raw', 'failed', sentence(`upstream mine at ${where}`, where)],
    ]);
    expect(theirs.visits()).toBe(0);
    const allowed = await run(lab({ rules, upstreams }, [send('mine', 'x@mine', 'upstream: mine, outcome: failed')]), [
      where,
    ]);
    expect(told(allowed)).toEqual([['mine', 'passed']]);
    expect(theirs.visits()).toBe(1);
  });

  test('an auth service elsewhere is asked only if that is allowed', async () => {
    const mail = smtp.replace('smtp_auth', 'auth_http http://10.1.2.3:80; smtp_auth');
    expect(told(await run(lab({ mail }, [send('a', 'x@eng.abc.com', 'reply: 250')])))).toEqual([
      [
        'a',
        'failed',
        'The auth service at 10.1.2.3:80 is another machine and was not asked; allow it with --allow 10.1.2.3:80.',
      ],
    ]);
  });
});
