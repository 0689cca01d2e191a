import { describe, expect, test } from 'vitest';
import { type Again, planAgain } from '../../../shared/client/again.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';

type Said = Partial<Entry> & { readonly c?: string; readonly s?: string; readonly u?: string };

/** `c`: the client says it · `s`: the proxy says it to the client · `u`: it comes from the upstream in the relay. */
const recorded = (all: readonly Said[]): readonly Entry[] =>
  all.map(({ c, s, u, ...rest }, seq): Entry => {
    const base = { seq, at: seq, kind: 'line', why: 'session.passed' } as const;
    if (s !== undefined) return { ...base, leg: 'client', direction: 'out', bytes: `${s}\r\n`, ...rest };
    if (u !== undefined)
      return { ...base, leg: 'upstream', direction: 'in', bytes: `${u}\r\n`, disposition: 'passed', ...rest };
    return { ...base, leg: 'client', direction: 'in', bytes: c === undefined ? '' : `${c}\r\n`, ...rest };
  });

function plan(protocol: Protocol, all: readonly Said[]): Again {
  const made = planAgain(protocol, recorded(all));
  if ('problem' in made) throw new Error(made.problem);
  return made;
}

/** Each turn as what is said, a `?` before what was asked for, and how many answers follow. */
const told = ({ turns }: Again) =>
  turns.map(({ lines, answers, secures }) => [
    ...lines.map(({ bytes, prompted }) => (prompted ? '?' : '') + bytes.trimEnd()),
    secures ? `${answers} tls` : answers,
  ]);

const tls = (mode: string): Said => ({ leg: 'client', direction: 'none', kind: 'tls', bytes: '', params: { mode } });

describe('the plan of a session', () => {
  test('has what was pipelined in one turn, with as many answers', () => {
    const smtp = [{ s: '220 x' }, { c: 'EHLO a' }, { s: '250 x' }, { c: 'MAIL' }, { c: 'RCPT' }, { c: 'DATA' }];
    const made = plan('smtp', [
      ...smtp,
      { s: '250' },
      { u: '250' },
      { u: '354' },
      { c: 'text\r\n.', kind: 'data' },
      { u: '250' },
    ]);
    expect(made).toMatchObject({ greeted: true, ssl: false });
    expect(told(made)).toEqual([
      ['EHLO a', 1],
      ['MAIL', 'RCPT', 'DATA', 3],
      ['?text\r\n.', 1],
    ]);
  });

  test('who spoke before the greeting does so again', () => {
    expect(plan('smtp', [{ c: 'EHLO a' }, { s: '220' }]).greeted).toBe(false);
  });

  test('shakes hands where it did', () => {
    expect(plan('imap', [tls('ssl'), { s: '* OK' }, { c: 'a NOOP' }]).ssl).toBe(true);
    const made = plan('smtp', [
      { s: '220' },
      { c: 'STARTTLS' },
      { s: '220 go' },
      tls('starttls'),
      { c: 'EHLO a' },
      { s: '250' },
    ]);
    expect([made.ssl, told(made)]).toEqual([
      false,
      [
        ['STARTTLS', '1 tls'],
        ['EHLO a', 1],
      ],
    ]);
  });

  test('knows answers to prompts in every protocol', () => {
    expect(
      told(
        plan('smtp', [
          { s: '220' },
          { c: 'AUTH LOGIN' },
          { s: '334 x' },
          { c: 'am9l' },
          { s: '334 y' },
          { c: 'cHc=' },
          { s: '235' },
        ]),
      ),
    ).toEqual([
      ['AUTH LOGIN', 1],
      ['?am9l', 1],
      ['?cHc=', 1],
    ]);
    expect(
      told(
        plan('pop3', [
          { s: '+OK' },
          { c: 'AUTH PLAIN' },
          { s: '+ ' },
          { c: 'eA==' },
          { s: '+OK' },
          { c: 'STAT' },
          { u: '+OK' },
        ]),
      ),
    ).toEqual([
      ['AUTH PLAIN', 1],
      ['?eA==', 1],
      ['STAT', 1],
    ]);
    // News in the middle of IDLE (RFC 2177) leaves it the prompt that it is.
    const idle = [{ s: '* OK' }, { c: 'a IDLE' }, { u: '+ idling' }, { u: '* 4 EXISTS' }, { c: 'DONE' }, { u: 'a OK' }];
    expect(told(plan('imap', idle))).toEqual([
      ['a IDLE', 1],
      ['?DONE', 1],
    ]);
  });

  test('waits for nothing behind a literal that goes out unasked (RFC 7888)', () => {
    const made = plan('imap', [{ s: '* OK' }, { c: 'a LOGIN {1+}' }, { c: 'x {1+}' }, { c: 'y' }, { s: 'a OK' }]);
    expect(told(made)).toEqual([['a LOGIN {1+}', 'x {1+}', 'y', 1]]);
  });

  test('has what the client said, not what a person made of it at a gate', () => {
    const held = { leg: 'client', direction: 'none', kind: 'hold', bytes: 'NOOP\r\n', why: 'session.dropped' } as const;
    const made = plan('smtp', [
      ...[{ s: '220' }, { c: 'EHLO other', edited: { was: 'EHLO mine\r\n' } }, { s: '250' }, held],
      ...[{ c: 'RSET', edited: { was: '' } }, { s: '250' }, { c: 'QUIT' }, { s: '221' }],
    ]);
    expect(told(made).flatMap((turn) => turn.slice(0, -1))).toEqual(['EHLO mine', 'NOOP', 'QUIT']);
  });

  test.each<[string, Protocol, readonly Said[]]>([
    ['dialogue', 'smtp', [{ s: '220' }]],
    ['cut', 'smtp', [{ s: '220' }, { c: 'text', size: 99_999 }]],
    ['cut', 'smtp', [{ s: '220' }, { c: 'EHLO' }, { why: 'session.truncated', kind: 'decision', direction: 'none' }]],
    ['removed', 'pop3', [{ s: '+OK' }, { c: 'PASS ****', secret: [[5, 9]] }]],
  ])('cannot be made: %s', (problem, protocol, all) => {
    expect(planAgain(protocol, recorded(all))).toEqual({ problem });
  });

  test.each<[string, Protocol, readonly Said[], unknown]>([
    [
      'AUTH CRAM-MD5',
      'smtp',
      [{ s: '220 a' }, { c: 'AUTH CRAM-MD5' }, { s: `334 ${btoa('<1@a>')}` }, { c: btoa(`j o ${'0a'.repeat(16)}`) }],
      [{ how: 'cram-md5', user: 'j o', digest: '0a'.repeat(16), challenge: '<1@a>' }],
    ],
    [
      'AUTHENTICATE CRAM-MD5',
      'imap',
      [
        { s: '* OK' },
        { c: 'a authenticate cram-md5' },
        { s: `+ ${btoa('<1@a>')}` },
        { c: btoa(`joe ${'0A'.repeat(16)}`) },
      ],
      [{ how: 'cram-md5', user: 'joe', digest: '0A'.repeat(16), challenge: '<1@a>' }],
    ],
    [
      'APOP',
      'pop3',
      [{ s: '+OK ready <2@b>' }, { c: `APOP joe ${'0b'.repeat(16)}` }],
      [{ how: 'apop', user: 'joe', digest: '0b'.repeat(16), challenge: '<2@b>' }],
    ],
    [
      'a login that was given up',
      'smtp',
      [{ s: '220' }, { c: 'AUTH CRAM-MD5' }, { s: '334 PDFAYT4=' }, { c: '*' }],
      [],
    ],
    ['what is no answer', 'pop3', [{ s: '+OK' }, { c: 'APOP joe 0123' }], []],
  ])('knows a login by a challenge: %s', (_, protocol, all, logins) => {
    const made = plan(protocol, all);
    expect(made.turns.flatMap(({ lines }) => lines.flatMap(({ login }) => login ?? []))).toEqual(logins);
  });
});
