/** Messages and folders as rows: what every write of mail is made of. All of it to be in a transaction. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { digestOf } from './mail-digest.ts';
import { headerLength, mailText, searchable } from './mail-text.ts';
import { subjectOf } from './subject.ts';

/** The header block is part 0 of a message, and its body lies in parts of this size, in bytes. */
export const PART_BYTES = 262_144;

/** A key of `sources` is the message times this, plus the number of a part. */
export const PARTS_MAX = 65_536;

/** A message to keep. */
export interface NewMessage {
  readonly upstream: string;
  /** ms since 1970. */
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly session: number | null;
}

/** A message in a folder, as its row is. */
export interface NewPlace {
  readonly message: number;
  /** Flags and keywords with a space between two. */
  readonly flags: string;
  readonly recent: 0 | 1;
  /** INTERNALDATE */
  readonly at: number;
  readonly size: number;
}

/** The number that a statement answers with; 0 for none. */
export function numberOf(row: Record<string, SQLOutputValue> | undefined): number {
  const value = Object.values(row ?? {})[0];
  return typeof value === 'number' ? value : 0;
}

/** Several values in one column, each with a line feed at both ends. */
const lines = (values: readonly string[]) => `\n${values.join('\n')}\n`;

export class MessageRows {
  readonly #insert: StatementSync;
  readonly #digest: StatementSync;
  readonly #text: StatementSync;
  readonly #source: StatementSync;
  readonly #removals: readonly StatementSync[];
  readonly #removeSource: StatementSync;
  readonly #folder: StatementSync;
  readonly #addFolder: StatementSync;
  readonly #count: StatementSync;
  readonly #setCount: StatementSync;
  readonly #takeUid: StatementSync;
  readonly #place: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(
      `INSERT INTO messages (id, upstream, at, sender, recipients, subject, size, header, session, pinned, attachments)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
    );
    this.#digest = db.prepare(
      'INSERT INTO digests (id, senders, receivers, subject, body, head, more) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#text = db.prepare('INSERT INTO texts (id, head, body) VALUES (?, ?, ?)');
    this.#source = db.prepare('INSERT INTO sources (key, bytes) VALUES (?, ?)');
    this.#removals = ['messages WHERE id', 'digests WHERE id', 'texts WHERE id', 'places WHERE message'].map((where) =>
      db.prepare(`DELETE FROM ${where} = ?`),
    );
    this.#removeSource = db.prepare('DELETE FROM sources WHERE key >= ? AND key < ?');
    this.#folder = db.prepare('SELECT id FROM folders WHERE upstream = ? AND owner = ? AND name = ?');
    this.#addFolder = db.prepare(
      'INSERT INTO folders (upstream, owner, name, uid_validity, uid_next, subscribed) VALUES (?, ?, ?, ?, 1, ?) RETURNING id',
    );
    this.#count = db.prepare('SELECT value FROM counters WHERE name = ?');
    this.#setCount = db.prepare('INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)');
    this.#takeUid = db.prepare('UPDATE folders SET uid_next = uid_next + 1 WHERE id = ? RETURNING uid_next - 1 AS uid');
    this.#place = db.prepare(
      'INSERT INTO places (folder, uid, message, flags, recent, at, size) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** Keeps a message, in no mailbox yet. */
  insert(id: number, { upstream, at, from, to, raw, session }: NewMessage): void {
    const header = headerLength(raw);
    const said = mailText(raw);
    const subject = subjectOf(raw);
    const attached = said.attachments ? 1 : 0;
    this.#insert.run(id, upstream, at, from, JSON.stringify(to), subject, raw.length, header, session, attached);
    const { head, body, more } = digestOf(said);
    const senders = lines([searchable(from), said.from]);
    const receivers = lines([...to.map(searchable), said.to]);
    this.#digest.run(id, senders, receivers, searchable(subject), body, head, more);
    if (more !== null) this.#text.run(id, said.head, said.body);
    const key = id * PARTS_MAX;
    this.#source.run(key, raw.subarray(0, header));
    for (let at = header, part = 1; at < raw.length; at += PART_BYTES, part += 1)
      this.#source.run(key + part, raw.subarray(at, at + PART_BYTES));
  }

  /** Deletes a message, from every mailbox too. */
  remove(id: number): void {
    for (const removal of this.#removals) removal.run(id);
    this.#removeSource.run(id * PARTS_MAX, (id + 1) * PARTS_MAX);
  }

  /** The folder of that name; null where there is none. */
  folder(upstream: string, owner: string, name: string): number | null {
    return numberOf(this.#folder.get(upstream, owner, name)) || null;
  }

  /** A new folder. Its UIDVALIDITY is larger than that of any folder before (RFC 3501 2.3.1.1). */
  addFolder(upstream: string, owner: string, name: string): number {
    const validity = Math.max(numberOf(this.#count.get('uidvalidity')) + 1, Math.floor(Date.now() / 1000));
    this.count('uidvalidity', validity);
    return numberOf(this.#addFolder.get(upstream, owner, name, validity, name === 'INBOX' ? 1 : 0));
  }

  /** The INBOX of a mailbox, made when it is first asked for. */
  inbox(upstream: string, owner: string): number {
    return this.folder(upstream, owner, 'INBOX') ?? this.addFolder(upstream, owner, 'INBOX');
  }

  /** Puts a message into a folder; its UID there. */
  place(folder: number, { message, flags, recent, at, size }: NewPlace): number {
    const uid = numberOf(this.#takeUid.get(folder));
    this.#place.run(folder, uid, message, flags, recent, at, size);
    return uid;
  }

  /** Remembers a counter, so that a number is not given out again after what had it was deleted. */
  count(name: 'message' | 'uidvalidity', value: number): void {
    this.#setCount.run(name, value);
  }
}
