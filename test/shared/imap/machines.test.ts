import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imapBack } from '../../../shared/imap/back.ts';
import { type Found, freshScan, type Scan, scan } from '../../../shared/imap/commands.ts';
import type { ImapConfig } from '../../../shared/imap/config.ts';
import { imapFront } from '../../../shared/imap/front.ts';
import { imapReasons } from '../../../shared/imap/reasons.ts';
import type { Bytes, Event } from '../../../shared/machine/machine.ts';
import { chunked, feed, line, opened, otherEvents, run, said, secrets } from '../run.ts';

const config: ImapConfig = {
  serverName: 'mx.test',
  timeoutMs: 60_000,
  maxErrors: 5,
  auth: ['plain', 'cram-md5'],
  capabilities: ['IMAP4rev1'],
  passErrorMessage: false,
  starttls: 'off',
  verifyClient: 'off',
};
const front = imapFront(config);
const fresh = freshScan(false);

const pieces = fc.constantFrom(
  'a NOOP\r\n',
  'b CAPABILITY x\r\n',
  'a LOGIN u p\r\n',
  'a LOGIN "u" "p"\r\n',
  'a LOGIN {1}\r\n',
  'u {1+}\r\np\r\n',
  'a LOGIN "u p\r\n',
  'a AUTHENTICATE PLAIN\r\n',
  'a AUTHENTICATE LOGIN dQ==\r\n',
  'a AUTHENTICATE CRAM-MD5\r\n',
  'AHUAcA==\r\n',
  '*\r\n',
  'a FOO {3+}\r\n',
  ' NOOP\r\n',
  '!x\r\n',
  '\n',
  '\\',
  '"',
  'x',
);
const talk = fc
  .array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string()), { maxLength: 12 })
  .map((all) => all.join(''));
const anyEvent = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(pieces, fc.string()).map((text): Event => ({ type: 'line', text })) },
  otherEvents,
);

describe('the IMAP front', () => {
  test('no sequence of events makes it throw, and every step has a documented reason', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (const step of run(front, events).steps) expect(imapReasons).toHaveProperty([step.why]);
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

  test('any chunking of the same bytes gives the same steps', () => {
    fc.assert(
      fc.property(chunked(talk), (chunks) => {
        expect(feed(front, chunks)).toEqual(feed(front, [chunks.join('')]));
      }),
      { numRuns: 1000 },
    );
  });

  test('after an Auth-Wait a line without a tag is answered with what lies where the tag was', () => {
    const refused: readonly Event[] = [
      { type: 'verdict', verdict: { type: 'reject', message: 'no', waitMs: 1 } },
      { type: 'timeout', clock: 'wait' },
    ];
    const answer = (login: Event, next: Event) => said(run(front, [opened, login, ...refused, next]).steps).at(-1);
    const at = (text: Bytes, place: number, rest = ''): Event => ({ type: 'line', text, at: place, rest });
    expect(answer(line('a LOGIN u p'), at('!xyz\r\n', 0))).toBe('!xBAD invalid command\r\n');
    expect(answer(line('abc LOGIN u p'), at('\n', 0))).toBe('\nbc BAD invalid command\r\n');
    expect(answer(line('abc LOGIN u p'), at('\n', 0, 'xy'))).toBe('\nxy BAD invalid command\r\n');
    expect(answer(at('a LOGIN u p\r\n', 9), at('!xyz\r\n', 0))).toBe('a BAD invalid command\r\n');
    expect(answer(at('ab LOGIN u p\r\n', 5), at('!xyz\r\n', 0))).toBe('\nb BAD invalid command\r\n');
    expect(answer(line('a LOGIN u p'), line('b NOOP'))).toBe('b OK completed\r\n');
  });

  test('a small buffer overflows wherever the chunks are cut', () => {
    fc.assert(
      fc.property(
        chunked(fc.constantFrom('a LOGIN "uuuuuuuuuuuuuuuu', 'x'.repeat(40), 'a LOGIN {30+}\r\nuuuuuuuuu')),
        (chunks) => {
          expect(feed(front, chunks, 24)).toEqual(feed(front, [chunks.join('')], 24));
        },
      ),
    );
  });

  test('proofs are secret, names are not', () => {
    const told = (events: readonly Event[]) => secrets(run(front, events).steps, events);
    expect(told([opened, line('a LOGIN fred secret')])).toEqual(['secret']);
    expect(told([opened, line('a LOGIN "fred" "my secret"')])).toEqual(['my secret']);
    expect(told([opened, line('a LOGIN {4}'), line('fred {6}'), line('secret')])).toEqual(['secret']);
    expect(told([opened, line('a LOGIN {4+}\r\nfred {6+}\r\nsecret')])).toEqual(['secret']);
    expect(told([opened, line('a AUTHENTICATE PLAIN AHUAcA==')])).toEqual(['AHUAcA==']);
    expect(told([opened, line('a AUTHENTICATE PLAIN'), line('AHUAcA==')])).toEqual(['AHUAcA==']);
    expect(told([opened, line('a AUTHENTICATE LOGIN'), line('dQ=='), line('cA==')])).toEqual(['cA==']);
    expect(told([opened, line('a LOGIN fred secret more extra')])).toEqual(['secret more extra']);
    expect(told([opened, { type: 'overlong', text: 'a LOGIN fred secr' }])).toEqual(['secr']);
  });

  test('the buffer is kept during literals and exchanges only', () => {
    const keeps = (...events: readonly Event[]) => front.keeps?.(run(front, [opened, ...events]).state);
    expect(keeps(line('a NOOP'))).toBe(false);
    expect(keeps(line('a LOGIN {4}'))).toBe(true);
    expect(keeps(line('a LOGIN {4}'), line('fred x'))).toBe(false);
    expect(keeps(line('a AUTHENTICATE PLAIN'))).toBe(true);
    expect(keeps(line('a AUTHENTICATE PLAIN'), line('*'))).toBe(false);
    expect(keeps(line('a AUTHENTICATE PLAIN'), line('AHUAcA=='))).toBe(false);
  });
});

describe('an IMAP command', () => {
  const args = (text: Bytes, from: Scan = fresh): readonly Bytes[] | string => {
    const found = scan(from, text);
    return found.type === 'command' ? found.args : found.type;
  };

  test.each<[Bytes, readonly Bytes[] | string]>([
    ['a NOOP\r\n', []],
    ['a noop x y z\n', ['x', 'y', 'z']],
    ['a NOOP w x y z\r\n', 'invalid'],
    ['a NOOP "x y"z\r\n', ['x y', 'z']],
    ['a NOOP "x\\"y\\z"\r\n', ['x"yz']],
    ['a NOOP x\\"y\r\n', ['x\\"y']],
    ['a NOOP "x\\\r\n', 'invalid'],
    ['a NOOP {2+}\r\n\r\n "b"\r\n', ['\r\n', 'b']],
    ['a NOOP {0+}\r\nx\r\n', ['x']],
    ['a NOOP {2}\r\nxx\r\n', 'literal'],
    ['a NOOP {2}x\r\n', 'invalid'],
    ['a NOOP {999999999999999999999999+}\r\nx\r\n', 'more'],
    ['a NOOP x', 'more'],
    ['a NOOP\r', 'more'],
    ['a NOOP\rx\n', 'invalid'],
    ['a NOOP\rx', 'more'],
    ['a IDLE\r\n', 'invalid'],
  ])('%j', (text, expected) => {
    expect(args(text)).toEqual(expected);
  });

  test('a quote that a line end closed sticks until a quote or a syntax error', () => {
    const first = scan(fresh, 'a NOOP "x\r\n');
    expect(first).toMatchObject({ type: 'command', args: ['x'], quoted: true });
    expect(args('a NOOP x y\r\n', freshScan(true))).toEqual(['x y']);
    expect(scan(freshScan(true), 'a NOOP x" y\r\n')).toMatchObject({ args: ['x', 'y'], quoted: false });
  });

  test.each<[Bytes, number, boolean]>([
    ['a FOO {3+}\r\n', 0, true],
    ['a FOO +}\n', 0, true],
    ['{+}\r\n', 0, false],
    ['{+}\r\n', 1, true],
    ['a FOO {3}\r\n', 0, false],
  ])('%j at %i announces a literal: %s', (text, at, announces) => {
    expect(scan(fresh, text, at)).toMatchObject({ type: 'invalid', announces });
  });

  test('a unit is never longer than the input, and reading goes on behind it', () => {
    fc.assert(
      fc.property(talk, (text) => {
        let from = fresh;
        for (let rest = text; ; ) {
          const found: Found = scan(from, rest);
          if (found.type === 'more') break;
          expect(found.length).toBeGreaterThan(0);
          expect(found.length).toBeLessThanOrEqual(rest.length);
          rest = rest.slice(found.length);
          from = found.type === 'literal' ? found.next : fresh;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the IMAP back', () => {
  const back = imapBack({ tag: 'a1 ', user: 'us"er', password: 'pa ss' });
  const reply = (text: Bytes): Event => ({ type: 'line', text });

  test('logs in with literals under the client’s tag', () => {
    const { steps } = run(back, [
      opened,
      reply('* OK hi\r\n'),
      reply('+ \r\n'),
      reply('+ go\r\n'),
      reply('* X\r\na1 OK in\r\n'),
    ]);
    expect(said(steps)).toEqual(['a1 LOGIN {5}\r\n', 'us"er {5}\r\n', 'pa ss\r\n']);
    expect(steps.at(-1)?.effects).toEqual([
      { type: 'report', event: { type: 'loggedIn', reply: '* X\r\na1 OK in\r\n' } },
    ]);
    expect(steps[3]?.effects[0]).toMatchObject({ secret: [[0, 5]] });
  });

  const places = { greeting: [], login: ['* OK\r\n'], password: ['* OK\r\n', '+ \r\n', '+ \r\n'] } as const;

  test.each<[keyof typeof places, Bytes, number]>([
    ['greeting', '* OK\r', 0],
    ['greeting', '* OK\r\n', 6],
    ['greeting', '* OK\n', 0],
    ['login', '+\r\n', 0],
    ['login', '+ \r\n', 4],
    ['password', '* CAPABILITY\r\n', 0],
    ['password', '* CAPABILITY\r\na1 OK\r\n', 21],
    ['password', 'a1 OK\r\n', 7],
    ['password', '* A\r\n* B\r\n', 10],
  ])('at %s %j is complete after %i bytes', (place, text, length) => {
    const { state } = run(back, [opened, ...places[place].map(reply)]);
    expect(back.read(state, text)).toBe(length);
  });

  test.each(['* BYE\r\n', '* ok\r\n', '+OK\r\n', '* PREAUTH\r\n'])('greeted with %j it gives up', (text) => {
    expect(run(back, [opened, reply(text)]).steps.at(-1)?.why).toBe('imap.back.unexpected');
  });

  test.each(['a1 NO\r\n', 'a1 ok\r\n', 'a OK\r\n', '* X\r\n* Y\r\na1 OK\r\n'])(
    'a login answered %j has failed',
    (text) => {
      const { steps } = run(back, [opened, reply('* OK\r\n'), reply('+ \r\n'), reply('+ \r\n'), reply(text)]);
      expect(steps.at(-1)?.why).toBe('imap.back.unexpected');
    },
  );

  test('no sequence of events makes it throw, and it reports once', () => {
    const replies = fc.oneof(fc.string(), fc.constantFrom('* OK\r\n', '+ \r\n', 'a1 OK\r\n', '* X\r\na1 OK\r\n'));
    const events = fc.oneof({ weight: 4, arbitrary: replies.map(reply) }, otherEvents);
    fc.assert(
      fc.property(fc.array(events, { maxLength: 12 }), (all) => {
        const reports = run(back, all).steps.flatMap((step) => step.effects.filter(({ type }) => type === 'report'));
        expect(reports.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });
});
