/** The folders of a mailbox: made, named, taken away. Writes are to be in a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Folder, MailboxAnswer } from '../../shared/upstream/mailbox.ts';
import { folderName, namesAbove, newFolderName } from './folder-names.ts';
import type { MessageRows } from './message-rows.ts';

/** Folders of one mailbox. */
const FOLDERS_MAX = 1000;

/** A folder and the number of its row. */
export interface FolderRow extends Folder {
  readonly id: number;
}

export const no = (why: Extract<MailboxAnswer, { done: 'no' }>['why']): MailboxAnswer => ({ done: 'no', why });
export const ok: MailboxAnswer = { done: 'ok' };

/** The folders of one owner at one upstream. */
export class MailboxFolders {
  readonly #upstream: string;
  readonly #owner: string;
  readonly #rows: MessageRows;
  readonly #all: StatementSync;
  readonly #one: StatementSync;
  readonly #subscribe: StatementSync;
  readonly #empty: StatementSync;
  readonly #remove: StatementSync;
  readonly #rename: StatementSync;
  readonly #move: StatementSync;
  readonly #skip: StatementSync;

  constructor(db: DatabaseSync, rows: MessageRows, upstream: string, owner: string) {
    this.#upstream = upstream;
    this.#owner = owner;
    this.#rows = rows;
    const columns = 'id, name, uid_validity, uid_next, subscribed';
    this.#all = db.prepare(`SELECT ${columns} FROM folders WHERE upstream = ? AND owner = ? ORDER BY id`);
    this.#one = db.prepare(`SELECT ${columns} FROM folders WHERE upstream = ? AND owner = ? AND name = ?`);
    this.#subscribe = db.prepare('UPDATE folders SET subscribed = ? WHERE id = ?');
    this.#empty = db.prepare('DELETE FROM places WHERE folder = ?');
    this.#remove = db.prepare('DELETE FROM folders WHERE id = ?');
    this.#rename = db.prepare('UPDATE folders SET name = ? WHERE id = ?');
    this.#move = db.prepare('UPDATE places SET folder = ? WHERE folder = ?');
    this.#skip = db.prepare('UPDATE folders SET uid_next = ? WHERE id = ?');
  }

  /** INBOX is there as soon as somebody looks. */
  #ensureInbox(): void {
    this.#rows.inbox(this.#upstream, this.#owner);
  }

  all(): FolderRow[] {
    this.#ensureInbox();
    return this.#all.all(this.#upstream, this.#owner).map(folderOf);
  }

  find(given: string): FolderRow | null {
    const name = folderName(given);
    if (name === 'INBOX') this.#ensureInbox();
    const row = this.#one.get(this.#upstream, this.#owner, name);
    return row === undefined ? null : folderOf(row);
  }

  /** Makes a folder and those above it. */
  create(given: string): MailboxAnswer {
    const name = newFolderName(given);
    if (name === null) return no('refused');
    if (this.find(name) !== null) return no('exists');
    const missing = [...namesAbove(name), name].filter((one) => this.find(one) === null);
    if (this.all().length + missing.length > FOLDERS_MAX) return no('full');
    for (const one of missing) this.#rows.addFolder(this.#upstream, this.#owner, one);
    return ok;
  }

  /** Its mail is in it no more; folders below it stay (RFC 3501 6.3.4). */
  delete(given: string): MailboxAnswer {
    const folder = this.find(given);
    if (folder === null) return no('no-folder');
    if (folder.name === 'INBOX') return no('refused');
    this.#empty.run(folder.id);
    this.#remove.run(folder.id);
    return ok;
  }

  /** With all below it. Of INBOX the mail alone moves, and it stays (RFC 3501 6.3.5). */
  rename(given: string, to: string): MailboxAnswer {
    const folder = this.find(given);
    if (folder === null) return no('no-folder');
    const name = newFolderName(to);
    if (name === null) return no('refused');
    if (this.find(name) !== null) return no('exists');
    const isInbox = folder.name === 'INBOX';
    if (!isInbox && name.startsWith(`${folder.name}/`)) return no('refused');
    const below = isInbox ? [] : this.all().filter((one) => one.name.startsWith(`${folder.name}/`));
    const renamed = below.map((one) => ({ id: one.id, name: name + one.name.slice(folder.name.length) }));
    if (renamed.some((one) => this.find(one.name) !== null)) return no('exists');
    for (const above of namesAbove(name)) if (this.find(above) === null) this.create(above);
    if (isInbox) return this.#moveInbox(folder, name);
    for (const one of [{ id: folder.id, name }, ...renamed]) this.#rename.run(one.name, one.id);
    return ok;
  }

  #moveInbox(inbox: FolderRow, name: string): MailboxAnswer {
    const made = this.create(name);
    const target = this.find(name);
    if (target === null) return made;
    this.#move.run(target.id, inbox.id);
    this.#skip.run(inbox.uidNext, target.id);
    return ok;
  }

  subscribe(given: string, on: boolean): MailboxAnswer {
    const folder = this.find(given);
    if (folder === null) return no('no-folder');
    this.#subscribe.run(on ? 1 : 0, folder.id);
    return ok;
  }
}

function folderOf(row: Record<string, unknown>): FolderRow {
  return {
    id: Number(row.id),
    name: String(row.name),
    uidValidity: Number(row.uid_validity),
    uidNext: Number(row.uid_next),
    subscribed: row.subscribed === 1,
  };
}
