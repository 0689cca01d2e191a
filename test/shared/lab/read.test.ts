import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLab } from '../../../shared/lab/read.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

const problemsOf = (text: string) =>
  readLab(text, { file: 'lab' }).problems.map(
    ({ line, column, severity, message }) => `${line}:${column} ${severity} ${message}`,
  );

/** A small lab with these lines of `auth` rules and these upstreams. */
const lab = (parts: {
  readonly then?: string;
  readonly when?: string;
  readonly upstreams?: string;
  readonly more?: string;
}) =>
  [
    'lab: 1',
    'name: test',
    'proxy: "mail {}"',
    'auth:',
    '  listen: 127.0.0.1:8000',
    '  rules:',
    '    - name: it',
    `      when: ${parts.when ?? '{}'}`,
    `      then: ${parts.then ?? '{ route: eng }'}`,
    '  otherwise: { reject: "no" }',
    `upstreams: ${parts.upstreams ?? '{ eng: { smtp: 127.0.0.1:2525 } }'}`,
    parts.more ?? '',
  ].join('\n');

describe('the tutorial', () => {
  const { lab: read, problems } = readLab(tutorialText, { file: 'lab' });

  test('has no problems', () => {
    expect(problems).toEqual([]);
  });

  test('says what the tutorial says', () => {
    expect(read).toMatchObject({
      name: 'NGINX mail proxy tutorial',
      auth: {
        listen: '127.0.0.1:8000',
        transport: 'in-process',
        rules: [
          { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
          { name: 'human resources', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } },
        ],
        otherwise: { reject: '550 5.1.1 no such recipient here' },
      },
      accounts: [],
      upstreams: [
        { name: 'eng', external: false, smtp: '127.0.0.1:2525' },
        { name: 'hr', external: false, smtp: '127.0.0.1:2526' },
      ],
    });
    expect(read?.tests).toHaveLength(2);
  });

  test('the configuration is verbatim, and its place is known', () => {
    expect(read?.proxy.file).toBeNull();
    const line = (read?.proxy.line ?? 0) - 1;
    const inFile = tutorialText.split('\n').slice(line);
    for (const [index, text] of (read?.proxy.text ?? '').trimEnd().split('\n').entries()) {
      expect(inFile[index]).toBe(`  ${text}`);
    }
    expect(read?.proxy.text).toMatch(/^mail \{\n {4}server_name mail\.test\.com;\n/);
  });
});

test('every problem comes at once, each at its place', () => {
  const text = `lab: 1
name: 5
proxy: >
  mail {}
auth:
  listn: 127.0.0.1:8000
  transport: htp
  rules:
    - name: a
      when: { rcpt: "/(/", clientt: x, protocol: smpt, attempt: "x..", client: [10.0.0.0/33], not: {}, from: [1] }
      then: { route: enng }
    - name: a
      then: { route: eng, reject: "550 5.1.1" }
    - name: otherwise
      then: { fault: x, raw: { status: 20, headers: { "a b": c, x: [1] } } }
  otherwise: { }
upstreams:
  eng: { smtp: localhost:2525, imap: 127.0.0.1:1143 }
  hr:  { smtp: 127.0.0.1:2525 }
  foo: { smtp: mail.example.com:25 }
  bar:
tests:
  - name: x
    expect: { rule: aa, upstream: engg }
  - lookup: { rcpt: 1 }
    send: {}
accounts:
  - { user: a, password: b, upstream: en }
  - { user: a, password: 1 }
foo: 1
`;
  expect(problemsOf(text)).toEqual([
    '2:7 error "name": expected text, found 5; put it in quotes',
    '3:8 error the configuration must keep its lines; write "proxy: |" instead of "proxy: >"',
    '5:1 error "listen" is missing',
    '6:3 error unknown key "listn" in "auth"; did you mean "listen"?',
    '7:14 error "transport": expected in-process or http, found "htp"',
    '10:21 error "/(/" is no regular expression: missing closing ): `(`',
    '10:28 error unknown key "clientt" in "when"; did you mean "client"?',
    '10:50 error "smpt" is no protocol; did you mean "smtp"?',
    '10:65 error "x.." is no range of attempts; expected a number from 1, 2.., ..3 or 2..4',
    '10:81 error "10.0.0.0/33" is no address or network; expected one such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32',
    '10:100 error an empty "not" can never match; expected at least one condition in it',
    '10:111 error "from": expected text, found 1; put it in quotes',
    '11:22 error there is no upstream "enng"; did you mean "eng"?',
    '12:13 error there is a rule "a" already; expected another name',
    '13:13 error route and reject cannot both be done; expected exactly one of route, reject and raw',
    '13:35 error the text is empty, which nginx takes as success; expected words for the client',
    '14:13 error "otherwise" cannot name a rule: the trail uses it itself',
    '15:22 error "fault": expected silent or close or cut or oversize or no-status or no-server or no-port or host-name or lower-case or underscore or garbage or page or wait or wait-loop, found "x"',
    '15:40 error "status": expected an HTTP status from 100 to 999, found 20',
    '15:55 error "a b": expected the name of a header',
    '15:68 error "x": expected one line of text, found a list',
    '16:14 error nothing to do; expected exactly one of route, reject and raw',
    '19:16 error 127.0.0.1:2525 is taken by upstream eng already; expected a port of its own',
    '20:16 error "mail.example.com:25" is no address; expected an IP address and a port, such as 127.0.0.1:2525 or [::1]:2525; nginx takes no host names from an auth service',
    '21:7 error "bar": expected keys with values, found nothing',
    '23:5 error expected exactly one of lookup and send',
    '24:21 warning there is no rule "aa"; did you mean "a"?',
    '24:35 warning there is no upstream "engg"; did you mean "eng"?',
    '25:5 error "name" is missing',
    '25:5 error "expect" is missing',
    '25:5 error expected exactly one of lookup and send',
    '25:21 error "rcpt": expected text, found 1; put it in quotes',
    '26:5 error "from" is missing',
    '26:5 error "to" is missing; expected an address, or a list of at least one',
    '28:39 error there is no upstream "en"; did you mean "eng"?',
    '29:13 error there is a user "a" already; expected another name',
    '29:26 error "password": expected text, found 1; put it in quotes',
    '30:1 error unknown key "foo"; expected one of lab, name, proxy, auth, accounts, upstreams, never, tests',
  ]);
  expect(readLab(text, { file: 'x.lab.yaml' })).toMatchObject({ lab: null, problems: { 0: { file: 'x.lab.yaml' } } });
});

describe('files that are not even YAML, or no lab', () => {
  test.each([
    ['', ['1:1 error this is no lab file; expected keys such as lab: 1, name, proxy, auth and upstreams']],
    ['- 1', ['1:1 error this is no lab file; expected keys such as lab: 1, name, proxy, auth and upstreams']],
    ['name: *@eng.abc.com\n', ['1:7 error a text that begins with * needs quotes; expected "*@eng.abc.com"']],
    ['name: [1', ['1:9 error Flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['\tname: 1', ['1:1 error YAML indents with spaces, not with tabs (Tabs are not allowed as indentation)']],
  ])('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('a key that comes twice', () => {
    expect(problemsOf(lab({ more: 'name: again' }))).toEqual([
      '12:1 error this key is there already; expected each key once',
    ]);
  });

  test('another format, and nothing else', () => {
    expect(problemsOf('lab: 2\nname: x\nproxy: { fil: y }\n')).toEqual([
      '1:6 error "lab": expected 1: this version reads lab files of format 1, found 2',
      '3:1 error "file" is missing',
      '3:10 error unknown key "fil" in "proxy"; did you mean "file"?',
    ]);
  });

  test('a file too large', () => {
    expect(problemsOf(' '.repeat(5_000_001))).toEqual(['1:1 error the file is larger than 5 MB; expected a lab file']);
  });

  test('no text breaks it, and every problem has a place and says something', () => {
    const pieces = fc.constantFrom(
      'lab: 1\n',
      'auth:\n',
      '  rules:\n',
      '    - ',
      'name: ',
      'x\n',
      '{ ',
      '}',
      '[',
      '&a ',
      '*a',
      '"',
      '|\n',
      '\t',
      'proxy: ',
      '__proto__: ',
      '1\n',
      ': ',
      '- ',
      '!!binary ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const { lab: read, problems } = readLab(text, { file: 'lab' });
          expect(read === null).toBe(problems.some(({ severity }) => severity === 'error'));
          for (const { line, column, message } of problems) {
            expect([line >= 1, column >= 1, message.length > 5]).toEqual([true, true, true]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('aliases cannot be used to blow the file up', () => {
    const layers = Array.from(
      { length: 12 },
      (_, i) =>
        `l${i}: &l${i} [${Array(9)
          .fill(i === 0 ? 'x' : `*l${i - 1}`)
          .join(', ')}]`,
    );
    expect(problemsOf(layers.join('\n'))[0]).toMatch(
      /^1:1 error the file cannot be read as YAML: its aliases \(\*name\) make it too large/,
    );
    const many = `lab: 1\nx: &a {k: 1}\ny:\n${'  - *a\n'.repeat(100_000)}`;
    expect(problemsOf(many)).toEqual(['1:1 error the file has more than 1000 aliases (*name); expected fewer']);
  });

  test('a hundred thousand keys are read, and only the first hundred unknown ones told', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `key${i}: 1\n`);
    const problems = problemsOf(`lab: 1\n${keys.join('')}`);
    expect(problems.filter((problem) => problem.includes('unknown key'))).toHaveLength(100);
  });

  test('what is nested without end, or goes on behind its end, is said in words for its author', () => {
    expect(problemsOf(`lab: 1\nname: ${'['.repeat(20_000)}`)[0]).toMatch(/ it is nested too deeply$/);
    expect(problemsOf('lab: 1\n---\nlab: 1\n')).toEqual([
      '2:1 error a lab file is one YAML document; expected nothing behind this "---"',
    ]);
  });
});

describe('what values mean', () => {
  test.each<readonly [string, Parameters<typeof lab>[0], readonly string[]]>([
    [
      'route account without accounts',
      { then: '{ route: account }' },
      ['9:22 error the route goes by account, but the lab has no accounts'],
    ],
    ['a route to an address', { then: '{ route: "[::1]:25" }' }, []],
    [
      'a rejection that lets in',
      { then: '{ reject: "550 OK" }' },
      ['9:23 error nginx does not take "OK" as a refusal; expected other words'],
    ],
    [
      'a rejection on two lines',
      { then: '{ reject: "a\\nb" }' },
      ['9:23 error "reject": expected one line: a line break would end the header, found "a\nb"'],
    ],
    [
      'wait with raw',
      { then: '{ raw: { status: 200 }, wait: 1 }' },
      ['9:43 error "wait" goes with route or reject; with raw, write the header yourself'],
    ],
    ['a header that is a number', { then: '{ raw: { headers: { Auth-Port: 25 } } }' }, []],
    [
      'B10 too large an answer',
      { then: `{ reject: "${'x'.repeat(1000)}" }` },
      ['9:23 warning the answer has 1034 bytes, and nginx reads 1024: it will fail'],
    ],
    ['a negative wait', { then: '{ route: eng, wait: -1 }' }, ['9:33 error "wait": expected at least 0, found -1']],
    ['half a second', { then: '{ route: eng, wait: 0.5 }' }, ['9:33 error "wait": expected a whole number, found 0.5']],
    [
      'a list of patterns with one that is wrong',
      { when: '{ rcpt: ["*@a", "/a"] }' },
      ['8:29 error "/a" begins like a regular expression but has no closing "/"'],
    ],
    [
      'an unknown password',
      { when: '{ password: good }' },
      ['8:25 error "password": expected valid or invalid, found "good"'],
    ],
    [
      'conditions that all work',
      { when: '{ method: [plain, none], attempt: 2.., tls: true, client: ["unix:", "::1"], not: { helo: x } }' },
      [],
    ],
    [
      'an upstream named like an address',
      { upstreams: '{ eng: { smtp: 127.0.0.1:2525 }, "10.0.0.1:25": { smtp: 127.0.0.1:2526 } }' },
      ['11:60 error "10.0.0.1:25" cannot name an upstream: in a route it has a meaning of its own'],
    ],
    [
      'an upstream without address',
      { upstreams: '{ eng: {} }' },
      ['11:19 error upstream eng has no address; expected smtp: IP:PORT'],
    ],
    [
      "the auth service's port",
      { upstreams: '{ eng: { smtp: 127.0.0.1:8000 } }' },
      ['11:27 error 127.0.0.1:8000 is taken by the auth service already; expected a port of its own'],
    ],
    [
      'two names of one server of the user',
      {
        upstreams:
          '{ eng: { smtp: 127.0.0.1:25, external: true }, b: { smtp: 127.0.0.1:25, imap: 127.0.0.1:143, external: true } }',
      },
      [],
    ],
    [
      'off',
      { more: 'tests:\n  - { name: a, lookup: { rcpt: x }, expect: { rule: otherwise, route: 10.0.0.1:25 } }' },
      [],
    ],
  ])('%s', (_, parts, problems) => {
    expect(problemsOf(lab(parts))).toEqual(problems);
  });

  test('localhost is 127.0.0.1, and spellings of one address are one', () => {
    const text = lab({ upstreams: '{ eng: { smtp: LocalHost:2525 }, six: { smtp: "[0::1]:2525" } }' });
    expect(readLab(text, { file: 'lab' }).lab?.upstreams).toEqual([
      { name: 'eng', external: false, smtp: '127.0.0.1:2525' },
      { name: 'six', external: false, smtp: '[::1]:2525' },
    ]);
  });

  test('a lab without auth service and one with a configuration elsewhere', () => {
    const { lab: read } = readLab('lab: 1\nname: x\nproxy: { file: nginx.conf }\n', { file: 'lab' });
    expect(read).toEqual({
      name: 'x',
      proxy: { text: '', file: 'nginx.conf', line: 3 },
      auth: null,
      accounts: [],
      upstreams: [],
      never: [],
      tests: [],
    });
  });

  test('the line of a configuration in quotes is its own', () => {
    const { lab: read } = readLab('lab: 1\nname: x\nproxy: "mail {}"\n', { file: 'lab' });
    expect(read?.proxy).toEqual({ text: 'mail {}', file: null, line: 3 });
  });
});

test('promises: conditions as in a rule, and a place that there is', () => {
  const promised = (lines: string) =>
    readLab(
      `lab: 1
name: x
proxy: mail { }
upstreams: { eng: { smtp: 127.0.0.1:2525 }, external: { smtp: 127.0.0.1:2526 } }
never:
${lines}`,
      { file: 'lab' },
    );
  const { lab, problems } = promised(`  - { name: p, rcpt: '*@hr.abc.com', not: { tls: true }, route: eng }
  - { route: 192.0.2.1:25 }`);
  expect(problems).toEqual([]);
  expect(lab?.never).toEqual([
    { name: 'p', rcpt: '*@hr.abc.com', not: { tls: true }, route: 'eng' },
    { route: '192.0.2.1:25' },
  ]);
  const wrong = `  - { name: p, rcpt: '/(/', route: en }
  - { name: p, not: {}, route: external }
  - { rcpt: a@b }
  - { when: { rcpt: a@b }, route: eng }`;
  expect(promised(wrong).problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
    '6:22 "/(/" is no regular expression: missing closing ): `(`',
    '6:36 there is no upstream "en"; did you mean "eng"?',
    '7:13 there is a promise "p" already; expected another name',
    '7:21 an empty "not" can never match; expected at least one condition in it',
    '7:32 "external" means every place outside the lab; give the upstream of that name another',
    '8:5 "route" is missing',
    '9:7 unknown key "when" in "never"; expected one of name, protocol, method, rcpt, from, helo, user, password, client, clientHost, tls, attempt, not, route',
  ]);
});
