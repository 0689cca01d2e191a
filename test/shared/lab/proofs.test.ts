import { describe, expect, test } from 'vitest';
import { lintProofs, type Provable, prove } from '../../../shared/lab/proofs.ts';
import { readLab } from '../../../shared/lab/read.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { drain } from '../auth/prove-books.ts';

/** The lints that proofs give: `LINE:COLUMN ID MESSAGE`. */
function lintsOf(text: string): readonly string[] {
  const { lab, problems } = readLab(text, { file: 'lab' });
  expect(problems).toEqual([]);
  if (!lab?.auth) throw new Error('this is no lab with rules');
  const { conf } = readMail(lab.proxy.text, { file: 'lab', hostname: 'host' });
  if (!conf) throw new Error('this is no configuration');
  const { auth, accounts, upstreams, never } = lab;
  const addresses = Object.fromEntries(upstreams.map(({ name, external: _, ...rest }) => [name, rest]));
  const book = { rules: auth.rules, otherwise: auth.otherwise, accounts, upstreams: addresses };
  const external = upstreams.filter((one) => one.external).map(({ name }) => name);
  const provable: Provable = { book, never, external, conf };
  const lints = lintProofs(drain(prove(provable)), provable, text);
  return lints.map(({ line, column, id, severity, message }) => `${line}:${column} ${severity} ${id} ${message}`);
}

const lab = (rules: string, more = '', listeners = 'server { listen 3333; protocol smtp; smtp_auth none; }') => `lab: 1
name: x
proxy: mail { auth_http 127.0.0.1:8000; ${listeners} }
upstreams: { eng: { smtp: 127.0.0.1:2525 }, far: { smtp: 127.0.0.1:2526, external: true } }
auth:
  listen: 127.0.0.1:8000
  rules:
${rules}${more}`;

describe('rules', () => {
  test('that are never reached say what takes everything from them, with an example', () => {
    const rules = `    - { name: hr, when: { rcpt: "*@hr.test" }, then: { route: eng } }
    - { name: it, when: { rcpt: "*@it.test" }, then: { route: eng } }
    - { name: bob, when: { rcpt: bob@hr.test }, then: { route: far } }
    - { name: two, when: { rcpt: [a@hr.test, a@it.test] }, then: { route: far } }
    - { name: odd, when: { rcpt: a@b, not: { rcpt: "*" } }, then: { route: far } }
    - { name: asked, when: { tls: false, not: { protocol: smtp } }, then: { route: far } }
    - { name: off, off: true, when: { rcpt: bob@hr.test }, then: { route: far } }
`;
    expect(lintsOf(lab(rules))).toEqual([
      '10:15 warning P1 rule "bob" is never reached: rule "hr" takes everything that it would match, for example bob@hr.test; move it up, or delete it',
      '11:15 warning P1 rule "two" is never reached: rules "hr" and "it" together take everything that it would match, for example a@hr.test; move it up, or delete it',
      '12:15 warning P2 rule "odd" is never reached: no lookup can have all that its conditions ask for; change one of them',
      '13:15 warning P2 rule "asked" is never reached: no server of the proxy asks anything that it would match, such as user user@example.com (IMAP, TLS false)',
    ]);
  });

  test('of many that take everything a few are named', () => {
    const parts = Array.from('abcdef');
    const rules = [
      ...parts.map((one) => `    - { name: ${one}, when: { rcpt: "${one}*" }, then: { route: eng } }`),
      '    - { name: all, when: { rcpt: "/^[a-f]/", client: 10.0.0.0/8 }, then: { route: eng } }\n',
    ];
    expect(lintsOf(lab(rules.join('\n')))).toEqual([
      '14:15 warning P1 rule "all" is never reached: rules "a", "b", "c" and 3 more together take everything that it would match, for example a@example.com (client 10.0.0.1); move it up, or delete it',
    ]);
  });

  test('that overlap are told with what both match', () => {
    const rules = `    - { name: hr, when: { rcpt: "*@hr.test" }, then: { route: eng } }
    - { name: sales, when: { rcpt: "sales@*" }, then: { route: far } }
`;
    expect(lintsOf(lab(rules))).toEqual([
      '9:15 note P3 rule "sales" overlaps with rule "hr", which comes first and decides what both match, for example sales@hr.test; their order matters',
    ]);
  });

  test('behind accounts', () => {
    const rules = '    - { name: wrong, when: { password: invalid }, then: { route: eng } }\n';
    const accounts = 'accounts: [{ user: bob, password: x }]\n';
    expect(lintsOf(lab(rules, accounts, 'server { listen 3333; protocol smtp; }'))).toEqual([
      '8:15 warning P1 rule "wrong" is never reached: the accounts (rule 0) refuse everything that it would match, for example user user@example.com',
    ]);
  });

  test('what the lints of kinds have told is not told again', () => {
    expect(lintsOf(lab('    - { name: imap, when: { protocol: imap }, then: { route: eng } }\n'))).toEqual([]);
  });
});

test('promises', () => {
  const rules = '    - { name: hr, when: { rcpt: "*@hr.test", not: { rcpt: "press@*" } }, then: { route: eng } }\n';
  const more = `  otherwise: { route: far }
never:
  - { name: in house, rcpt: "*@hr.test", route: external }
  - { rcpt: "*@hr.test", not: { rcpt: "press@*" }, route: external }
  - { protocol: imap, route: eng }
  - { rcpt: "/^[ab]*b[ab]{24}a[ab]*$/", not: { rcpt: "/^[ab]*a[ab]{24}b[ab]*$/" }, route: far }
`;
  expect(lintsOf(lab(rules, more))).toEqual([
    '11:5 warning P4 promise "in house" is broken: press@hr.test goes to 127.0.0.1:2526 (rule "otherwise")',
    '13:5 warning P5 promise 3 says nothing: no server of the proxy asks anything like that',
    '14:5 note P6 whether promise 4 holds is not proven: nothing that breaks it was found, but to try everything would take too long; write simpler patterns',
  ]);
});
