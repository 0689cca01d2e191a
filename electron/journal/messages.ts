/** The messages that the mock upstreams accepted: whole, with their envelope, the oldest deleted when there are too many. */
import type { DatabaseSync } from 'node:sqlite';
import type { MessageView } from '../../shared/contract/contract.ts';
import type { Bytes } from '../../shared/machine/machine.ts';

/** Messages that are kept. */
const MAX_MESSAGES = 5000;

/** Bytes of messages that are kept. */
const MAX_MESSAGE_BYTES = 200_000_000;

/** A message with what a list shows of it. */
export interface StoredMessage {
  readonly view: MessageView;
  readonly raw: Buffer;
}

interface MessageRow {
  readonly id: number;
  readonly upstream: string;
  readonly at: number;
  readonly sender: string;
  readonly recipients: string;
  readonly subject: string;
  readonly size: number;
  readonly session: number | null;
}

const listed = 'id, upstream, at, sender, recipients, subject, size, session';

function viewOf(row: MessageRow): MessageView {
  const { id, upstream, at, subject, size, session } = row;
  return { id, upstream, at, from: row.sender, to: JSON.parse(row.recipients) as string[], subject, size, session };
}

export class MessageStore {
  readonly #db: DatabaseSync;
  #count = 0;
  #bytes = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.recount();
  }

  /** Counts again what the database holds, after a transaction that failed. */
  recount(): void {
    const row = this.#db.prepare('SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM messages').get();
    this.#count = Number(row?.count ?? 0);
    this.#bytes = Number(row?.bytes ?? 0);
  }

  /** The largest id among them. */
  lastId(): number {
    const row = this.#db.prepare('SELECT coalesce(max(id), 0) AS id FROM messages').get();
    return Number(row?.id ?? 0);
  }

  /** Writes messages and deletes the oldest over the limits. To be in a transaction. */
  write(messages: readonly StoredMessage[]): void {
    const put = this.#db.prepare(`INSERT INTO messages (${listed}, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const { view, raw } of messages) {
      const { id, upstream, at, from, to, subject, size, session } = view;
      put.run(id, upstream, at, from, JSON.stringify(to), subject, size, session, raw);
      this.#count += 1;
      this.#bytes += size;
    }
    this.#shrink();
  }

  #shrink(): void {
    const oldest = this.#db.prepare('SELECT id, size FROM messages ORDER BY id LIMIT 1');
    while (this.#count > MAX_MESSAGES || (this.#bytes > MAX_MESSAGE_BYTES && this.#count > 1)) {
      const row = oldest.get();
      if (row === undefined) return;
      this.#db.prepare('DELETE FROM messages WHERE id = ?').run(Number(row.id));
      this.#count -= 1;
      this.#bytes -= Number(row.size);
    }
  }

  /** Newest first. */
  list(upstream: string | undefined): MessageView[] {
    const where = upstream === undefined ? '' : 'WHERE upstream = ?';
    const values = upstream === undefined ? [] : [upstream];
    const rows = this.#db.prepare(`SELECT ${listed} FROM messages ${where} ORDER BY id DESC`).all(...values);
    return (rows as unknown as MessageRow[]).map(viewOf);
  }

  /** How many there are of each upstream. */
  counts(): Map<string, number> {
    const rows = this.#db.prepare('SELECT upstream, count(*) AS messages FROM messages GROUP BY upstream').all();
    return new Map(rows.map((row) => [String(row.upstream), Number(row.messages)]));
  }

  one(id: number): { message: MessageView; raw: Bytes } | null {
    const row = this.#db.prepare(`SELECT ${listed}, raw FROM messages WHERE id = ?`).get(id);
    if (row === undefined) return null;
    const raw = row.raw;
    const bytes = raw instanceof Uint8Array ? Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength) : Buffer.alloc(0);
    return { message: viewOf(row as unknown as MessageRow), raw: bytes.toString('latin1') };
  }
}
