import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintLab } from '../../../shared/lab/lint.ts';
import type { Problem } from '../../../shared/lab/problem.ts';
import { readLab } from '../../../shared/lab/read.ts';
import { readMail } from '../../../shared/nginx/read.ts';

/** What is said about a lab file that must be valid. */
function lintsOf(text: string): readonly Problem[] {
  const { lab, problems, proxy } = readLab(text, { file: 'lab' });
  const { conf, problems: faults } = readMail(proxy?.text ?? '', { file: 'lab', hostname: 'mx.test' });
  const errors = [...problems, ...faults].filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([]);
  if (lab === null || conf === null) throw new Error('the lab file is not valid');
  return [...problems.filter(({ id }) => id !== undefined), ...lintLab(lab, conf, text)];
}

const smtp = 'server { listen 3333; protocol smtp; smtp_auth none; }';
const login = 'server { listen 3333; protocol smtp; }';
const imap = 'server { listen 3143; protocol imap; }';

/** A lab with one rule, `otherwise` that fits any listener, and two upstreams. */
const labOf = (servers: string, when: string, then: string, more = '') => `lab: 1
name: t
proxy: |
  mail { auth_http 127.0.0.1:8000; ${servers} }
auth:
  listen: 127.0.0.1:8000
  rules:
    - name: one
      when: ${when}
      then: ${then}
  otherwise: { reject: "550 5.1.1 no" }
upstreams:
  a: { smtp: 127.0.0.1:2525 }
  b: { imap: 127.0.0.1:1143, external: true }
${more}`;

const raw = (headers: string, status = 200) =>
  labOf(smtp, '{}', `{ raw: { status: ${status}, headers: { ${headers} } } }`);
const good = 'Auth-Server: 127.0.0.1, Auth-Port: 2525';

/** ID, the file that has the lint, the text that is marked, and a file so near to it that it must not have it. */
const cases: readonly (readonly [id: string, gives: string, at: string, nearly: string])[] = [
  ['B1', raw('Auth-Status: OK, Auth-Server: 127.0.0.1'), '{ status', raw('Auth-Status: nobody')],
  [
    'B2',
    raw('Auth-Status: OK, Auth-Server: mail.internal, Auth-Port: 25'),
    'mail.internal',
    raw(`Auth-Status: OK, ${good}`),
  ],
  [
    'B2',
    raw('Auth-Status: OK, Auth-Server: "[::1]", Auth-Port: 25'),
    '"[::1]"',
    raw('Auth-Status: OK, Auth-Server: "::1", Auth-Port: 25'),
  ],
  [
    'B3',
    raw('Auth-Status: OK, Auth-Server: 127.0.0.1, Auth-Port: smtp'),
    'smtp }',
    raw('Auth-Status: OK, Auth-Server: 127.0.0.1, Auth-Port: "0025"'),
  ],
  ['B4', raw(`Auth-Status: OK, ${good}`, 500), '{ status', raw('Auth-Status: no', 500)],
  ['B5', raw(good), '{ status', raw(`Auth-Status: OK, ${good}`)],
  ['B6', raw(`Auth-Status: ok, ${good}`), 'ok,', raw('Auth-Status: okay then no')],
  [
    'B7',
    labOf(smtp, '{}', '{ reject: no such user }'),
    'no such user',
    labOf(smtp, '{}', '{ reject: 550 5.1.1 no such user }'),
  ],
  [
    'B7',
    labOf(smtp, '{}', '{ reject: no such user }'),
    'no such user',
    labOf(login, '{}', '{ reject: wrong password }'),
  ],
  ['B9', raw(`Auth-Status: OK, ${good}, X_Trace_Id: 1`), '1 } }', raw(`Auth-Status: OK, ${good}, X-Trace-Id: 1`)],
  [
    'B10',
    raw(`Auth-Status: OK, ${good}, X: ${'x'.repeat(1000)}`),
    '{ status',
    raw(`Auth-Status: OK, ${good}, X: ${'x'.repeat(900)}`),
  ],
  ['B12', raw('Auth-Status: WAIT'), 'WAIT', raw('Auth-Status: WAIT, Auth-Wait: 1')],
  [
    'B13',
    labOf('server { listen 3143; protocol imap; imap_auth cram-md5; }', '{}', '{ route: b }'),
    'b }',
    labOf('server { listen 3143; protocol imap; imap_auth cram-md5; }', '{}', '{ route: b, password: x }'),
  ],
  [
    'B13',
    labOf('server { listen 3110; protocol pop3; pop3_auth apop; }', '{ method: apop }', '{ route: "127.0.0.1:110" }'),
    '"127',
    labOf('server { listen 3110; protocol pop3; pop3_auth apop; }', '{ method: plain }', '{ route: "127.0.0.1:110" }'),
  ],
  [
    'C5',
    labOf(login, '{ rcpt: "*@a.test" }', '{ route: a }'),
    '"*@a.test"',
    labOf(smtp, '{ rcpt: "*@a.test" }', '{ route: a }'),
  ],
  [
    'C5',
    labOf(login, '{ from: "<>" }', '{ route: a }'),
    '"<>"',
    labOf(`${login} ${smtp.replace('3333', '3334')}`, '{ from: "<>" }', '{ route: a }'),
  ],
  ['C5', labOf(imap, '{ helo: me }', '{ route: b }'), 'me }', labOf(imap, '{ helo: "*" }', '{ route: b }')],
  [
    'C5',
    labOf(`${smtp} ${imap}`, '{ protocol: imap, rcpt: "*" }', '{ route: b }'),
    '"*"',
    labOf(`${smtp} ${imap}`, '{ protocol: imap }', '{ route: b }'),
  ],
  [
    'D3',
    labOf(
      login.replace('}', 'proxy_smtp_auth on; }'),
      '{}',
      '{ route: a }',
      '  c: { smtp: 127.0.0.1:2526, play: { smtp: { auth: off } } }',
    ),
    '127.0.0.1:2526',
    labOf(login.replace('}', 'proxy_smtp_auth on; }'), '{}', '{ route: a }', '  c: { smtp: 127.0.0.1:2526 }'),
  ],
  [
    'N1',
    labOf(smtp, '{}', '{ route: a }', '  c: { smtp: 127.0.0.1:3333, external: true }'),
    '127.0.0.1:3333',
    labOf(
      smtp.replace('3333', '127.0.0.2:3333'),
      '{}',
      '{ route: a }',
      '  c: { smtp: 127.0.0.1:3333, external: true }',
    ),
  ],
  [
    'E1',
    labOf(smtp, '{}', '{ route: a }', '  c: { smtp: 127.0.0.1:465, external: true }'),
    '127.0.0.1:465',
    labOf(smtp, '{}', '{ route: a }', '  c: { smtp: 127.0.0.1:587, external: true }'),
  ],
  [
    'E1',
    labOf(imap, '{}', '{ route: "127.0.0.1:993" }'),
    '"127.0.0.1:993"',
    labOf(imap, '{}', '{ route: "127.0.0.1:143" }'),
  ],
  [
    'H3',
    labOf(smtp, '{ clientHost: "*.test" }', '{ route: a }'),
    '"*.test"',
    labOf(smtp.replace('}', 'resolver 127.0.0.1; }'), '{ clientHost: "*.test" }', '{ route: a }'),
  ],
  [
    'H3',
    labOf(smtp, '{ clientHost: x }', '{ route: a }'),
    'x }',
    labOf(smtp, '{ clientHost: "[UNAVAILABLE]" }', '{ route: a }'),
  ],
  [
    'N1',
    labOf(smtp, '{ protocol: imap }', '{ route: b }'),
    'imap }',
    labOf(imap, '{ protocol: imap }', '{ route: b }'),
  ],
  [
    'N1',
    labOf(smtp, '{ method: cram-md5 }', '{ route: a }'),
    'cram-md5 }',
    labOf(smtp, '{ method: plain }', '{ route: a }'),
  ],
  [
    'N1',
    labOf(smtp, '{ tls: true, attempt: 1 }', '{ route: a }'),
    'true, attempt',
    labOf(smtp, '{ tls: false }', '{ route: a }'),
  ],
  [
    'N1',
    labOf(`${smtp} ${imap}`, '{}', '{ route: a }'),
    'a }',
    labOf(`${smtp} ${imap}`, '{ rcpt: "*" }', '{ route: a }'),
  ],
  ['N1', labOf(imap, '{}', '{ route: a }'), 'a }', labOf(imap, '{}', '{ route: b }')],
];

/** Line and column of a text, from 1; the last one where it comes several times. */
function placeOf(text: string, at: string): readonly [number, number] {
  const before = text.slice(0, text.lastIndexOf(at)).split('\n');
  return [before.length, (before.at(-1) ?? '').length + 1];
}

describe('each lint', () => {
  it.each(cases)('%s is given where it is due, and not for its neighbour', (id, gives, at, nearly) => {
    const found = lintsOf(gives).filter((one) => one.id === id);
    expect(found.map(({ line, column }) => [line, column])).toEqual([placeOf(gives, at)]);
    expect(found[0]?.file).toBe('lab');
    expect(
      lintsOf(nearly)
        .filter((one) => one.id === id)
        .map(({ message }) => message),
    ).toEqual([]);
  });
});

describe('nothing is said', () => {
  it('about the tutorial', () => {
    expect(lintsOf(readFileSync(new URL('../../../examples/tutorial.lab.yaml', import.meta.url), 'utf8'))).toEqual([]);
  });

  it('about a rule that is switched off', () => {
    const text = labOf(login, '{ rcpt: a }', '{ route: a }').replace('- name: one', '- name: one\n      off: true');
    expect(lintsOf(text)).toEqual([]);
  });

  it('about rules that nobody asks, as there is no server', () => {
    expect(lintsOf(labOf('', '{ rcpt: a }', '{ route: a }'))).toEqual([]);
  });
});

describe('an upstream by name', () => {
  it('is refused with the pitfall that it is', () => {
    const text = labOf(smtp, '{}', '{ route: a }').replace('127.0.0.1:2525', 'mail.test:2525');
    const { problems } = readLab(text, { file: 'lab' });
    expect(problems.map(({ id, severity }) => [id, severity])).toContainEqual(['B2', 'error']);
  });
});
