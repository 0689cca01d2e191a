import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { stageOfCommand, stageOfLine } from '../../../shared/upstream/line-stage.ts';
import { entries as tutorial } from '../../fakes/tutorial-session.ts';

/** `>` goes to the upstream before the relay, `»` in it, `<` comes from it; `data` is collapsed content. */
function recorded(...lines: readonly string[]): readonly Entry[] {
  return lines.map((line, seq) => {
    const [mark = '', bytes = ''] = [line.slice(0, 1), line.slice(2)];
    const relayed = mark === '»';
    return {
      seq,
      at: seq,
      leg: relayed ? 'client' : 'upstream',
      direction: relayed ? 'in' : mark === '>' ? 'out' : 'in',
      kind: bytes === 'data' ? 'data' : 'line',
      bytes: `${bytes}\r\n`,
      why: 'session.passed',
      ...(relayed && { disposition: 'passed' as const }),
    };
  });
}

const stagesOf = (protocol: Protocol, lines: readonly string[]) => {
  const entries = recorded(...lines);
  return entries.map(({ seq }) => stageOfLine(protocol, entries, seq));
};

describe('lines of the upstream', () => {
  test('of SMTP, up to the relay and in it', () => {
    const lines = [
      '< 220 eng',
      '> EHLO x',
      '< 250-eng',
      '> XCLIENT ADDR=1.2.3.4',
      '< 220 eng',
      '> MAIL FROM:<a@b>',
      '< 250 ok',
      '> RCPT TO:<c@d>',
      '< 250 ok',
      '» NOOP',
      '< 250 ok',
      '» AUTH LOGIN',
      '< 334 VXNlcm5hbWU6',
      '» MAIL',
      '< 535 no',
      '» DATA',
      '< 354 go',
      '» data',
      '< 250 queued',
      '» QUIT',
      '< 221 bye',
    ];
    expect(stagesOf('smtp', lines)).toEqual([
      'greeting',
      ...['ehlo', 'ehlo', 'xclient', 'xclient', 'mail', 'mail', 'rcpt', 'rcpt', null, null],
      ...['auth', 'auth', 'auth', 'auth', 'data', 'data', 'end', 'end', 'quit', 'quit'],
    ]);
  });

  test('of pipelined commands, each answer to its own', () => {
    const lines = ['< 220 eng', '» MAIL FROM:<a@b>', '» RCPT TO:<c@d>', '» DATA', '< 250 ok', '< 550 no', '< 554 no'];
    expect(stagesOf('smtp', lines).slice(4)).toEqual(['mail', 'rcpt', 'data']);
  });

  test('of IMAP, by their tags', () => {
    const lines = [
      '< * OK eng',
      '> a LOGIN ann secret',
      '< a OK',
      '» b SELECT INBOX',
      '» c UID FETCH 1:* FLAGS',
      '< * 1 EXISTS',
      '< c OK',
      '< b OK',
      '» d NOOP',
      '< d OK',
    ];
    expect(stagesOf('imap', lines)).toEqual([
      ...['greeting', 'login', 'login', 'select', 'fetch', 'select', 'fetch', 'select', null, null],
    ]);
  });

  test('of POP3', () => {
    const lines = [
      '< +OK eng',
      '> USER ann',
      '< +OK',
      '> PASS secret',
      '< +OK',
      '» TOP 1 0',
      '< +OK',
      '< data',
      '» QUIT',
    ];
    expect(stagesOf('pop3', lines)).toEqual([
      ...['greeting', 'user', 'user', 'pass', 'pass', 'retr', 'retr', 'retr', 'quit'],
    ]);
  });

  test("of the tutorial's session, and of nothing else in it", () => {
    const found = tutorial.map(({ seq }) => stageOfLine('smtp', tutorial, seq)).filter((stage) => stage !== null);
    expect(found).toEqual([
      ...['greeting', 'ehlo', 'ehlo', 'mail', 'mail', 'rcpt', 'rcpt'],
      ...['data', 'data', 'end', 'end', 'quit', 'quit'],
    ]);
    expect(stageOfLine('smtp', tutorial, 9999)).toBe(null);
    expect(stageOfLine('smtp', [], 0)).toBe(null);
  });
});

test.each([
  ['smtp', 'ehlo x', 'ehlo'],
  ['smtp', 'MAIL FROM:<a@b>', 'mail'],
  ['smtp', 'mail:', 'mail'],
  ['smtp', 'NOOP', null],
  ['smtp', 'constructor', null],
  ['smtp', '', null],
  ['imap', 'a uid copy 1 x', 'copy'],
  ['imap', 'a', null],
  ['pop3', 'RETR 1', 'retr'],
] as const)('%s %j is a command of %s', (protocol, line, stage) => expect(stageOfCommand(protocol, line)).toBe(stage));
