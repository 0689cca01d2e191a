import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REPEATS_MAX } from '../../../shared/machine/login.ts';
import type { Event } from '../../../shared/machine/machine.ts';
import { type BackContext, smtpBack, smtpReplyLength, xclientCommand } from '../../../shared/smtp/back.ts';
import { ARGUMENTS_MAX, parseCommand } from '../../../shared/smtp/commands.ts';
import type { SmtpConfig } from '../../../shared/smtp/config.ts';
import { smtpFront } from '../../../shared/smtp/front.ts';
import { smtpReasons } from '../../../shared/smtp/reasons.ts';
import { continuation } from '../../../shared/wire/line.ts';
import { line, opened, otherEvents, run, said, secrets as secretsOf } from '../run.ts';

const config: SmtpConfig = {
  serverName: 'mx.test',
  timeoutMs: 60_000,
  greetingDelayMs: 0,
  maxErrors: 5,
  auth: ['none', 'cram-md5'],
  capabilities: [],
  passErrorMessage: false,
  starttls: 'off',
  verifyClient: 'off',
  logsInfo: false,
  xclient: true,
  proxySmtpAuth: false,
};
const context: BackContext = {
  method: 'none',
  helo: 'me',
  esmtp: true,
  from: 'MAIL FROM:<a>',
  to: 'RCPT TO:<b>',
  user: null,
  password: null,
  client: { address: '192.0.2.1', port: 4321 },
  clientHost: '[UNAVAILABLE]',
};
const word = fc.constantFrom(
  'EHLO a',
  'HELO b',
  'MAIL FROM:<a>',
  'RCPT TO:<b>',
  'RSET',
  'NOOP',
  'VRFY x',
  'AUTH PLAIN',
  'AUTH LOGIN',
  'AUTH CRAM-MD5',
  'AUTH EXTERNAL dQ==',
  'AHUAcA==',
  'dQ==',
  '*',
  'QUIT',
  'DATA',
);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(word, fc.string()).map(line) },
  otherEvents,
);

describe('the SMTP front', () => {
  test('no sequence of events makes it throw, and every step has a documented reason', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (const step of run(smtpFront(config), events).steps) expect(smtpReasons).toHaveProperty([step.why]);
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing is said once the session has ended', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.array(anyEvent, { maxLength: 5 }), (before, after) => {
        const ended = run(smtpFront(config), [...before, { type: 'closed' }]);
        const machine = { ...smtpFront(config), initial: ended.state };
        expect(said(run(machine, after).steps)).toEqual([]);
      }),
    );
  });

  test('EHLO is remembered for the upstream although HELO follows', () => {
    const { state } = run(smtpFront(config), [opened, line('EHLO a'), line('HELO b')]);
    expect(state).toMatchObject({ esmtp: true, helo: 'b' });
  });

  test('MAIL and RCPT are kept as typed, without trailing spaces', () => {
    const { state } = run(smtpFront(config), [
      opened,
      line('mail  from:<a@b>   SIZE=1  '),
      line('rcpt to:<x y@z>  NOTIFY=NEVER '),
    ]);
    expect(state).toMatchObject({ from: 'mail  from:<a@b>   SIZE=1', to: 'rcpt to:<x y@z>  NOTIFY=NEVER' });
  });

  test('a CRAM-MD5 question that is repeated has lost its digest', () => {
    const digest = Buffer.from(`u ${'0'.repeat(32)}`).toString('base64');
    const { steps } = run(smtpFront(config), [
      opened,
      line('AUTH CRAM-MD5'),
      line(digest),
      { type: 'verdict', verdict: { type: 'wait', waitMs: 5 } },
      { type: 'timeout', clock: 'wait' },
    ]);
    const asked = steps.flatMap((step) => step.effects.filter((effect) => effect.type === 'ask'));
    expect(asked.map(({ password, salt, attempt }) => ({ password, salt, attempt }))).toEqual([
      { password: '0'.repeat(32), salt: '<1.2@mx.test>', attempt: 1 },
      { password: '', salt: '<1.2@mx.test>', attempt: 1 },
    ]);
  });

  test('WAIT without Auth-Wait asks at once, ignores a later OK, and is given up in the end', () => {
    const wait: Event = { type: 'verdict', verdict: { type: 'wait', waitMs: 0 } };
    const ok: Event = {
      type: 'verdict',
      verdict: { type: 'route', server: '127.0.0.1', port: 25, name: '127.0.0.1:25' },
    };
    const begin = [opened, line('MAIL FROM:<a>'), line('RCPT TO:<b>')];
    const twice = run(smtpFront(config), [...begin, wait, ok]);
    expect(twice.steps.at(-1)?.effects.some((effect) => effect.type === 'ask')).toBe(true);
    const forever = run(smtpFront(config), [...begin, ...Array.from({ length: REPEATS_MAX + 1 }, () => wait)]);
    expect(said(forever.steps).at(-1)).toBe('451 4.3.2 Internal server error\r\n');
  });

  test('what proves a user is marked as secret', () => {
    const secrets = (events: readonly Event[]): string[] => secretsOf(run(smtpFront(config), events).steps, events);
    expect(secrets([opened, line('auth  plain  AHUAcA==')])).toEqual(['AHUAcA==']);
    expect(secrets([opened, line('AUTH LOGIN'), line('dQ=='), line('cA==')])).toEqual(['cA==']);
  });
});

describe('the SMTP command line', () => {
  test(`takes ${ARGUMENTS_MAX} arguments`, () => {
    expect(parseCommand(`NOOP${' a'.repeat(ARGUMENTS_MAX)}  \r\n`)?.args).toHaveLength(ARGUMENTS_MAX);
    expect(parseCommand(`NOOP${' a'.repeat(ARGUMENTS_MAX + 1)}\r\n`)).toBeUndefined();
  });

  test.each([' NOOP\r\n', '\r\n', '\n', 'NO\tOP\r\n', 'NOOP\ra\r\n', 'NOOP\r\r\n', 'N00P\n', 'DATA\r\n', 'NOOP\0\r\n'])(
    '%j is a syntax error',
    (text) => {
      expect(parseCommand(text)).toBeUndefined();
    },
  );

  test.each([
    ['dXNl cg==\r\n', 'dXNl'],
    [' x\r\n', ''],
    ['\r\n', ''],
    ['a\n', 'a'],
  ])('of the continuation %j the first token counts', (text, expected) => {
    expect(continuation(text, ARGUMENTS_MAX)).toBe(expected);
  });
});

describe('the SMTP back', () => {
  test('greets with its own name, tells who the client is, repeats what the client said', () => {
    const reply = (text: string): Event => ({ type: 'line', text });
    const { steps } = run(smtpBack(config, context), [
      opened,
      reply('220 up\r\n'),
      reply('250-up\r\n250 X\r\n'),
      reply('220 up\r\n'),
      reply('250 up\r\n'),
      reply('250 ok\r\n'),
      reply('550-no\r\n550 no\r\n'),
    ]);
    expect(said(steps)).toEqual([
      'EHLO mx.test\r\n',
      'XCLIENT ADDR=192.0.2.1 NAME=[UNAVAILABLE]\r\n',
      'EHLO me\r\n',
      'MAIL FROM:<a>\r\n',
      'RCPT TO:<b>\r\n',
    ]);
    expect(steps.at(-1)?.effects).toEqual([
      { type: 'report', event: { type: 'loggedIn', reply: '550-no\r\n550 no\r\n' } },
    ]);
  });

  test.each([
    ['220', 0],
    ['220 x\n', 0],
    ['220 x\r\n', 7],
    ['220-x\r\n', 0],
    ['220-x\r\n220 y\r\n', 14],
    ['220-x\r\n220-y\r\n', 0],
    ['220-x\r\n\r\n', 0],
    ['220-x\r\n22\r\n', 0],
    ['220-x\r\n220\r\n', 12],
    ['220 x\r\n220 y\r\n', 14],
    ['\r\n\r\n', 4],
  ])('%j is complete after %i bytes', (input, length) => {
    expect(smtpReplyLength(input)).toBe(length);
  });

  test('XCLIENT quotes the login as xtext and marks IPv6', () => {
    const v6 = { ...context, client: { address: '::1', port: 1 }, user: 'u%r s+\xe9\x7f=' };
    expect(xclientCommand(v6, false)).toBe('XCLIENT ADDR=IPV6:::1 LOGIN=u%r+20s+2B+E9+7F+3D NAME=[UNAVAILABLE]\r\n');
    expect(xclientCommand(v6, true)).toBe('XCLIENT ADDR=IPV6:::1 NAME=[UNAVAILABLE]\r\n');
  });

  test('no sequence of events makes it throw', () => {
    const replies = fc.oneof(fc.string(), fc.constantFrom('220 a\r\n', '250 b\r\n', '235 c\r\n', '550 d\r\n'));
    const events = fc.oneof(
      { weight: 4, arbitrary: replies.map((text): Event => ({ type: 'line', text })) },
      fc.constantFrom<Event>(opened, { type: 'closed', error: 'ECONNRESET' }, { type: 'timeout', clock: 'upstream' }),
    );
    fc.assert(
      fc.property(fc.array(events, { maxLength: 12 }), fc.boolean(), (all, proxySmtpAuth) => {
        const machine = smtpBack(
          { ...config, proxySmtpAuth },
          { ...context, method: proxySmtpAuth ? 'plain' : 'none' },
        );
        const reports = run(machine, all).steps.flatMap((step) => step.effects.filter(({ type }) => type === 'report'));
        expect(reports.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });
});
