import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bytes, Event } from '../../../shared/machine/machine.ts';
import { pop3Back } from '../../../shared/pop3/back.ts';
import { parseCommand } from '../../../shared/pop3/commands.ts';
import { CLIENT_BUFFER, type Pop3Config } from '../../../shared/pop3/config.ts';
import { pop3Front } from '../../../shared/pop3/front.ts';
import { pop3Reasons } from '../../../shared/pop3/reasons.ts';
import { chunked, feed, line, opened, otherEvents, run, said, secrets } from '../run.ts';

const config: Pop3Config = {
  serverName: 'mx.test',
  timeoutMs: 60_000,
  maxErrors: 5,
  auth: ['plain', 'apop', 'cram-md5'],
  capabilities: ['TOP'],
  passErrorMessage: false,
  starttls: 'off',
  verifyClient: 'off',
};
const front = pop3Front(config);

const pieces = fc.constantFrom(
  'USER u\r\n',
  'PASS p \r\n',
  'APOP u d\r\n',
  'AUTH\r\n',
  'AUTH PLAIN\r\n',
  'AUTH LOGIN dQ==\r\n',
  'AUTH CRAM-MD5\r\n',
  'AUTH EXTERNAL dQ==\r\n',
  'AHUAcA==\r\n',
  '*\r\n',
  'CAPA\r\n',
  'NOOP\n',
  'STAT\r\n',
  '\r',
  '\n',
);
const talk = fc
  .array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string()), { maxLength: 12 })
  .map((all) => all.join(''));
const anyEvent = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(pieces, fc.string()).map((text): Event => ({ type: 'line', text })) },
  otherEvents,
);

describe('the POP3 front', () => {
  test('no sequence of events makes it throw, and every step has a documented reason', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (const step of run(front, events).steps) expect(pop3Reasons).toHaveProperty([step.why]);
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing is said once the session has ended', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.array(anyEvent, { maxLength: 5 }), (before, after) => {
        const ended = run(front, [...before, { type: 'closed' }]);
        expect(said(run({ ...front, initial: ended.state }, after).steps)).toEqual([]);
      }),
    );
  });

  test('any chunking of the same bytes gives the same steps, if the buffer has room for all of them', () => {
    fc.assert(
      fc.property(chunked(talk), (chunks) => {
        expect(feed(front, chunks)).toEqual(feed(front, [chunks.join('')]));
      }),
      { numRuns: 1000 },
    );
  });

  test('128 bytes without a line end are too many', () => {
    expect(feed(front, ['N'.repeat(CLIENT_BUFFER - 1)]).at(-1)).toContain('pop3.greeting');
    expect(feed(front, ['N'.repeat(CLIENT_BUFFER)], CLIENT_BUFFER).at(-1)).toBe(
      'pop3.overlong: -ERR invalid command\r\n',
    );
  });

  test('the greeting has a challenge when APOP or CRAM-MD5 needs one, and both use it', () => {
    const events = [opened, line('AUTH CRAM-MD5'), line(btoa(`u ${'0'.repeat(32)}`))];
    const { steps } = run(front, events);
    expect(said(steps)).toEqual(['+OK POP3 ready <1.2@mx.test>\r\n', `+ ${btoa('<1.2@mx.test>')}\r\n`]);
    const asked = (all: readonly Event[]) =>
      run(front, all)
        .steps.at(-1)
        ?.effects.find(({ type }) => type === 'ask');
    expect(asked(events)).toMatchObject({ method: 'cram-md5', salt: '<1.2@mx.test>' });
    expect(asked([opened, line('APOP u d')])).toMatchObject({ method: 'apop', salt: '<1.2@mx.test>', password: 'd' });
    const plain = asked([opened, line('USER u'), line('PASS p')]);
    expect(plain).toMatchObject({ method: 'plain', user: 'u', password: 'p', attempt: 1 });
    expect(plain).not.toHaveProperty('salt');
    expect(said(run(pop3Front({ ...config, auth: ['plain'] }), [opened]).steps)).toEqual(['+OK POP3 ready\r\n']);
  });

  test('proofs are secret, names are not', () => {
    const told = (events: readonly Event[]) => secrets(run(front, events).steps, events);
    expect(told([opened, line('USER u'), line('PASS  my secret ')])).toEqual(['my secret ']);
    expect(told([opened, line('APOP d d ')])).toEqual(['d']);
    expect(told([opened, line('AUTH PLAIN AHUAcA==')])).toEqual(['AHUAcA==']);
    expect(told([opened, line('AUTH LOGIN'), line('dQ=='), line('cA==')])).toEqual(['cA==']);
  });
});

describe('a POP3 command', () => {
  test.each<[Bytes, string, readonly Bytes[]]>([
    ['NOOP\r\n', 'NOOP', []],
    ['noop  a  b \n', 'NOOP', ['a', 'b']],
    ['USER  b ob \r\n', 'USER', ['b ob ']],
    ['pass \xe9\0 \r\n', 'PASS', ['\xe9\0 ']],
    ['PASS   \r\n', 'PASS', []],
    ['APOP u d\r\n', 'APOP', ['u', 'd']],
  ])('%j', (text, verb, args) => {
    expect(parseCommand(text)).toEqual({ verb, args });
  });

  test.each([
    'NOO\n',
    'NOOPS\n',
    ' NOOP\n',
    'NOOP\t\n',
    'NOOP\r\r\n',
    'NOOP 1 2 3 4\n',
    'STAT\r\n',
    '\r\n',
    'USER a\rb\n',
  ])('%j is none', (text) => {
    expect(parseCommand(text)).toBeUndefined();
  });
});

describe('the POP3 back', () => {
  const back = pop3Back({ user: 'b ob ', password: 'p q ' });
  const reply = (text: Bytes): Event => ({ type: 'line', text });

  test('sends USER and PASS, raw', () => {
    const { steps } = run(back, [opened, reply('+OK up\r\n'), reply('+OKAY\r\n'), reply('+OK in\r\n')]);
    expect(said(steps)).toEqual(['USER b ob \r\n', 'PASS p q \r\n']);
    expect(steps[2]?.effects[0]).toMatchObject({ secret: [[5, 9]] });
    expect(steps.at(-1)?.effects).toEqual([{ type: 'report', event: { type: 'loggedIn', reply: '+OK in\r\n' } }]);
  });

  test.each(['-ERR\r\n', '+ok\r\n', 'OK\r\n'])('%j is no +OK', (text) => {
    expect(run(back, [opened, reply(text)]).steps.at(-1)?.why).toBe('pop3.back.unexpected');
    expect(run(back, [opened, reply('+OK\r\n'), reply(text)]).steps.at(-1)?.why).toBe('pop3.back.unexpected');
  });

  test('what goes wrong has its own reason', () => {
    const why = (...events: readonly Event[]) => run(back, events).steps.at(-1)?.why;
    expect(why({ type: 'closed', error: 'ECONNREFUSED' })).toBe('pop3.back.refused');
    expect(why(opened, { type: 'closed' })).toBe('pop3.back.closed');
    expect(why(opened, { type: 'timeout', clock: 'upstream' })).toBe('pop3.back.timeout');
    expect(why(opened, { type: 'overlong', text: '+OK' })).toBe('pop3.back.overlong');
    expect(why(reply('+OK\r\n'))).toBe('pop3.unexpected');
  });
});
