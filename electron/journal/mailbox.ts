/** A mailbox of a played server over the database: every request of its machine, each whole or not at all. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MailboxAnswer, MailboxRequest } from '../../shared/upstream/mailbox.ts';
import type { FolderMails } from './folder-mails.ts';
import { folderName } from './folder-names.ts';
import { type FolderRow, MailboxFolders, no, ok } from './mailbox-folders.ts';
import { holdsCondition } from './message-query.ts';
import { type MessageRows, numberOf, PARTS_MAX } from './message-rows.ts';
import { bufferOf, type MessageStore } from './messages.ts';

/** Mails of one folder. */
const PLACES_MAX = 100_000;

type Request<D extends MailboxRequest['do']> = Extract<MailboxRequest, { do: D }>;

type Told = (upstream: string, owner: string, folder: string) => void;

/** What a mailbox is made of. */
export interface MailboxRooms {
  readonly db: DatabaseSync;
  readonly rows: MessageRows;
  readonly messages: MessageStore;
  readonly mails: FolderMails;
  /** Runs a change in a transaction; `told` names the folders that changed, who watch them hear of it afterwards. */
  readonly change: (work: (told: Told) => MailboxAnswer) => MailboxAnswer;
  /** Makes room for what was just kept, to be in the transaction. */
  readonly shrink: (newest: number, told: Told) => void;
  readonly watch: (upstream: string, owner: string, folder: string, changed: () => void) => () => void;
}

interface PlaceRow {
  readonly uid: number;
  readonly message: number;
  readonly flags: string;
  readonly recent: number;
  readonly at: number;
  readonly size: number;
}

/** Flags as they are kept: each once, and not the one that is no one's to set. */
function flagsText(flags: readonly string[]): string {
  return [...new Set(flags)].filter((flag) => !/^\\recent$/i.test(flag) && /^[^\s]+$/.test(flag)).join(' ');
}

/** What a client wrote to look for: UTF-8 where it is, else byte by byte. */
function textOf(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch {
    return bytes;
  }
}

export class StoredMailbox {
  readonly #rooms: MailboxRooms;
  readonly #upstream: string;
  readonly #owner: string;
  readonly #folders: MailboxFolders;
  readonly #seen: StatementSync;
  readonly #place: StatementSync;
  readonly #blocks: StatementSync;
  readonly #flag: StatementSync;
  readonly #expunge: StatementSync;
  readonly #count: StatementSync;

  constructor(rooms: MailboxRooms, upstream: string, owner: string) {
    const { db } = rooms;
    this.#rooms = rooms;
    this.#upstream = upstream;
    this.#owner = owner;
    this.#folders = new MailboxFolders(db, rooms.rows, upstream, owner);
    const columns = 'uid, message, flags, recent, at, size';
    this.#seen = db.prepare('UPDATE places SET recent = 0 WHERE folder = ? AND recent = 1');
    this.#place = db.prepare(`SELECT ${columns} FROM places WHERE folder = ? AND uid = ?`);
    // Clients ask for the headers of a whole mailbox: one question for all costs a fraction of one for each. CROSS keeps the order.
    this.#blocks = db.prepare(
      `SELECT p.uid, s.bytes FROM json_each(?) u CROSS JOIN places p ON p.folder = ? AND p.uid = u.value
        CROSS JOIN sources s ON s.key = p.message * ${PARTS_MAX}`,
    );
    this.#flag = db.prepare('UPDATE places SET flags = ? WHERE folder = ? AND uid = ? AND flags <> ?');
    this.#expunge = db.prepare('DELETE FROM places WHERE folder = ? AND uid = ?');
    this.#count = db.prepare('SELECT count(*) FROM places WHERE folder = ?');
  }

  /** As `Mailbox.perform`; `session` brings what is appended. */
  perform(request: MailboxRequest, session: () => number | null): MailboxAnswer {
    switch (request.do) {
      case 'folders':
        return { done: 'folders', folders: this.#folders.all().map(({ id, ...folder }) => folder) };
      case 'create':
      case 'delete':
      case 'rename':
      case 'subscribe':
        return this.#changeFolders(request);
      default:
        return this.#inFolder(request, session);
    }
  }

  watch(folder: string, changed: () => void): () => void {
    return this.#rooms.watch(this.#upstream, this.#owner, folderName(folder), changed);
  }

  #changeFolders(request: Request<'create' | 'delete' | 'rename' | 'subscribe'>): MailboxAnswer {
    return this.#rooms.change((told) => {
      switch (request.do) {
        case 'create':
          return this.#folders.create(request.folder);
        case 'subscribe':
          return this.#folders.subscribe(request.folder, request.on);
        case 'delete':
        case 'rename': {
          const before = this.#folders.all();
          const rename = () => (request.do === 'rename' ? this.#folders.rename(request.folder, request.to) : null);
          const answer = rename() ?? this.#folders.delete(request.folder);
          if (answer.done === 'ok') for (const { name } of before) told(this.#upstream, this.#owner, name);
          return answer;
        }
      }
    });
  }

  #inFolder(
    request: Exclude<MailboxRequest, Request<'folders' | 'create' | 'delete' | 'rename' | 'subscribe'>>,
    session: () => number | null,
  ): MailboxAnswer {
    const folder = this.#folders.find(request.folder);
    if (folder === null) return no('no-folder');
    switch (request.do) {
      case 'open':
        return this.#open(folder, request.look);
      case 'headers':
        return { done: 'headers', headers: this.#headers(folder, request.uids) };
      case 'raw':
        return { done: 'raw', bytes: this.#raw(folder, request.uid) };
      case 'find':
        return { done: 'find', uids: this.#find(folder, request) };
      case 'flags':
        return this.#flags(folder, request);
      case 'expunge':
        return this.#expunged(folder, request.uids);
      case 'copy':
      case 'move':
        return this.#copy(folder, request);
      case 'append':
        return this.#append(folder, request, session());
    }
  }

  #open({ id, ...folder }: FolderRow, look: boolean): MailboxAnswer {
    const { mails } = this.#rooms;
    const where = [this.#upstream, this.#owner, folder.name] as const;
    const now = mails.of(...where, id);
    if (!look && now.some(({ recent }) => recent)) {
      this.#seen.run(id);
      mails.changed(...where);
    }
    return { done: 'open', folder, mails: now };
  }

  #at({ id }: FolderRow, uid: number): PlaceRow | null {
    return (this.#place.get(id, uid) as unknown as PlaceRow | undefined) ?? null;
  }

  #headers({ id }: FolderRow, uids: readonly number[]): { uid: number; bytes: string }[] {
    const rows = this.#blocks.all(JSON.stringify(uids), id);
    return rows.map(({ uid, bytes }) => ({ uid: Number(uid), bytes: bufferOf(bytes).toString('latin1') }));
  }

  #raw(folder: FolderRow, uid: number): string | null {
    const place = this.#at(folder, uid);
    return place === null ? null : (this.#rooms.messages.raw(place.message)?.toString('latin1') ?? null);
  }

  #find({ id }: FolderRow, { text, within }: Request<'find'>): number[] {
    const conditions = (within === 'body' ? ['text'] : ['header', 'text']) as ('text' | 'header')[];
    const parts = conditions.map((where) => holdsCondition(where, textOf(text)));
    const found = this.#rooms.db.prepare(
      `SELECT p.uid FROM places p JOIN digests d ON d.id = p.message WHERE p.folder = ? AND
        (${parts.map(({ sql }) => sql).join(' OR ')}) ORDER BY p.uid`,
    );
    return found.all(id, ...parts.flatMap(({ values }) => values)).map(({ uid }) => Number(uid));
  }

  #flags(folder: FolderRow, { changes }: Request<'flags'>): MailboxAnswer {
    return this.#rooms.change((told) => {
      let changed = 0;
      for (const { uid, flags } of changes) {
        const text = flagsText(flags);
        changed += Number(this.#flag.run(text, folder.id, uid, text).changes);
      }
      if (changed > 0) told(this.#upstream, this.#owner, folder.name);
      return ok;
    });
  }

  #expunged(folder: FolderRow, uids: readonly number[]): MailboxAnswer {
    return this.#rooms.change((told) => {
      let gone = 0;
      for (const uid of uids) gone += Number(this.#expunge.run(folder.id, uid).changes);
      if (gone > 0) told(this.#upstream, this.#owner, folder.name);
      return ok;
    });
  }

  #copy(folder: FolderRow, { do: how, uids, to }: Request<'copy' | 'move'>): MailboxAnswer {
    return this.#rooms.change((told) => {
      const target = this.#folders.find(to);
      if (target === null) return no('no-folder');
      const places = uids.map((uid) => this.#at(folder, uid)).filter((place) => place !== null);
      if (numberOf(this.#count.get(target.id)) + places.length > PLACES_MAX) return no('full');
      const placed = places.map((place) => ({
        from: place.uid,
        to: this.#rooms.rows.place(target.id, { ...place, recent: 1 }),
      }));
      if (how === 'move') for (const { uid } of places) this.#expunge.run(folder.id, uid);
      if (places.length > 0) {
        told(this.#upstream, this.#owner, target.name);
        if (how === 'move') told(this.#upstream, this.#owner, folder.name);
      }
      return { done: 'placed', uidValidity: target.uidValidity, uids: placed };
    });
  }

  #append(folder: FolderRow, { flags, at, raw }: Request<'append'>, session: number | null): MailboxAnswer {
    const { messages, rows, change, shrink } = this.#rooms;
    if (!messages.hasRoomFor(raw.length)) return no('full');
    return change((told) => {
      const bytes = Buffer.from(raw, 'latin1');
      const envelope = { from: '', to: [], session };
      const message = messages.insert({ upstream: this.#upstream, at: Date.now(), raw: bytes, ...envelope });
      const place = { message, flags: flagsText(flags), recent: 1, at, size: bytes.length } as const;
      const uid = rows.place(folder.id, place);
      shrink(message, told);
      told(this.#upstream, this.#owner, folder.name);
      return { done: 'placed', uidValidity: folder.uidValidity, uids: [{ from: 0, to: uid }] };
    });
  }
}
