/** The window's side of the gates: what is armed for whom, what is read of it, what is typed instead. */
import { describe, expect, test } from 'vitest';
import { goAway, wordOfAnswer } from '../../../renderer/gates/answers.ts';
import { breakpointOf, draftOf, gateOf } from '../../../renderer/gates/breakpoint-form.ts';
import { goneLines } from '../../../renderer/gates/gone-lines.ts';
import {
  armedFor,
  countdown,
  firstLine,
  gateText,
  heldOf,
  isAllHeld,
  isStepped,
  maskedText,
} from '../../../renderer/gates/held.ts';
import { isWaiting } from '../../../renderer/gates/kill.ts';
import { dotProblem, editableText, headerOf, sentTo, typedText, withHeader } from '../../../renderer/gates/typed.ts';
import type { GatesView, Held } from '../../../shared/contract/gates.ts';
import { gates } from '../../../shared/journal/breakpoint.ts';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import { typedBytes } from '../../../shared/journal/typed.ts';

const none: GatesView = { everywhere: [], sessions: [], breakpoints: [], held: [], heldCount: 0, slowMs: 0 };
const item: Held = {
  ...{ id: 1, session: 7, gate: 'C>P', leg: 'client', kind: 'line', text: 'NOOP\r\n', size: 6, secret: [] },
  ...{ editable: true, since: 0, until: null, breakpoint: null, patience: null },
} as const;

describe('what is armed', () => {
  test('for one session, for all, or for none', () => {
    const view: GatesView = { ...none, everywhere: ['P>A'], sessions: [{ session: 7, gates: ['C>P', 'P>A'] }] };
    expect(armedFor(view, 'C>P', 7)).toBe('session');
    expect(armedFor(view, 'C>P', 8)).toBeNull();
    expect(armedFor(view, 'C>P', null)).toBeNull();
    expect(armedFor(view, 'P>A', 7)).toBe('everywhere');
    expect(armedFor(view, 'P>A', null)).toBe('everywhere');
  });

  test('step mode is all six of a session', () => {
    expect(isStepped({ ...none, sessions: [{ session: 7, gates }] }, 7)).toBe(true);
    expect(isStepped({ ...none, sessions: [{ session: 7, gates: gates.slice(1) }] }, 7)).toBe(false);
    expect(isStepped(none, 7)).toBe(false);
    expect(isAllHeld({ ...none, everywhere: gates })).toBe(true);
    expect(isAllHeld(none)).toBe(false);
  });

  test('what slow motion holds is nobody’s to release', () => {
    const held = [item, { ...item, id: 2, until: 5 }, { ...item, id: 3, session: 8 }];
    expect(heldOf({ ...none, held }, 7).map(({ id }) => id)).toEqual([1]);
    expect(heldOf({ ...none, held }, null)).toEqual([]);
  });
});

describe('the end of a message', () => {
  const message = { kind: 'data', text: 'Subject: hi\r\n\r\nbody\r\n.\r\n' } as const;

  test('is a line of a single dot, and nothing stands behind it', () => {
    expect(dotProblem(message, editableText({ ...item, ...message }))).toBeNull();
    expect(dotProblem(message, 'Subject: hi\n\nother\n.dot\n.\n')).toBeNull();
    for (const typed of ['Subject: hi\n\nbody', 'a\n.', 'a\n..\n', '']) expect(dotProblem(message, typed)).toBe('none');
    for (const typed of ['a\n.\nb\n.\n', '.\nRSET\n']) expect(dotProblem(message, typed)).toBe('early');
  });

  test('is nothing to mind in a part of a message, or a line', () => {
    expect(dotProblem({ kind: 'data', text: 'half a mess' }, 'other')).toBeNull();
    expect(dotProblem({ kind: 'line', text: '.\r\n' }, 'QUIT')).toBeNull();
  });
});

describe('what is read', () => {
  test('secrets are dots, whatever is read of it', () => {
    const login = { ...item, text: 'a LOGIN me pass word\r\n', secret: [[11, 15]] as const };
    expect(maskedText(login)).toBe('a LOGIN me •••• word\r\n');
    expect(firstLine(login)).toBe('a LOGIN me •••• word');
  });

  test('the line that tells most', () => {
    const text = 'GET / HTTP/1.0\r\nAuth-User: me\r\nAuth-SMTP-To: RCPT TO:<a@b.c>\r\n\r\n';
    expect(firstLine({ ...item, kind: 'request', text })).toBe('Auth-SMTP-To: RCPT TO:<a@b.c>');
    expect(firstLine({ ...item, kind: 'request', text: 'GET / HTTP/1.0\r\nAuth-User: me\r\n\r\n' })).toBe(
      'Auth-User: me',
    );
    expect(firstLine({ ...item, kind: 'answer', text: 'HTTP/1.0 200 OK\r\nauth-status: no\r\n\r\n' })).toBe(
      'auth-status: no',
    );
    expect(firstLine({ ...item, kind: 'answer', text: 'HTTP/1.0 200 OK\r\n\r\n' })).toBe('HTTP/1.0 200 OK');
    expect(firstLine({ ...item, text: 'caf\xc3\xa9\r\n' })).toBe('café');
    expect(firstLine({ ...item, text: '' })).toBe('');
    expect(gateText('A>P')).toBe('A→P');
  });

  test.each([
    [252_000, '4:12'],
    [999, '0:01'],
    [-5000, '0:00'],
    [86_400_000, '24:00:00'],
  ])('%i ms count as %s', (ms, text) => expect(countdown(ms)).toBe(text));
});

describe('what is typed', () => {
  const roundTrip = (kind: Held['kind'], text: string) =>
    typedBytes({ kind, text }, typedText(text, editableText({ kind, text })));

  test.each([
    ['line', 'RCPT TO:<a@b.c>\r\n'],
    ['line', '250-one\r\n250 two\r\n'],
    ['line', 'caf\xc3\xa9 \xe2\x82\xac\r\n'],
    ['line', 'caf\xe9\r\n'],
    ['data', 'a part\r\nof it, \r\n\r\n'],
    ['answer', 'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\n\r\n'],
  ] as const)('%s %j comes back as it was', (kind, text) => expect(roundTrip(kind, text)).toBe(text));

  test('what is added goes as UTF-8, or as bytes among bytes that are no UTF-8', () => {
    expect(typedText('a\r\n', 'é')).toBe('\xc3\xa9');
    expect(typedText('caf\xe9\r\n', 'th\xe9')).toBe('th\xe9');
    expect(typedText('caf\xe9\r\n', '€')).toBe('\xe2\x82\xac');
  });

  const answer = 'HTTP/1.0 200 OK\nAuth-Status: OK\nAuth-Server: 127.0.0.1\nAuth-Port: 2525';
  test('headers of an answer are read and written one by one', () => {
    expect(headerOf(answer, 'Auth-Port')).toBe('2525');
    expect(headerOf(answer, 'Auth-Wait')).toBeNull();
    expect(withHeader(answer, 'Auth-Port', '25$&')).toBe(answer.replace('2525', () => '25$&'));
    expect(withHeader(answer, 'Auth-Wait', '3')).toBe(`${answer}\nAuth-Wait: 3`);
    expect(withHeader(`${answer}\n\nbody`, 'Auth-Wait', '3')).toBe(`${answer}\nAuth-Wait: 3\n\nbody`);
    expect(withHeader('auth-status: no', 'Auth-Status', 'a\r\nb: c')).toBe('Auth-Status: ab: c');
  });

  test('a refusal becomes a way to an upstream', () => {
    expect(sentTo('HTTP/1.0 200 OK\nAuth-Status: no such user\nAuth-Error-Code: 550', '::1', 25)).toBe(
      'HTTP/1.0 200 OK\nAuth-Status: OK\nAuth-Error-Code: 550\nAuth-Server: ::1\nAuth-Port: 25',
    );
  });
});

describe('what a client is told', () => {
  test('so that it goes away', () => {
    expect(goAway('smtp', item)).toBe('421 4.3.2 Try again later');
    expect(goAway('pop3', item)).toBe('-ERR Try again later');
    expect(goAway('imap', { ...item, text: 'a1 NOOP\r\n' })).toBe('a1 NO Try again later');
    expect(goAway('imap', { ...item, gate: 'P>C', text: '* OK hi\r\n' })).toBe('* BYE Try again later');
    expect(['smtp', 'pop3', 'imap'].map((one) => wordOfAnswer(goAway(one as 'imap', item)))).toEqual([
      '421',
      '-ERR',
      'BYE',
    ]);
  });
});

describe('what was changed', () => {
  test('is told by the lines that are gone, with their secrets where they stand now', () => {
    const was = 'HTTP/1.0 200 OK\r\nAuth-Pass: one\r\nAuth-Port: 25\r\nAuth-Wait: 1\r\n\r\n';
    const from = was.indexOf('one');
    const now = was.replace('one', 'two').replace('Auth-Port: 25', 'Auth-Port: 26');
    expect(goneLines({ was, secret: [[from, from + 3]] }, now)).toEqual({
      bytes: 'Auth-Pass: one\r\nAuth-Port: 25\r\n',
      secret: [[11, 14]],
    });
  });

  test('is told whole where lines were only added', () => {
    expect(goneLines({ was: '250 a\r\n' }, '250-b\r\n250 a\r\n')).toEqual({ bytes: '250 a\r\n', secret: [] });
  });
});

const entry = (change: Partial<Entry>): Entry => ({
  ...{ seq: 0, at: 0, leg: 'client', direction: 'in', kind: 'line', bytes: '', why: 'smtp.rcpt.ask' },
  ...change,
});
const session: SessionSummary = {
  ...{ id: 3, protocol: 'smtp', listener: '', client: '', startedAt: 0, ms: null, place: 'relay', user: null },
  ...{ from: null, to: ['b@b.c'], rule: 'engineering', upstream: 'eng', outcome: null, reply: null, authCalls: 0 },
  ...{ bytesIn: 0, bytesOut: 0, entries: 0, error: null },
};

describe('a breakpoint from a line', () => {
  test.each([
    [{}, 'C>P'],
    [{ direction: 'out' }, 'P>C'],
    [{ leg: 'auth', kind: 'http', direction: 'out' }, 'P>A'],
    [{ leg: 'auth', kind: 'http' }, 'A>P'],
    [{ leg: 'upstream', direction: 'out' }, 'P>U'],
    [{ leg: 'upstream', kind: 'data' }, 'U>P'],
    [{ kind: 'hold', direction: 'none', params: { gate: 'P>C' } }, 'P>C'],
    [{ kind: 'decision', direction: 'none' }, null],
    [{ kind: 'dial', leg: 'upstream', direction: 'out' }, null],
  ] as const)('%j passed %s', (change, gate) => expect(gateOf(entry(change))).toBe(gate));

  test('asks for gate, protocol and word, and for what is ticked besides', () => {
    const line = entry({ bytes: 'RCPT TO:<A@b.c>\r\n' });
    const draft = draftOf(line, [line], session, false);
    expect(breakpointOf(draft)).toEqual({ gate: 'C>P', protocol: 'smtp', word: 'RCPT' });
    expect(draft.values).toMatchObject({ address: 'a@b.c', rule: 'engineering', why: 'smtp.rcpt.ask', session: '3' });
    const more = { ...draft, ticked: new Set([...draft.ticked, 'why', 'session'] as const), once: true };
    expect(breakpointOf(more)).toEqual({
      ...{ gate: 'C>P', protocol: 'smtp', word: 'RCPT', why: 'smtp.rcpt.ask', session: 3, once: true },
    });
  });

  test('of a decision asks for its reason; with nothing that says anything for nothing', () => {
    const line = entry({ kind: 'decision', direction: 'none' });
    const draft = draftOf(line, [line], session, false);
    expect(breakpointOf(draft)).toEqual({ protocol: 'smtp', why: 'smtp.rcpt.ask' });
    expect(breakpointOf({ ...draft, ticked: new Set(['word'] as const) })).toBeNull();
  });

  test.each([
    { kind: 'open' },
    { kind: 'close' },
    { kind: 'relay', direction: 'none' },
    { kind: 'tls', direction: 'none' },
    { kind: 'dial', leg: 'upstream' },
  ] as const)('of %j, which passes no gate with anything, asks for nothing until something is ticked', (change) => {
    const line = entry(change);
    const draft = draftOf(line, [line], session, false);
    expect(draft.unheld).toBe(true);
    expect(draft.values.why).toBe('');
    expect(breakpointOf(draft)).toBeNull();
    expect(breakpointOf({ ...draft, ticked: new Set(['rule'] as const) })).toEqual({ rule: 'engineering' });
  });

  test('of an answer asks for its verdict', () => {
    const line = entry({ leg: 'auth', kind: 'http', bytes: 'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\n\r\n' });
    expect(breakpointOf(draftOf(line, [line], session, false))).toMatchObject({ gate: 'A>P', word: 'OK' });
  });
});

describe('whether a client waits', () => {
  test('it does until its last word is answered', () => {
    expect(isWaiting([entry({ kind: 'open' })])).toBe(true);
    expect(isWaiting([entry({ direction: 'out', bytes: '220\r\n' })])).toBe(false);
    expect(isWaiting([entry({ direction: 'out' }), entry({ bytes: 'NOOP\r\n' })])).toBe(true);
  });
});
