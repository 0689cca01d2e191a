/** The exam against services that are functions: a good one, and one for every trap. */
import { describe, expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer } from '../../../shared/auth/answer.ts';
import { passwordKnown } from '../../../shared/auth/answer-marks.ts';
import type { ExamAnswer, ExamKnown, ExamQuestion, ExamReport } from '../../../shared/auth/exam.ts';
import { gradeExam } from '../../../shared/auth/exam-grade.ts';
import { examQuestions } from '../../../shared/auth/exam-questions.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { hmacMd5, md5 } from '../../../shared/auth/md5.ts';
import { encodeRequest, type Header } from '../../../shared/auth/request.ts';
import { parsePath } from '../../../shared/wire/address.ts';

const known: ExamKnown = { user: 'alice@example.test', password: 'p %+\xc3\xa9', rcpt: 'bob@example.test' };
const target = { text: '127.0.0.1:8000', host: '127.0.0.1', address: '127.0.0.1', port: 8000, uri: '/' };
const yes = (...more: readonly Header[]): readonly Header[] => [
  ['Auth-Status', 'OK'],
  ['Auth-Server', '127.0.0.1'],
  ['Auth-Port', '25'],
  ...more,
];
const no: readonly Header[] = [
  ['Auth-Status', 'no'],
  ['Auth-Error-Code', '550 5.1.1'],
  ['Auth-Wait', '1'],
];

/** A service as its answer's headers. */
type Decide = (lookup: Lookup) => readonly Header[];

/** Does everything right. */
const good: Decide = ({ method, user, password, salt = '', to = '' }) => {
  const right = known.password ?? '';
  if (method === 'none') return parsePath(to).address === known.rcpt ? yes() : no;
  const proofs = { plain: right, 'cram-md5': hmacMd5(right, salt), apop: md5(salt + right), external: null };
  if (user !== known.user || password !== proofs[method]) return no;
  return method === 'plain' ? yes() : yes(['Auth-Pass', right]);
};

const ok = (headers: readonly Header[]) => encodeAnswer({ status: 200, headers });

/** Puts the whole exam to a service that answers in bytes. */
function exam(service: (lookup: Lookup) => string, facts: ExamKnown = known, ms = 5): ExamReport {
  const answer = (question: ExamQuestion): ExamAnswer => {
    const { lookup } = question;
    const response = service(lookup);
    const about = { protocol: lookup.protocol, passwordKnown: passwordKnown(lookup.method) };
    return { question, request: encodeRequest(lookup, target), response, verdict: decodeAnswer(response, about), ms };
  };
  return gradeExam(examQuestions(facts).map(answer), { target: target.text, unasked: 0, ms: 1 });
}

const keysOf = ({ findings }: ExamReport) => findings.map(({ key }) => key);
const map = (decide: Decide, change: (headers: readonly Header[]) => readonly Header[]) => (lookup: Lookup) =>
  ok(change(decide(lookup)));
/** Changes only a welcome. */
const mapYes = (change: (headers: readonly Header[]) => readonly Header[]) =>
  map(good, (headers) => (headers[0]?.[1] === 'OK' ? change(headers) : headers));
const set = (name: string, value: string) => (headers: readonly Header[]) =>
  headers.map(([key, old]): Header => [key, key === name ? value : old]);
const without = (name: string) => (headers: readonly Header[]) => headers.filter(([key]) => key !== name);

describe('the questions', () => {
  test('are some sixty, each with a name of its own, and the same ones every time', () => {
    const strangers = examQuestions({});
    expect(strangers.length).toBeGreaterThanOrEqual(60);
    expect(strangers.length).toBeLessThan(75);
    const all = examQuestions(known);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(examQuestions(known)).toEqual(all);
    expect(all.every(({ like }) => like === undefined || all.some(({ id }) => id === like))).toBe(true);
  });

  test('are requests that nginx could send: no bare line break reaches a header', () => {
    for (const { lookup } of examQuestions(known)) {
      const request = encodeRequest(lookup, target);
      expect(
        request
          .split('\r\n')
          .slice(0, -2)
          .every((line) => !/[\r\n\0]/.test(line) && line !== ''),
      ).toBe(true);
      expect(request.endsWith('\r\n\r\n')).toBe(true);
    }
  });

  test('know of every method and protocol', () => {
    const all = examQuestions({}).map(({ lookup }) => `${lookup.method} ${lookup.protocol}`);
    expect(new Set(all)).toEqual(
      new Set(['none smtp', 'plain smtp', 'plain imap', 'plain pop3', 'cram-md5 smtp', 'apop pop3', 'external smtp']),
    );
  });
});

describe('a good service', () => {
  test('passes with nothing to say, with and without a login to try', () => {
    for (const facts of [known, {}]) {
      const report = exam((lookup) => ok(good(lookup)), facts);
      expect(keysOf(report)).toEqual([]);
      expect(report.grade).toBe('passed');
    }
  });

  test("the user's password is not in the report", () => {
    const { exchanges } = exam((lookup) => ok(good(lookup)));
    const text = JSON.stringify(exchanges);
    expect(text).not.toContain('p%20%25+');
    expect(text).not.toContain('p %+');
    expect(exchanges.find(({ id }) => id === 'login.smtp')?.request).toMatch(/^Auth-Pass: \*+\r$/m);
  });
});

type Case = readonly [what: string, service: (lookup: Lookup) => string, keys: readonly string[]];
const plusAsSpace = (text: string) => text.replaceAll('+', ' ');
const cases: readonly Case[] = [
  ['lets everyone in', () => ok(yes(['Auth-Pass', 'x'])), ['B5.anyone', 'A1.open']],
  ['has no Auth-Status', mapYes(without('Auth-Status')), ['B5']],
  ['says nothing in Auth-Status', mapYes(set('Auth-Status', '')), ['B5.empty', 'A1.protocol', 'B8', 'B13.unsupported']],
  ['says ok', mapYes(set('Auth-Status', 'ok')), ['A1.right', 'A7.right', 'B6', 'B13.unsupported']],
  [
    'puts a TAB after the colon',
    mapYes(set('Auth-Status', '\tOK')),
    ['A1.right', 'A7.right', 'B6.tab', 'B13.unsupported'],
  ],
  ['names a host', mapYes(set('Auth-Server', 'mail.internal')), ['B2']],
  ['names a host with its port', mapYes(set('Auth-Server', '127.0.0.1:25')), ['B2']],
  ['names a port by word', mapYes(set('Auth-Port', 'smtp')), ['B3']],
  ['names no server', mapYes(without('Auth-Server')), ['B1.half']],
  [
    'answers 401 to a welcome',
    (lookup) => ok(good(lookup)).replace(/^HTTP\/1.0 200 OK/, 'HTTP/1.0 401 Unauthorized'),
    ['B4'],
  ],
  ['has a header with _', map(good, (headers) => [['X_Trace_Id', '7'], ...headers]), ['B9']],
  ['is too large', map(good, (headers) => [['Set-Cookie', 'x'.repeat(1000)], ...headers]), ['B10']],
  ['is nearly too large', map(good, (headers) => [['Set-Cookie', 'x'.repeat(850)], ...headers]), ['B10.near']],
  ['sends a header twice', mapYes((headers) => [['Auth-Port', '26'], ...headers]), ['B11']],
  ['forgets the reply code', map(good, without('Auth-Error-Code')), ['B7']],
  ['has a reply code of success', map(good, set('Auth-Error-Code', '250 fine')), ['B7.code']],
  ['forgets to wait', map(good, without('Auth-Wait')), ['B8']],
  ['waits in words', map(good, set('Auth-Wait', 'a while')), ['B8.wait', 'B8']],
  ['says WAIT without end', mapYes(() => [['Auth-Status', 'WAIT']]), ['B12.loop']],
  ['keeps the clear password', mapYes(without('Auth-Pass')), ['B13']],
  ['does not know digests', (lookup) => ok(/md5|apop/.test(lookup.method) ? no : good(lookup)), ['B13.unsupported']],
  ['ends in the middle', (lookup) => ok(good(lookup)).slice(0, -2), ['B1.cut']],
  ['is a page', () => 'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>', ['B1.page', 'A2']],
  ['is an endpoint for auth_request', () => 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n', ['A3']],
  ['wants a POST', () => 'HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\n\r\n', ['A2.method']],
  ['has a body', (lookup) => `${ok(good(lookup))}{"ok":true}`, ['A2']],
  [
    'decodes + as space',
    (lookup) => {
      const same = plusAsSpace(lookup.password) === plusAsSpace(known.password ?? '');
      return ok(good(lookup.method === 'plain' && same ? { ...lookup, password: known.password ?? '' } : lookup));
    },
    ['A7.plus'],
  ],
  [
    'decodes + as space, and compares with what it has',
    (lookup) => ok(good(lookup.method === 'plain' ? { ...lookup, password: plusAsSpace(lookup.password) } : lookup)),
    ['A7.right'],
  ],
  ['trims passwords', (lookup) => ok(good({ ...lookup, password: lookup.password.trim() })), ['A7.trimmed']],
  [
    'reads passwords as C does',
    (lookup) => ok(good({ ...lookup, password: lookup.password.replace(/\0.*/, '') })),
    ['A7.trimmed'],
  ],
  [
    'breaks at bytes above 127 of strangers',
    (lookup) => (/\xe4/.test(lookup.password) ? 'HTTP/1.1 500 Oops\r\n\r\n' : ok(good(lookup))),
    ['A7.breaks'],
  ],
  [
    'writes names into its headers',
    (lookup) => {
      const headers = good(lookup);
      return ok(headers === no ? [['Auth-Status', `unknown: ${lookup.user || 'x'}`], ...no.slice(1)] : headers);
    },
    ['A7.injected'],
  ],
  [
    'takes the command for an address',
    (lookup) => ok(lookup.method !== 'none' ? good(lookup) : lookup.to === `RCPT TO:<${known.rcpt}>` ? yes() : no),
    ['A8.differs'],
  ],
  [
    'breaks at odd recipients',
    (lookup) => (/"/.test(lookup.to ?? '') ? 'HTTP/1.1 500 Oops\r\n\r\n' : ok(good(lookup))),
    ['A8.breaks'],
  ],
  [
    'takes any password',
    (lookup) => ok(lookup.method === 'plain' && lookup.user === known.user ? yes() : good(lookup)),
    ['A7.plus', 'A7.trimmed', 'B5.empty-password', 'B5.password'],
  ],
  [
    'takes an empty password',
    (lookup) =>
      ok(lookup.method === 'plain' && lookup.user === known.user && lookup.password === '' ? yes() : good(lookup)),
    ['B5.empty-password'],
  ],
  [
    'takes any digest',
    (lookup) => ok(lookup.user === known.user && lookup.salt ? yes(['Auth-Pass', 'x']) : good(lookup)),
    ['B5.digest'],
  ],
  [
    'trusts AUTH EXTERNAL',
    (lookup) => ok(lookup.user === known.user && lookup.method === 'external' ? yes(['Auth-Pass', 'x']) : good(lookup)),
    ['B5.external'],
  ],
  [
    'serves IMAP only',
    (lookup) => ok(lookup.method !== 'none' && lookup.protocol !== 'imap' ? no : good(lookup)),
    ['A1.protocol', 'B13.unsupported'],
  ],
  ['accepts mail for anybody', (lookup) => ok(lookup.method === 'none' ? yes() : good(lookup)), ['A1.open']],
  ['decides by TLS', (lookup) => ok(lookup.tls ? no : good(lookup)), ['A2.context']],
  ['forgets who asked before', (lookup) => ok(lookup.attempt > 1 ? no : good(lookup)), ['A1.changes']],
];

describe('a service that', () => {
  test.each(cases)('%s gets exactly that', (_what, service, keys) => {
    expect(keysOf(exam(service)).toSorted()).toEqual(keys.toSorted());
  });

  test('is slow is told so', () => {
    expect(keysOf(exam((lookup) => ok(good(lookup)), known, 4000))).toEqual(['B14.slow']);
  });
});

describe('a report', () => {
  test('puts what is wrong first, and names where to look', () => {
    const report = exam(map(good, (headers) => without('Auth-Wait')([['X_Trace', '1'], ...headers])));
    expect(report).toMatchObject({ grade: 'failed', counts: { error: 1, warn: 0, note: 0 } });
    const [worst] = report.findings;
    expect(worst).toMatchObject({ id: 'B9', severity: 'error' });
    expect(worst?.sentence).toContain('"X_Trace: 1"');
    expect(worst?.questions).toHaveLength(report.exchanges.length);
    expect(report.exchanges[0]?.marks).toMatchObject([{ key: 'B9', from: 17, to: 27 }]);
  });
});
