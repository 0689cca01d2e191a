/**
 * The mail that the played servers keep. What was delivered is in the database before the promise of `keep` is
 * fulfilled, and so before the 250; deliveries of one turn of the event loop share a transaction.
 */
import type { KeptMail, MessagePage, MessageView } from '../../shared/contract/messages.ts';
import type { Mailbox, MailboxAnswer } from '../../shared/upstream/mailbox.ts';
import { FolderMails } from './folder-mails.ts';
import { type Delivery, type MailKeeper, MailRefused } from './mail-keeper.ts';
import { StoredMailbox } from './mailbox.ts';
import { MailboxNews } from './mailbox-news.ts';
import { MessagePages, type MessageQuery } from './message-pages.ts';
import { MessageRows } from './message-rows.ts';
import { type MailLimits, MessageStore } from './messages.ts';
import { isFull } from './problem.ts';
import type { Opened } from './schema.ts';
import { transaction } from './transaction.ts';

/** Mailboxes whose statements are kept at hand. */
const MAILBOXES_MAX = 200;

/** What one transaction takes at most, so that the sockets never wait long. */
const BATCH_MESSAGES = 100;
const BATCH_BYTES = 16 * 1024 * 1024;

/** What the journal gives its mail. */
export interface MailHouse {
  readonly opened: Opened;
  readonly limits: MailLimits;
  /** Told of every upstream whose kept mail changed otherwise than by a delivery, once a turn. */
  readonly onChanged: ((upstream: string) => void) | undefined;
  /** A write failed: somebody is to say so. */
  readonly failed: (error: unknown) => void;
  /** Reads; null when the database cannot be read. */
  readonly reading: <T>(read: () => T) => T | null;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly kept: (view: MessageView) => void;
  readonly refused: (error: MailRefused) => void;
}

type Told = (upstream: string, owner: string, folder: string) => void;

export class Mail implements MailKeeper {
  readonly #house: MailHouse;
  readonly #rows: MessageRows;
  readonly #messages: MessageStore;
  readonly #pages: MessagePages;
  readonly #mails: FolderMails;
  readonly #news: MailboxNews;
  readonly #boxes = new Map<string, StoredMailbox>();
  #waiting: Waiting[] = [];
  #soon: NodeJS.Immediate | null = null;
  #closed = false;

  constructor(house: MailHouse) {
    this.#house = house;
    this.#rows = new MessageRows(house.opened.db);
    this.#messages = new MessageStore(house.opened.db, this.#rows, house.limits);
    this.#pages = new MessagePages(house.opened.db);
    this.#mails = new FolderMails(house.opened.db);
    this.#news = new MailboxNews(house.onChanged);
  }

  keep(delivery: Delivery): Promise<MessageView> {
    if (this.#closed) return Promise.reject(new MailRefused(451, 'the journal is closed'));
    return new Promise((kept, refused) => {
      this.#waiting.push({ delivery, kept, refused });
      this.#soon ??= setImmediate(this.#commit);
    });
  }

  readonly #commit = (): void => {
    this.#soon = null;
    const batch = this.#takeBatch();
    if (this.#waiting.length > 0) this.#soon = setImmediate(this.#commit);
    const placed = this.#attempt(() => this.#deliver(batch));
    // One of them may be what cannot be written: then the others are not to suffer for it.
    if (placed instanceof MailRefused && batch.length > 1)
      for (const one of batch)
        this.#settle(
          [one],
          this.#attempt(() => this.#deliver([one])),
        );
    else this.#settle(batch, placed);
  };

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { delivery } of this.#waiting) {
      bytes += delivery.raw.length;
      if (count > 0 && (count >= BATCH_MESSAGES || bytes > BATCH_BYTES)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Writes a batch; the number of each message, null for one that there is no room for. */
  #deliver(batch: readonly Waiting[]): (number | null)[] {
    return this.#change((told) =>
      batch.map(({ delivery }) => {
        if (!this.#messages.hasRoomFor(delivery.raw.length)) return null;
        const { upstream, at, raw, owners } = delivery;
        const message = this.#messages.insert(delivery);
        for (const owner of owners) {
          this.#rows.place(this.#rows.inbox(upstream, owner), { message, flags: '', recent: 1, at, size: raw.length });
          told(upstream, owner, 'INBOX');
        }
        this.#shrink(message, told);
        return message;
      }),
    );
  }

  #attempt<T>(work: () => T): T | MailRefused {
    try {
      return work();
    } catch (error) {
      this.#house.failed(error);
      return isFull(error)
        ? new MailRefused(452, 'the disk that holds the journal is full')
        : new MailRefused(451, 'the journal could not be written');
    }
  }

  #settle(batch: readonly Waiting[], placed: (number | null)[] | MailRefused): void {
    const ids = placed instanceof MailRefused ? [] : placed;
    const views = this.#house.reading(() => this.#pages.some(ids.filter((id) => id !== null))) ?? [];
    const byId = new Map(views.map((view) => [view.id, view]));
    for (const [nth, { kept, refused, delivery }] of batch.entries()) {
      const id = ids[nth] ?? null;
      if (placed instanceof MailRefused) refused(placed);
      else if (id === null) refused(new MailRefused(452, 'there is no room for more mail beside what is pinned'));
      else kept(byId.get(id) ?? barely(id, delivery));
    }
  }

  #shrink(newest: number, told: Told): void {
    this.#messages.shrink(newest, (id) => this.#leaving(id, told));
  }

  /** A message is about to be deleted: who has its folders open is told. */
  #leaving(id: number, told: Told): void {
    for (const { upstream, owner, name } of this.#messages.foldersOf(id)) told(upstream, owner, name);
  }

  /** Runs a change of the mail in one transaction; afterwards the watchers hear of it. */
  #change<T>(work: (told: Told) => T): T {
    const changed: [string, string, string][] = [];
    try {
      const result = transaction(this.#house.opened.db, () => work((...folder) => changed.push(folder)));
      for (const folder of changed) {
        this.#mails.changed(...folder);
        this.#news.changed(...folder);
      }
      return result;
    } catch (error) {
      this.#house.reading(() => this.#messages.recount());
      throw error;
    }
  }

  link(id: number, session: number): void {
    if (this.#closed) return;
    this.#attempt(() => this.#messages.link(id, session));
  }

  page(query: MessageQuery): MessagePage {
    const none = { messages: [], matching: 0, total: 0, problem: null, kept: this.kept() };
    return this.#house.reading(() => this.#pages.page(query, this.kept())) ?? none;
  }

  one(id: number): MessageView | null {
    return this.#house.reading(() => this.#pages.some([id])[0] ?? null);
  }

  window(id: number, offset: number, length: number): Buffer | null {
    return this.#house.reading(() => this.#messages.window(id, offset, length));
  }

  counts(): ReadonlyMap<string, number> {
    return this.#house.reading(() => this.#pages.counts()) ?? new Map<string, number>();
  }

  kept(): KeptMail {
    return this.#messages.kept;
  }

  pin(ids: readonly number[], on: boolean): number {
    return this.#changeEach(ids, (id) => this.#messages.pin(id, on));
  }

  delete(ids: readonly number[]): number {
    return this.#changeEach(ids, (id, told) => {
      this.#leaving(id, told);
      return this.#messages.remove(id);
    });
  }

  empty(upstream: string): number {
    return this.delete(this.#house.reading(() => this.#messages.unpinned(upstream)) ?? []);
  }

  /** Throws what the database threw, once it has been said. */
  #changeEach(ids: readonly number[], each: (id: number, told: Told) => boolean): number {
    const touched = new Set(this.#house.reading(() => this.#messages.upstreamsOf(ids)) ?? []);
    const done = this.#said(() => this.#change((told) => ids.filter((id) => each(id, told)).length));
    for (const upstream of done > 0 ? touched : []) this.#news.touched(upstream);
    return done;
  }

  #said<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#house.failed(error);
      throw error;
    }
  }

  of(upstream: string, owner: string, session: () => number | null = () => null): Mailbox {
    const box = this.#box(upstream, owner);
    return {
      perform: (request) => box.perform(request, session),
      watch: (folder, changed) => box.watch(folder, changed),
    };
  }

  #box(upstream: string, owner: string): StoredMailbox {
    const key = `${upstream}\0${owner}`;
    const known = this.#boxes.get(key);
    if (known) return known;
    if (this.#boxes.size >= MAILBOXES_MAX) this.#boxes.clear();
    const { opened } = this.#house;
    const change = (work: (told: Told) => MailboxAnswer): MailboxAnswer => {
      const answer = this.#said(() => this.#change(work));
      if (answer.done !== 'no') this.#news.touched(upstream);
      return answer;
    };
    const box = new StoredMailbox(
      {
        ...{ db: opened.db, rows: this.#rows, messages: this.#messages, mails: this.#mails, change },
        shrink: (newest, told) => this.#shrink(newest, told),
        watch: (...folder) => this.#news.watch(...folder),
      },
      upstream,
      owner,
    );
    this.#boxes.set(key, box);
    return box;
  }

  /** Writes what waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commit();
  }

  close(): void {
    this.flush();
    this.#closed = true;
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#news.close();
  }
}

/** A message that was kept and cannot be read back. */
function barely(id: number, { upstream, at, from, to, raw, session }: Delivery): MessageView {
  const marks = { places: [], pinned: false, attachments: false };
  return { id, upstream, at, from, to, subject: '', size: raw.length, session, ...marks };
}
