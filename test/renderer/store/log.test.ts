import { describe, expect, it } from 'vitest';
import { lineAt, nginxLog } from '../../../renderer/store/log.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const at = (seq: number, why: string, more: Partial<Entry> = {}): Entry => ({
  seq,
  at: 0,
  leg: 'client',
  direction: 'in',
  kind: 'line',
  bytes: '',
  why,
  ...more,
});
const accepted = (log?: string): Entry =>
  at(0, 'session.accepted', {
    kind: 'open',
    params: { client: '127.0.0.1:5', listener: '127.0.0.1:25', ...(log === undefined ? {} : { log }) },
  });

describe("nginx's log of a session", () => {
  it('tells at which entry each line belongs, and whether the configured level takes it', () => {
    const log = nginxLog([
      accepted(),
      at(1, 'session.verdict.bad-header', { leg: 'auth', kind: 'http', params: { server: '127.0.0.1:8000' } }),
    ]);
    expect(log.level).toBe('error');
    expect(log.lines.map(({ seq, level, written }) => [seq, level, written])).toEqual([
      [0, 'info', false],
      [1, 'error', true],
    ]);
    expect(lineAt(log, 1)?.text).toContain('sent invalid header in response');
    expect(lineAt(log, 2)).toBeUndefined();
  });

  it('goes by the level that the session was accepted at', () => {
    expect(nginxLog([accepted('info')])).toMatchObject({ level: 'info', lines: [{ written: true }] });
    expect(nginxLog([accepted('crit')])).toMatchObject({ level: 'crit', lines: [{ written: false }] });
  });

  it('shows no secret, although nginx would write it', () => {
    const { lines } = nginxLog([
      accepted(),
      at(1, 'smtp.noop', { bytes: 'NOOP\r\n' }),
      at(2, 'smtp.overlong', { bytes: 'AUTH PLAIN c2VjcmV0', secret: [[11, 19]], params: { before: 6, behind: '' } }),
    ]);
    expect(lines[1]?.text).toContain('client sent too long command "NOOP\r\nAUTH PLAIN ********" while');
  });

  it('is empty before there is a session, and quiet about a mail that arrives', () => {
    expect(nginxLog([]).lines).toEqual([]);
    expect(nginxLog(entries).lines.filter(({ written }) => written)).toEqual([]);
  });
});
