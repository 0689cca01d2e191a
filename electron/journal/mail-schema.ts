/** The tables of the mail that the played servers keep, and how older journals get them. */
import type { DatabaseSync } from 'node:sqlite';
import { MessageRows } from './message-rows.ts';

/**
 * A message once, and its places in mailboxes. What lists read lies apart from the bytes, and those in parts, so that
 * neither a list nor a look into 100 MB reads more than it shows.
 */
export const mailTables = `
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    upstream TEXT NOT NULL,
    at INTEGER NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    size INTEGER NOT NULL,
    header INTEGER NOT NULL,
    session INTEGER,
    pinned INTEGER NOT NULL,
    attachments INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_upstream ON messages (upstream, id, size, pinned);
  CREATE INDEX messages_by_session ON messages (session, id) WHERE session IS NOT NULL;
  CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    senders TEXT NOT NULL,
    receivers TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    head TEXT NOT NULL,
    more BLOB
  ) STRICT;
  CREATE TABLE texts (id INTEGER PRIMARY KEY, head TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE sources (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    upstream TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid_next INTEGER NOT NULL,
    subscribed INTEGER NOT NULL,
    UNIQUE (upstream, owner, name)
  ) STRICT;
  CREATE TABLE places (
    folder INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    message INTEGER NOT NULL,
    flags TEXT NOT NULL,
    recent INTEGER NOT NULL,
    at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (folder, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX places_by_message ON places (message);
`;

interface OldRow {
  readonly id: number;
  readonly upstream: string;
  readonly at: number;
  readonly sender: string;
  readonly recipients: string;
  readonly session: number | null;
  readonly raw: Uint8Array;
}

/** The messages of a journal that knew no mailboxes: they are found in the catch-all. To be in a transaction. */
export function addMailboxes(db: DatabaseSync): void {
  db.exec(`ALTER TABLE messages RENAME TO old_messages; ${mailTables}`);
  const rows = new MessageRows(db);
  const one = db.prepare('SELECT id, upstream, at, sender, recipients, session, raw FROM old_messages WHERE id = ?');
  for (const { id } of db.prepare('SELECT id FROM old_messages ORDER BY id').all()) {
    const old = one.get(id ?? null) as unknown as OldRow;
    const { upstream, at, sender: from, session } = old;
    const raw = Buffer.from(old.raw.buffer, old.raw.byteOffset, old.raw.byteLength);
    rows.insert(old.id, { upstream, at, from, to: JSON.parse(old.recipients) as string[], raw, session });
    rows.place(rows.inbox(upstream, ''), { message: old.id, flags: '', recent: 1, at, size: raw.length });
  }
  db.exec('DROP TABLE old_messages');
}
