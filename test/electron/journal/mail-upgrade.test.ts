import { expect, test } from 'vitest';
import { makeOlder, withoutStages } from './older-journal.ts';
import { opened, temporaryFile, whole } from './recording.ts';

const ROWS = `
  INSERT INTO messages VALUES (3, 'eng', 1000, 'a@b', '["c@d","e@f"]', 'grüße', 25, 1,
    CAST('Subject: x' || char(13, 10, 13, 10) || 'hello there' AS BLOB));
  INSERT INTO messages VALUES (7, 'hr', 2000, '', '[]', '', 0, NULL, x'');
`;

test.each([2, 3] as const)('a journal of format %i keeps its mail: it lies in the catch-all now', async (version) => {
  const file = temporaryFile();
  const older = opened({ file });
  whole(older);
  older.close();
  makeOlder(file, version, ROWS);
  const problems: (string | null)[] = [];
  const journal = opened({ file, onProblem: (problem) => problems.push(problem) });
  expect(problems).toEqual([]);
  expect(journal.counts().sessions).toBe(1);
  const places = [{ owner: '', folder: 'INBOX', uid: 1, flags: [] }];
  expect(journal.mail.page({ limit: 10 }).messages).toMatchObject([
    { id: 7, upstream: 'hr', at: 2000, from: '', to: [], size: 0, session: null, places, pinned: false },
    { id: 3, upstream: 'eng', at: 1000, from: 'a@b', to: ['c@d', 'e@f'], size: 25, session: 1, places },
  ]);
  expect(journal.mail.window(3, 0, 100)?.toString()).toBe('Subject: x\r\n\r\nhello there');
  expect(journal.mail.page({ limit: 10, search: 'text:there' }).messages).toMatchObject([{ id: 3 }]);
  const more = { upstream: 'eng', at: 1, from: '', to: [], raw: Buffer.from('x'), session: null, owners: ['', 'jo'] };
  expect((await journal.mail.keep(more)).id).toBe(8);
  journal.close();
  expect(opened({ file }).mail.page({ limit: 10 }).total).toBe(3);
});

test('a journal of format 5 is kept: its sessions say nothing of stages, TLS and faults, and new ones do', () => {
  const file = temporaryFile();
  const older = opened({ file });
  whole(older);
  older.close();
  withoutStages(file);
  const problems: (string | null)[] = [];
  const journal = opened({ file, onProblem: (problem) => problems.push(problem) });
  expect(problems).toEqual([]);
  whole(journal);
  journal.flush();
  const found = (filter: string) => journal.list({ filter, limit: 10 }).sessions.map(({ id }) => id);
  expect(found('')).toEqual([2, 1]);
  expect(found('stage:*')).toEqual([2]);
  expect(found('tls:no')).toEqual([2]);
  expect(found('fault:*')).toEqual([]);
  expect(found('not fault:*')).toEqual([2, 1]);
  journal.close();
});
