import { expect, test } from 'vitest';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import { noteFault, noteStage, stageNames } from '../../../shared/journal/stage.ts';
import { stages } from '../../../shared/upstream/fault.ts';
import { stageOfCommand } from '../../../shared/upstream/line-stage.ts';
import { summary } from '../../fakes/tutorial-session.ts';

const said = (bytes: string, kind: Entry['kind'] = 'line'): Entry => ({
  ...{ seq: 0, at: 0, leg: 'client', direction: 'in', kind, bytes, why: 'session.passed' },
});

function reached(protocol: SessionSummary['protocol'], ...lines: readonly Entry[]): string | undefined {
  const { stage: _, ...fresh } = summary;
  const session: SessionSummary = { ...fresh, protocol };
  for (const line of lines) noteStage(session, line);
  return session.stage;
}

const commands = {
  smtp: ['HELO', 'EHLO', 'STARTTLS', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'NOOP', 'VRFY'],
  imap: ['CAPABILITY', 'LOGIN', 'AUTHENTICATE', 'LIST', 'LSUB', 'SELECT', 'EXAMINE', 'FETCH', 'UID FETCH', 'UID MOVE'],
  pop3: ['CAPA', 'STLS', 'USER', 'PASS', 'AUTH', 'APOP', 'STAT', 'LIST', 'UIDL', 'RETR', 'TOP', 'DELE', 'RSET'],
} as const;

test.each(['smtp', 'imap', 'pop3'] as const)(
  'a command of %s is at the stage at which a fault strikes it',
  (protocol) => {
    for (const command of commands[protocol]) {
      const line = protocol === 'imap' ? `a1 ${command.toLowerCase()} x\r\n` : `${command.toLowerCase()} x\r\n`;
      expect([command, reached(protocol, said(line)) ?? null]).toEqual([command, stageOfCommand(protocol, line)]);
    }
  },
);

test('the last one counts; leaving, and what is no command, changes nothing', () => {
  expect(reached('smtp')).toBeUndefined();
  expect(reached('smtp', said('EHLO me\r\n'), said('AUTH LOGIN\r\n'), said('am9l\r\n'))).toBe('auth');
  expect(reached('smtp', said('RCPT TO:<a@b>\r\n'), said('QUIT\r\n'))).toBe('rcpt');
  expect(reached('smtp', said('DATA\r\n'), said('Subject: x', 'data'), said('QUIT\r\n'))).toBe('end');
  expect(reached('imap', said('a APPEND INBOX {3}\r\n'), said('abc', 'data'))).toBe('append');
  expect(reached('smtp', { ...said('250 RCPT ok\r\n'), direction: 'out' })).toBeUndefined();
});

test('its names are those of the faults, but for what no client says', () => {
  const known: readonly string[] = [...stages.smtp, ...stages.imap, ...stages.pop3];
  expect(stageNames.filter((name) => !known.includes(name))).toEqual([]);
  const never = ['greeting', 'quit', 'logout'];
  expect(known.filter((name) => !stageNames.includes(name) && !never.includes(name))).toEqual([]);
});

test('what a fault is called is noted once', () => {
  const session: SessionSummary = { ...summary };
  noteFault(session, ['reply', 'rcpt', 'eng', '']);
  noteFault(session, ['reply', 'end', 'eng', 'spam']);
  expect(session.faults).toEqual(['reply', 'rcpt', 'eng', 'end', 'spam']);
});
