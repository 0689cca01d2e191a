/** A mailbox of a played server, in memory: what its machines are tested with. */
import type { Folder, Mail, Mailbox, MailboxAnswer, MailboxRequest } from '../../shared/upstream/mailbox.ts';

/** A message that lies there. */
export interface FakeMail {
  readonly raw: string;
  readonly flags?: readonly string[];
  readonly at?: number;
}

interface Kept extends Required<FakeMail> {
  readonly uid: number;
  readonly recent: boolean;
}

interface Shelf {
  readonly uidValidity: number;
  uidNext: number;
  subscribed: boolean;
  mails: readonly Kept[];
}

const head = (raw: string): string => {
  const end = raw.indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.slice(0, end + 4);
};
const no = (why: Extract<MailboxAnswer, { done: 'no' }>['why']): MailboxAnswer => ({ done: 'no', why });
const ok: MailboxAnswer = { done: 'ok' };

/** A mailbox with these messages in its INBOX; `perform` does as the real one does. */
export class FakeMailbox implements Mailbox {
  readonly #shelves = new Map<string, Shelf>();
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Every request so far. */
  readonly asked: MailboxRequest[] = [];

  constructor(inbox: readonly (string | FakeMail)[] = []) {
    const shelf = this.#make('INBOX');
    for (const mail of inbox) this.#put(shelf, typeof mail === 'string' ? { raw: mail } : mail);
  }

  /** A message comes from outside. */
  deliver(raw: string, folder = 'INBOX'): void {
    const shelf = this.#shelves.get(folder);
    if (shelf) this.#put(shelf, { raw });
    this.#tell(folder);
  }

  /** What lies in a folder. */
  raws(folder = 'INBOX'): readonly string[] {
    return this.#shelves.get(folder)?.mails.map(({ raw }) => raw) ?? [];
  }

  watch(folder: string, changed: () => void): () => void {
    const all = this.#watchers.get(folder) ?? new Set();
    this.#watchers.set(folder, all.add(changed));
    return () => all.delete(changed);
  }

  perform(request: MailboxRequest): MailboxAnswer {
    this.asked.push(request);
    if (request.do === 'folders')
      return { done: 'folders', folders: [...this.#shelves].map(([name, shelf]) => this.#folder(name, shelf)) };
    const shelf = this.#shelves.get(request.folder);
    if (request.do === 'create') {
      if (shelf) return no('exists');
      this.#make(request.folder);
      return ok;
    }
    return shelf ? this.#within(shelf, request) : no('no-folder');
  }

  #within(shelf: Shelf, request: Exclude<MailboxRequest, { do: 'folders' | 'create' }>): MailboxAnswer {
    const { folder } = request;
    switch (request.do) {
      case 'delete':
        if (folder === 'INBOX') return no('refused');
        this.#shelves.delete(folder);
        return ok;
      case 'rename':
        if (this.#shelves.has(request.to)) return no('exists');
        this.#shelves.delete(folder);
        this.#shelves.set(request.to, shelf);
        return ok;
      case 'subscribe':
        shelf.subscribed = request.on;
        return ok;
      case 'open':
        return this.#open(folder, shelf, request.look);
      case 'headers':
        return { done: 'headers', headers: of(shelf, request.uids).map(({ uid, raw }) => ({ uid, bytes: head(raw) })) };
      case 'raw':
        return { done: 'raw', bytes: of(shelf, [request.uid])[0]?.raw ?? null };
      case 'find':
        return { done: 'find', uids: shelf.mails.filter(holding(request)).map(({ uid }) => uid) };
      case 'flags':
        this.#flag(shelf, new Map(request.changes.map(({ uid, flags }) => [uid, flags])));
        break;
      case 'expunge':
        shelf.mails = shelf.mails.filter(({ uid }) => !request.uids.includes(uid));
        break;
      case 'append':
        this.#put(shelf, request);
        break;
      case 'copy':
      case 'move':
        return this.#place(shelf, request);
    }
    this.#tell(folder);
    return request.do === 'append'
      ? { done: 'placed', uidValidity: shelf.uidValidity, uids: [{ from: 0, to: shelf.uidNext - 1 }] }
      : ok;
  }

  #open(folder: string, shelf: Shelf, look: boolean): MailboxAnswer {
    const mails = shelf.mails.map(({ raw, ...mail }): Mail => ({ ...mail, size: raw.length }));
    if (!look) shelf.mails = shelf.mails.map((mail) => ({ ...mail, recent: false }));
    return { done: 'open', folder: this.#folder(folder, shelf), mails };
  }

  #place(shelf: Shelf, request: Extract<MailboxRequest, { do: 'copy' | 'move' }>): MailboxAnswer {
    const target = this.#shelves.get(request.to);
    if (!target) return no('no-folder');
    const uids = of(shelf, request.uids).map((mail) => ({ from: mail.uid, to: this.#put(target, mail) }));
    if (request.do === 'move') shelf.mails = shelf.mails.filter(({ uid }) => !request.uids.includes(uid));
    this.#tell(request.folder);
    this.#tell(request.to);
    return { done: 'placed', uidValidity: target.uidValidity, uids };
  }

  #flag(shelf: Shelf, changes: ReadonlyMap<number, readonly string[]>): void {
    shelf.mails = shelf.mails.map((mail) => ({ ...mail, flags: changes.get(mail.uid) ?? mail.flags }));
  }

  #make(name: string): Shelf {
    const shelf = { uidValidity: 7 + this.#shelves.size, uidNext: 1, subscribed: true, mails: [] };
    this.#shelves.set(name, shelf);
    return shelf;
  }

  #put(shelf: Shelf, { raw, flags = [], at = 0 }: FakeMail): number {
    const uid = shelf.uidNext;
    shelf.uidNext += 1;
    shelf.mails = [...shelf.mails, { raw, flags, at, uid, recent: true }];
    return uid;
  }

  #folder(name: string, { uidValidity, uidNext, subscribed }: Shelf): Folder {
    return { name, uidValidity, uidNext, subscribed };
  }

  #tell(folder: string): void {
    for (const changed of [...(this.#watchers.get(folder) ?? [])]) changed();
  }
}

const of = (shelf: Shelf, uids: readonly number[]) => shelf.mails.filter(({ uid }) => uids.includes(uid));

const holding =
  ({ text, within }: Extract<MailboxRequest, { do: 'find' }>) =>
  ({ raw }: Kept): boolean =>
    (within === 'text' ? raw : raw.slice(head(raw).length)).toLowerCase().includes(text.toLowerCase());
