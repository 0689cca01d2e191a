/** Folders as they were read last. All sessions that have one open share what was read: a thousand of them hold it once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Mail } from '../../shared/upstream/mailbox.ts';
import { flagsIn } from './message-pages.ts';

/** Mails of folders that are kept at hand; of more, the folder that was read first goes. */
const MAILS_MAX = 300_000;

/** Different flags that are kept at hand. */
const WORDS_MAX = 1000;

interface Reading {
  readonly folder: number;
  readonly mails: readonly Mail[];
  stale: boolean;
}

interface PlaceRow {
  readonly uid: number;
  readonly flags: string;
  readonly recent: number;
  readonly at: number;
  readonly size: number;
}

const keyOf = (...parts: readonly string[]): string => parts.join('\0');

/** Nothing is read at first. */
export class FolderMails {
  readonly #places: StatementSync;
  readonly #readings = new Map<string, Reading>();
  readonly #words = new Map<string, readonly string[]>();
  #held = 0;

  constructor(db: DatabaseSync) {
    this.#places = db.prepare('SELECT uid, flags, recent, at, size FROM places WHERE folder = ? ORDER BY uid');
  }

  /** The mails of a folder in the order of their UIDs; `folder` is the number of its row. */
  of(upstream: string, owner: string, name: string, folder: number): readonly Mail[] {
    const key = keyOf(upstream, owner, name);
    const known = this.#readings.get(key);
    if (known?.folder === folder && !known.stale) return known.mails;
    const mails = this.#read(folder, known?.mails ?? []);
    this.#drop(key);
    this.#readings.set(key, { folder, mails, stale: false });
    this.#held += mails.length;
    for (const oldest of this.#readings.keys()) {
      if (this.#held <= MAILS_MAX || oldest === key) break;
      this.#drop(oldest);
    }
    return mails;
  }

  /** A folder has changed: it is read again when it is asked for. */
  changed(upstream: string, owner: string, name: string): void {
    const known = this.#readings.get(keyOf(upstream, owner, name));
    if (known) known.stale = true;
  }

  #drop(key: string): void {
    this.#held -= this.#readings.get(key)?.mails.length ?? 0;
    this.#readings.delete(key);
  }

  /** A mail that is as it was stays the same object, for whoever holds the older reading. */
  #read(folder: number, before: readonly Mail[]): readonly Mail[] {
    let at = 0;
    const rows = this.#places.all(folder) as unknown as PlaceRow[];
    return rows.map((row) => {
      while ((before[at]?.uid ?? Number.POSITIVE_INFINITY) < row.uid) at += 1;
      const flags = this.#flags(row.flags);
      const old = before[at];
      const same = old?.uid === row.uid && old.flags === flags && old.size === row.size && old.at === row.at;
      if (same && old.recent === (row.recent === 1)) return old;
      return { uid: row.uid, flags, size: row.size, at: row.at, recent: row.recent === 1 };
    });
  }

  #flags(column: string): readonly string[] {
    const known = this.#words.get(column);
    if (known) return known;
    const words = flagsIn(column);
    if (this.#words.size >= WORDS_MAX) this.#words.clear();
    this.#words.set(column, words);
    return words;
  }
}
