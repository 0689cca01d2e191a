/** The messages that the played servers accepted: kept, pinned and deleted, the oldest when there are too many. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeptMail } from '../../shared/contract/messages.ts';
import { type MessageRows, type NewMessage, numberOf, PART_BYTES, PARTS_MAX } from './message-rows.ts';

/** How much mail is kept. */
export interface MailLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** SQLite answers with bytes of its own. */
export function bufferOf(value: unknown): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.alloc(0);
}

export class MessageStore {
  readonly #db: DatabaseSync;
  readonly #limits: MailLimits;
  readonly #rows: MessageRows;
  readonly #part: StatementSync;
  readonly #oldest: StatementSync;
  readonly #folders: StatementSync;
  readonly #one: StatementSync;
  readonly #pin: StatementSync;
  #kept: Omit<KeptMail, keyof MailLimits> = { messages: 0, bytes: 0, pinned: 0 };
  #pinnedBytes = 0;
  #lastId = 0;

  constructor(db: DatabaseSync, rows: MessageRows, limits: MailLimits) {
    this.#db = db;
    this.#rows = rows;
    this.#limits = limits;
    this.#part = db.prepare('SELECT bytes FROM sources WHERE key = ?');
    this.#oldest = db.prepare('SELECT id, size, upstream FROM messages WHERE pinned = 0 ORDER BY id LIMIT 1');
    this.#one = db.prepare('SELECT size, pinned FROM messages WHERE id = ?');
    this.#pin = db.prepare('UPDATE messages SET pinned = ? WHERE id = ? AND pinned <> ? RETURNING size');
    this.#folders = db.prepare(
      'SELECT f.upstream, f.owner, f.name FROM places p JOIN folders f ON f.id = p.folder WHERE p.message = ?',
    );
    this.recount();
  }

  /** Counts again what the database holds, after a transaction that failed. */
  recount(): void {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS messages, coalesce(sum(size), 0) AS bytes, coalesce(sum(pinned), 0) AS pinned,
           coalesce(sum(size * pinned), 0) AS heavy, coalesce(max(id), 0) AS last FROM messages`,
      )
      .get();
    const { messages, bytes, pinned, heavy, last } = row as Record<string, number>;
    this.#kept = { messages: messages ?? 0, bytes: bytes ?? 0, pinned: pinned ?? 0 };
    this.#pinnedBytes = heavy ?? 0;
    const given = numberOf(this.#db.prepare("SELECT value FROM counters WHERE name = 'message'").get());
    this.#lastId = Math.max(given, last ?? 0);
  }

  get kept(): KeptMail {
    const { maxMessages, maxBytes } = this.#limits;
    return { ...this.#kept, maxMessages, maxBytes };
  }

  /** Whether a message of this size can be kept, if every other that is not pinned goes. */
  hasRoomFor(size: number): boolean {
    const { maxMessages, maxBytes } = this.#limits;
    return this.#kept.pinned < maxMessages && this.#pinnedBytes + size <= maxBytes;
  }

  /** Keeps a message, in no mailbox yet; its number. `hasRoomFor` comes first. To be in a transaction. */
  insert(message: NewMessage): number {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#rows.insert(id, message);
    this.#rows.count('message', id);
    const { messages, bytes, pinned } = this.#kept;
    this.#kept = { messages: messages + 1, bytes: bytes + message.raw.length, pinned };
    return id;
  }

  /** Deletes the oldest over the limits, never `newest`; each is told to `gone` before. To be in a transaction. */
  shrink(newest: number, gone: (id: number) => void): void {
    const { maxMessages, maxBytes } = this.#limits;
    while (this.#kept.messages > maxMessages || this.#kept.bytes > maxBytes) {
      const row = this.#oldest.get();
      if (row === undefined || Number(row.id) === newest) return;
      gone(Number(row.id));
      this.remove(Number(row.id));
    }
  }

  /** Deletes a message; whether it was there. To be in a transaction. */
  remove(id: number): boolean {
    const row = this.#one.get(id);
    if (row === undefined) return false;
    const [size, wasPinned] = [Number(row.size), Number(row.pinned)];
    this.#rows.remove(id);
    const { messages, bytes, pinned } = this.#kept;
    this.#kept = { messages: messages - 1, bytes: bytes - size, pinned: pinned - wasPinned };
    this.#pinnedBytes -= size * wasPinned;
    return true;
  }

  /** Pins a message, or lets it go; whether anything changed. To be in a transaction. */
  pin(id: number, on: boolean): boolean {
    const row = this.#pin.get(on ? 1 : 0, id, on ? 1 : 0);
    if (row === undefined) return false;
    const sign = on ? 1 : -1;
    this.#kept = { ...this.#kept, pinned: this.#kept.pinned + sign };
    this.#pinnedBytes += sign * Number(row.size);
    return true;
  }

  /** Says afterwards which session brought a message. */
  link(id: number, session: number): void {
    this.#db.prepare('UPDATE messages SET session = ? WHERE id = ?').run(session, id);
  }

  /** Those of an upstream that are not pinned. */
  unpinned(upstream: string): number[] {
    const rows = this.#db
      .prepare('SELECT id FROM messages WHERE upstream = ? AND pinned = 0 ORDER BY id')
      .all(upstream);
    return rows.map(({ id }) => Number(id));
  }

  /** Where these messages came to. */
  upstreamsOf(ids: readonly number[]): string[] {
    const sql = 'SELECT DISTINCT upstream FROM messages WHERE id IN (SELECT value FROM json_each(?))';
    return this.#db
      .prepare(sql)
      .all(JSON.stringify(ids))
      .map(({ upstream }) => String(upstream));
  }

  /** The folders that hold a message. */
  foldersOf(id: number): { readonly upstream: string; readonly owner: string; readonly name: string }[] {
    const rows = this.#folders.all(id);
    return rows.map(({ upstream, owner, name }) => ({
      upstream: String(upstream),
      owner: String(owner),
      name: String(name),
    }));
  }

  /** Bytes of a message from `offset` on, fewer only at its end; null: it is not there. Reads no more than it must. */
  window(id: number, offset: number, length: number): Buffer | null {
    const row = this.#db.prepare('SELECT header, size FROM messages WHERE id = ?').get(id);
    if (row === undefined) return null;
    const header = Number(row.header);
    const end = Math.min(Number(row.size), offset + length);
    const found: Buffer[] = [];
    let part = offset < header ? 0 : 1 + Math.floor((offset - header) / PART_BYTES);
    for (;;) {
      const start = part === 0 ? 0 : header + (part - 1) * PART_BYTES;
      if (start >= end) break;
      const bytes = bufferOf(this.#part.get(id * PARTS_MAX + part)?.bytes);
      found.push(bytes.subarray(Math.max(0, offset - start), end - start));
      part += 1;
    }
    const [only] = found;
    return found.length === 1 && only ? only : Buffer.concat(found);
  }

  /** A message whole. */
  raw(id: number): Buffer | null {
    return this.window(id, 0, Number.MAX_SAFE_INTEGER);
  }
}
