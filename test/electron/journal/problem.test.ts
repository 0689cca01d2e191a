import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { journalOver, openJournal } from '../../../electron/journal/journal.ts';
import { openMemory } from '../../../electron/journal/schema.ts';
import { opened, temporaryFile, whole } from './recording.ts';

/** Opens `file` and tells what was said about it; the run must go on in memory. */
function refused(file: string): string {
  const said: (string | null)[] = [];
  const journal = opened({ file, onProblem: (message) => said.push(message) });
  const { id } = whole(journal);
  journal.flush();
  expect(journal.session(id)?.entries.length).toBeGreaterThan(0);
  expect(journal.problem()).toBe(said[0]);
  expect(said).toHaveLength(1);
  return said[0] ?? '';
}

describe('a file that cannot be the journal is left as it is, and the run goes on in memory', () => {
  function database(file: string, ...statements: string[]): Buffer {
    const db = new DatabaseSync(file);
    for (const statement of statements) db.exec(statement);
    db.close();
    return readFileSync(file);
  }

  test('a newer format', () => {
    const file = temporaryFile();
    openJournal({ file }).close();
    const before = database(file, 'PRAGMA user_version = 99');
    expect(refused(file)).toMatch(/written by another version .*journal format 99/);
    expect(readFileSync(file)).toEqual(before);
  });

  test("another program's database", () => {
    const file = temporaryFile();
    const before = database(file, 'CREATE TABLE bookmarks (url TEXT)');
    expect(refused(file)).toContain('is the database of another program');
    expect(readFileSync(file)).toEqual(before);
  });

  test('no database at all', () => {
    const file = temporaryFile();
    writeFileSync(file, 'Dear diary, '.repeat(1000));
    expect(refused(file)).toContain('is not a journal of Mail Traffic Lab');
    expect(readFileSync(file, 'utf8')).toBe('Dear diary, '.repeat(1000));
  });

  test('a folder', () => {
    const file = temporaryFile();
    mkdirSync(file);
    expect(refused(file)).toContain('is a folder');
  });

  test('a folder that is a file', () => {
    const file = temporaryFile();
    writeFileSync(file, '');
    expect(refused(`${file}/journal.db`)).toContain(file);
  });

  test('a name that no file can have', () => {
    const file = `${temporaryFile()}${'x'.repeat(300)}`;
    expect(refused(file)).toContain(`${file} could not be opened`);
  });

  test('a journal that another lab writes', () => {
    const file = temporaryFile();
    opened({ file });
    expect(refused(file)).toContain('is in use by another Mail Traffic Lab');
    const link = `${file}.link`;
    symlinkSync(file, link);
    expect(refused(link)).toContain('is in use by another Mail Traffic Lab');
  });

  test('a damaged journal', () => {
    const file = temporaryFile();
    const journal = openJournal({ file });
    for (let n = 0; n < 50; n += 1) whole(journal);
    journal.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096, 40_960);
    writeFileSync(file, bytes);
    expect(refused(file)).toContain('is damaged');
  });
});

/** A promise of the next thing said that `wanted` accepts. */
function listener(): {
  readonly said: (string | null)[];
  readonly hear: (message: string | null) => void;
  readonly next: (wanted: (message: string | null) => boolean) => Promise<string | null>;
} {
  const said: (string | null)[] = [];
  let waiting: ((message: string | null) => void) | null = null;
  return {
    said,
    hear: (message) => {
      said.push(message);
      waiting?.(message);
    },
    next: (wanted) =>
      new Promise((resolve) => {
        waiting = (message) => {
          if (wanted(message)) resolve(message);
        };
      }),
  };
}

test('a locked file: one sentence, nothing lost, and again null when the lock is gone', async () => {
  const file = temporaryFile();
  const { hear, next } = listener();
  const journal = opened({ file, onProblem: hear });
  const other = new DatabaseSync(file);
  onTestFinished(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const locked = next((message) => message !== null);
  const { id } = whole(journal);
  const mail = { upstream: 'eng', at: 0, from: '', to: [], raw: Buffer.from('x'), session: id, owners: [''] };
  await expect(journal.mail.keep(mail)).rejects.toMatchObject({ responseCode: 451 });
  expect(await locked).toContain(`${file} is locked by another program`);
  expect(journal.problem()).not.toBeNull();
  whole(journal);
  expect(journal.list({ filter: 'upstream:eng', limit: 10 }).matching).toBe(2);
  expect(journal.mail.page({ limit: 10 }).messages).toEqual([]);
  const free = next((heard) => heard === null);
  other.exec('ROLLBACK');
  await free;
  expect(journal.problem()).toBeNull();
  expect(journal.counts()).toEqual({ sessions: 2, open: 0 });
  const message = await journal.mail.keep(mail);
  journal.close();
  const again = opened({ file });
  expect(again.counts().sessions).toBe(2);
  expect(again.session(id)?.entries).toHaveLength(28);
  expect(again.mail.page({ limit: 10 }).messages).toEqual([message]);
});

test('a full disk: traffic goes on, memory stays bounded, what is lost is counted', () => {
  const { said, hear } = listener();
  const memory = openMemory();
  const journal = journalOver(memory, { file: ':memory:', onProblem: hear });
  onTestFinished(() => journal.close());
  const first = whole(journal);
  journal.flush();
  const pages = Object.values(memory.db.prepare('PRAGMA page_count').get() ?? {})[0];
  memory.db.exec(`PRAGMA max_page_count = ${Number(pages)}`);
  for (let n = 0; n < 9000; n += 1) whole(journal);
  expect(() => journal.flush()).not.toThrow();
  expect(said.at(-1)).toMatch(/disk that holds .* is full.* \d+ sessions could not be kept/);
  expect(journal.counts().sessions).toBeLessThan(8000);
  expect(journal.session(first.id)?.entries).toHaveLength(28);
  memory.db.exec('PRAGMA max_page_count = 1000000');
  journal.flush();
  expect(said.at(-1)).toBeNull();
  const { matching, sessions } = journal.list({ filter: '', limit: 1 });
  expect(matching).toBe(journal.counts().sessions);
  expect(sessions[0]?.id).toBe(9001);
});

test('a database that breaks while it runs stops nothing', () => {
  const { said, hear } = listener();
  const memory = openMemory();
  const journal = journalOver(memory, { file: ':memory:', onProblem: hear });
  onTestFinished(() => journal.close());
  whole(journal);
  journal.flush();
  memory.db.exec('DROP TABLE chunks');
  whole(journal);
  expect(() => journal.flush()).not.toThrow();
  expect(said).toHaveLength(1);
  expect(journal.session(1)?.entries).toEqual([]);
  expect(journal.list({ filter: '', limit: 10 }).sessions).toHaveLength(2);
});
