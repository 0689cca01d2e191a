import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type About, ANSWER_MAX, decodeAnswer, encodeAnswer, scanAnswer } from '../../../shared/auth/answer.ts';
import type { Verdict } from '../../../shared/machine/machine.ts';

const smtp: About = { protocol: 'smtp', passwordKnown: false };
const imap: About = { protocol: 'imap', passwordKnown: true };
const wire = (text: string) => text.replaceAll('⏎', '\r\n').replaceAll('␊', '\n');
const routed = 'Auth-Server: 127.0.0.1⏎Auth-Port: 2525⏎';
const toEng = { type: 'route', server: '127.0.0.1', port: 2525, name: '127.0.0.1:2525' } as const;
const error = (name: string, detail?: string) => ({
  type: 'error',
  error: name,
  ...(detail === undefined ? {} : { detail }),
});

/** Name, answer, what it means to an SMTP proxy (the reference's §3.3 and §3.4, and pitfalls B). */
const smtpTable: readonly (readonly [string, string, unknown])[] = [
  ['the tutorial', `HTTP/1.0 200 OK⏎Auth-Status: OK⏎${routed}⏎`, toEng],
  ['B5 no Auth-Status is success', `HTTP/1.0 200 OK⏎${routed}⏎`, toEng],
  ['B4 the status code is ignored', `HTTP/1.1 500 Oops⏎Auth-Status: OK⏎${routed}⏎`, toEng],
  ['no status line', `Auth-Status: OK⏎${routed}⏎`, toEng],
  ['no status line, a name that begins like one', `H: x⏎HTTP: y⏎${routed}⏎`, toEng],
  ['lone line feeds', `HTTP/1.0 200 OK␊Auth-Status: OK␊Auth-Server: 127.0.0.1␊Auth-Port: 2525␊␊`, toEng],
  [
    'names in any case, unknown ones ignored',
    `AUTH-STATUS:OK⏎auth-server:   127.0.0.1  ⏎aUTH-pORT:2525⏎X-Y: z⏎Server⏎⏎`,
    toEng,
  ],
  ['B11 the last one wins', `Auth-Server: 10.0.0.1⏎Auth-Port: 1⏎${routed}⏎`, toEng],
  ['the body is not read', `HTTP/1.0 200 OK⏎${routed}⏎Auth-Status: no`, toEng],
  ['IPv6', `Auth-Server: ::1⏎Auth-Port: 25⏎⏎`, { type: 'route', server: '::1', port: 25, name: '::1:25' }],
  [
    'leading zeros',
    `Auth-Server: 127.000.0.01⏎Auth-Port: 00025⏎⏎`,
    { type: 'route', server: '127.0.0.1', port: 25, name: '127.000.0.01:00025' },
  ],
  ['renamed', `${routed}Auth-User: b%20c⏎Auth-Pass: ⏎⏎`, { ...toEng, user: 'b%20c', password: '' }],

  ['an error', 'Auth-Status: no such user⏎⏎', { type: 'reject', message: 'no such user', waitMs: 0 }],
  ['B6 ok is not OK', `Auth-Status: ok⏎${routed}⏎`, { type: 'reject', message: 'ok', waitMs: 0 }],
  ['nor is OK with anything behind it', `Auth-Status: OK;⏎${routed}⏎`, { type: 'reject', message: 'OK;', waitMs: 0 }],
  ['a TAB is no white space', `Auth-Status:\tOK⏎${routed}⏎`, { type: 'reject', message: '\tOK', waitMs: 0 }],
  [
    'spaces around it are dropped, inner ones kept',
    'Auth-Status:   a  b  ⏎⏎',
    { type: 'reject', message: 'a  b', waitMs: 0 },
  ],
  ['an error is sticky', `Auth-Status: no⏎Auth-Status: OK⏎${routed}⏎`, { type: 'reject', message: 'no', waitMs: 0 }],
  ['the last error wins', 'Auth-Status: one⏎Auth-Status: two⏎⏎', { type: 'reject', message: 'two', waitMs: 0 }],
  ['an empty one is OK', `Auth-Status: ⏎${routed}⏎`, toEng],
  ['an empty one undoes an error', `Auth-Status: no⏎Auth-Status: ⏎${routed}⏎`, toEng],
  [
    'B7 with a code',
    'Auth-Status: no⏎Auth-Error-Code: 550 5.1.1⏎⏎',
    { type: 'reject', message: 'no', code: '550 5.1.1', waitMs: 0 },
  ],
  ['an empty code is none', 'Auth-Status: no⏎Auth-Error-Code:⏎⏎', { type: 'reject', message: 'no', waitMs: 0 }],
  ['B8 with a wait', 'Auth-Status: no⏎Auth-Wait: 3⏎⏎', { type: 'reject', message: 'no', waitMs: 3000 }],
  [
    'a wait that is no number',
    'Auth-Status: no⏎Auth-Wait: 3⏎Auth-Wait: 3s⏎Auth-Wait: ⏎⏎',
    { type: 'reject', message: 'no', waitMs: 3000 },
  ],
  [
    'a wait that no timer can take',
    'Auth-Status: no⏎Auth-Wait: 99999999999⏎⏎',
    { type: 'reject', message: 'no', waitMs: 2 ** 31 - 1 },
  ],
  ['an error renames too', 'Auth-Status: no⏎Auth-User: b⏎⏎', { type: 'reject', message: 'no', waitMs: 0, user: 'b' }],
  ['B12 WAIT', 'Auth-Status: WAIT⏎Auth-Wait: 2⏎⏎', { type: 'wait', waitMs: 2000 }],
  ['WAIT without a time', `Auth-Status: WAIT⏎Auth-Status: OK⏎${routed}⏎`, { type: 'wait', waitMs: 0 }],
  ['an error before WAIT', 'Auth-Status: WAIT⏎Auth-Status: no⏎⏎', { type: 'reject', message: 'no', waitMs: 0 }],

  ['B1 an error page', 'HTTP/1.1 502 Bad Gateway⏎Content-Type: text/html⏎⏎', error('no-server-or-port')],
  ['no port', 'Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎⏎', error('no-server-or-port')],
  ['an empty server', 'Auth-Server: ⏎Auth-Port: 25⏎⏎', error('no-server-or-port')],
  ['B2 a host name', 'Auth-Server: mail.internal⏎Auth-Port: 25⏎⏎', error('bad-address', 'mail.internal')],
  ['B2 an address with its port', 'Auth-Server: 127.0.0.1:25⏎Auth-Port: 25⏎⏎', error('bad-address', '127.0.0.1:25')],
  ['IPv6 in brackets', 'Auth-Server: [::1]⏎Auth-Port: 25⏎⏎', error('bad-address', '[::1]')],
  ['the address is looked at first', 'Auth-Server: x⏎Auth-Port: y⏎⏎', error('bad-address', 'x')],
  ['B3 a named port', 'Auth-Server: 127.0.0.1⏎Auth-Port: smtp⏎⏎', error('bad-port', 'smtp')],
  ['port 0', 'Auth-Server: 127.0.0.1⏎Auth-Port: 0⏎⏎', error('bad-port', '0')],
  ['port 65536', 'Auth-Server: 127.0.0.1⏎Auth-Port: 65536⏎⏎', error('bad-port', '65536')],
  ['B9 an underscore in a name', `X_Trace_Id: 1⏎${routed}⏎`, error('bad-header', 'X_Trace_Id: 1')],
  ['a name that begins with -', `-X: 1⏎${routed}⏎`, error('bad-header', '-X: 1')],
  ['a space before the colon', `Auth-Status : OK⏎${routed}⏎`, error('bad-header', 'Auth-Status : OK')],
  ['a folded line', `Auth-Status: OK⏎ more⏎${routed}⏎`, error('bad-header', ' more')],
  ['CR without LF in a value', `X: a\rb⏎${routed}⏎`, error('bad-header', 'X: a')],
  ['CR without LF in place of the blank line', `${routed}\rx`, error('bad-header', '')],
  ['CR without LF in the status line', `HTTP/1.0 200\rOK⏎${routed}⏎`, error('bad-response', 'HTTP/1.0 200')],
  ['closed at once', '', error('closed')],
  ['closed in the status line', 'HTTP/1.0 200', error('closed')],
  ['closed before the blank line', `HTTP/1.0 200 OK⏎${routed}`, error('closed')],
  ['HTML instead of HTTP', '<html>', error('bad-header', '<html>')],
];

describe('what nginx makes of an answer', () => {
  test.each(smtpTable)('%s', (_, answer, verdict) => {
    expect(decodeAnswer(wire(answer), smtp)).toEqual(verdict);
  });

  test('IMAP and POP3: an empty error is an error, codes mean nothing', () => {
    const answer = wire(`Auth-Status: ⏎Auth-Error-Code: 550⏎${routed}⏎`);
    expect(decodeAnswer(answer, imap)).toEqual({ type: 'reject', message: '', waitMs: 0 });
    expect(decodeAnswer(answer, { ...imap, protocol: 'pop3' })).toEqual({ type: 'reject', message: '', waitMs: 0 });
  });

  test('B13 IMAP and POP3 need a password, before the address is looked at', () => {
    const about = { ...imap, passwordKnown: false };
    expect(decodeAnswer(wire('Auth-Server: x⏎Auth-Port: 1⏎⏎'), about)).toEqual(error('no-password'));
    expect(decodeAnswer(wire(`${routed}Auth-Pass: p⏎⏎`), about)).toEqual({ ...toEng, password: 'p' });
    expect(decodeAnswer(wire(`${routed}Auth-Pass:⏎⏎`), about)).toEqual({ ...toEng, password: '' });
  });

  test('B10 the header block may have 1024 bytes, and not one more', () => {
    const sized = (size: number) => {
      const head = wire(`HTTP/1.0 200 OK⏎${routed}X: `);
      return `${head}${'x'.repeat(size - head.length - 4)}\r\n\r\n`;
    };
    expect(decodeAnswer(sized(ANSWER_MAX), smtp)).toEqual(toEng);
    expect(decodeAnswer(sized(ANSWER_MAX + 1), smtp)).toEqual(error('too-large'));
    expect(decodeAnswer(`${sized(ANSWER_MAX)}${'body'.repeat(1000)}`, smtp)).toEqual(toEng);
    expect(decodeAnswer(sized(ANSWER_MAX + 1).slice(0, ANSWER_MAX), smtp)).toEqual(error('closed'));
  });
});

const piece = fc.constantFrom(
  'HTTP/1.0 200 OK',
  'HTT',
  'Auth-Status',
  'Auth-Server',
  ': ',
  ':',
  'OK',
  '127.0.0.1',
  '\r',
  '\n',
  '\r\n',
  ' ',
  '_',
  'x',
  '\t',
);
const answers = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));

describe('properties', () => {
  test('no bytes break it', () => {
    fc.assert(
      fc.property(fc.oneof(answers, fc.string({ unit: 'binary' })), (bytes) => {
        expect(decodeAnswer(bytes, smtp).type).toMatch(/^(route|reject|wait|error)$/);
      }),
    );
  });

  test('reading piece by piece ends where reading the whole does, and not before', () => {
    fc.assert(
      fc.property(answers, (bytes) => {
        const whole = scanAnswer(bytes);
        const end = whole.state === 'more' ? bytes.length + 1 : whole.end;
        for (let length = 0; length <= bytes.length; length++) {
          const part = scanAnswer(bytes.slice(0, length));
          if (length < end) expect(part.state).toBe('more');
          else expect({ ...part, detail: '' }).toEqual({ ...whole, detail: '' });
        }
      }),
      { numRuns: 500 },
    );
  });

  test('an answer that was encoded says what it says', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((each) => each.replace(/[\r\n]/g, '').replace(/^ +| +$/g, ''));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 999 }), (message, seconds) => {
        fc.pre(message !== '' && message !== 'OK' && message !== 'WAIT');
        const bytes = encodeAnswer({
          status: 200,
          headers: [
            ['Auth-Status', message],
            ['Auth-Wait', `${seconds}`],
          ],
        });
        const expected: Verdict = { type: 'reject', message, waitMs: seconds * 1000 };
        expect(decodeAnswer(bytes, smtp)).toEqual(expected);
      }),
    );
  });

  test('the exact bytes of an answer', () => {
    const headers = [
      ['Auth-Status', 'OK'],
      ['Auth-Server', '127.0.0.1'],
      ['Auth-Port', '2525'],
    ] as const;
    expect(encodeAnswer({ status: 200, headers })).toBe(
      wire('HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 2525⏎⏎'),
    );
    expect(encodeAnswer({ status: 299, headers: [] })).toBe(wire('HTTP/1.0 299 Answer⏎⏎'));
  });
});
