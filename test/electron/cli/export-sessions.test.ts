/** `mail-lab export --session` as a person in a terminal meets it, beside a lab that keeps its journal open. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../../electron/journal/journal.ts';
import { readSessions } from '../../../shared/contract/session-file.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

const cli = fileURLToPath(new URL('../../../electron/cli/cli.ts', import.meta.url));
let folder: string;
let journal: Journal;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  journal = openJournal({ file: join(folder, 'j.db') });
  for (const password of ['Tr0mbone', 'Clar1net']) {
    const one = { ...summary, id: journal.allocate() };
    journal.began(one);
    for (const entry of entries)
      journal.recorded(one, entry.seq === 2 ? { ...entry, bytes: `AUTH ${password}\r\n`, secret: [[5, 13]] } : entry);
    journal.ended(one);
  }
  journal.flush();
  await writeFile(join(folder, 'text'), 'no database, but long enough to be taken for one by its size alone');
});
afterAll(async () => {
  journal.close();
  await rm(folder, { recursive: true, force: true });
});

function run(...args: readonly string[]) {
  return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    execFile(process.execPath, [cli, 'export', ...args], { cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** What a written file has. */
async function written(name: string) {
  const text = await readFile(join(folder, name), 'utf8');
  const read = readSessions(name, text);
  if ('problem' in read) throw new Error(read.problem);
  return { text, sessions: read.sessions };
}

describe('export of sessions', { timeout: 60_000 }, () => {
  test('writes what another lab can read, without passwords, and not over what is there', async () => {
    expect(await run('--session', '1', '--db', 'j.db')).toEqual({
      ...{ code: 0, err: '' },
      out: 'wrote session-1.mailsession.json: 1 session, passwords left out\n',
    });
    const { text, sessions } = await written('session-1.mailsession.json');
    expect(text).not.toContain('Tr0mbone');
    expect(sessions.map(({ summary: { id }, entries: all }) => [id, all.length])).toEqual([[1, entries.length]]);
    expect(sessions[0]?.entries[2]).toMatchObject({ bytes: 'AUTH ****\r\n', secret: [[5, 9]] });
    expect((await stat(join(folder, 'session-1.mailsession.json'))).mode & 0o777).toBe(0o600);
    const again = await run('--session', '1', '--db', 'j.db');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toMatch(/^mail-lab: session-1\.mailsession\.json is there already: .* --force\.\n$/);
  });

  test('writes several with their passwords when it is told to', async () => {
    const { code, out } = await run(
      '--session',
      '#2',
      '--session',
      '1',
      '--db',
      'j.db',
      '--secrets',
      '-o',
      'both.json',
    );
    expect([code, out]).toEqual([0, 'wrote both.json: 2 sessions, passwords kept\n']);
    const { text, sessions } = await written('both.json');
    expect(text).toContain('Tr0mbone');
    expect(sessions.map(({ summary: { id } }) => id)).toEqual([2, 1]);
  });

  test.each([
    ['svg', 'session-1.svg', /^<\?xml /],
    ['html', 'session-1.html', /^<!doctype html>/],
    ['mermaid', 'session-1.mmd', /^sequenceDiagram\n/],
    ['text', 'session-1.txt', /^Session 1 · SMTP · dev@test\.com → user@eng\.abc\.com\n/],
  ])('writes the ladder of one as %s, in words, without its password', async (form, name, head) => {
    const { code, out, err } = await run('--session', '1', '--db', 'j.db', '--as', form);
    expect([code, out, err]).toEqual([0, `wrote ${name}: 1 session, passwords left out\n`, '']);
    const text = await readFile(join(folder, name), 'utf8');
    expect(text).toMatch(head);
    expect(text).toContain('AUTH ****');
    expect(text).toContain('From here nginx only copies bytes');
    expect(text).not.toMatch(/Tr0mbone|\b(?:smtp|session|ladder|transcript)[.:][a-z]+\.[a-z]/);
    const kept = await run('--session', '1', '--db', 'j.db', '--as', form, '--secrets', '--force');
    expect(kept.out).toContain('passwords kept');
    expect(await readFile(join(folder, name), 'utf8')).toContain('AUTH Tr0mbone');
  });

  test.each([
    [
      'two sessions in a picture',
      ['--session', '1', '--session', '2', '--db', 'j.db', '--as', 'svg'],
      1,
      'one session',
    ],
    ['an unknown form', ['--session', '1', '--db', 'j.db', '--as', 'png'], 2, "'png' is invalid"],
    ['a form of no session', ['my.lab.yaml', '--to', 'nginx', '--out', 'x', '--as', 'svg'], 2, 'name a session'],
    ['a session that is not there', ['--session', '9', '--db', 'j.db'], 1, 'j.db has no session 9.'],
    [
      'no journal',
      ['--session', '1', '--db', 'none.db'],
      1,
      'none.db is not there, or has no sessions yet: name a journal.',
    ],
    [
      'something else',
      ['--session', '1', '--db', 'text'],
      1,
      'text is not a journal of Mail Traffic Lab: name another file.',
    ],
    ['no number', ['--session', 'x', '--db', 'j.db'], 2, 'A session has a number'],
    ['no file', ['--session', '1'], 2, 'name the journal that has the session: --db FILE'],
    ['a lab and a session', ['my.lab.yaml', '--session', '1', '--db', 'j.db'], 2, 'leave FILE and --to out'],
    ['nothing', [], 2, "name a lab file, or a session with '--session ID --db FILE'"],
  ])('%s is one sentence', async (_, args, code, sentence) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(sentence);
    expect(ended.err.trim().split('\n')).toHaveLength(1);
  });
});
