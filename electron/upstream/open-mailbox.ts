/** What a session with a played server has of the mailboxes: the one it opened, and the news of it. */
import type { Bytes } from '../../shared/machine/machine.ts';
import { CATCH_ALL, mailboxOf, ownerOf } from '../../shared/upstream/accounts.ts';
import type { Mailbox, MailboxAnswer, MailboxRequest } from '../../shared/upstream/mailbox.ts';
import type { MockEvent, Proof } from '../../shared/upstream/mock.ts';
import type { Play } from '../../shared/upstream/play.ts';
import type { MaildropLocks } from './maildrop-locks.ts';
import type { PlayedMock } from './played.ts';

/** What it is opened with. */
export interface OpenMailboxPorts {
  readonly played: Pick<PlayedMock<never>, 'accounts' | 'mailbox'>;
  /** Left out: any number of sessions may have one mailbox open. */
  readonly locks?: MaildropLocks | undefined;
  /** The client's own port. */
  readonly port: number;
  /** The watched folder has changed; `takeNews` is true now. */
  readonly onNews: () => void;
}

/** The answer to a login. */
type Account = Extract<MockEvent, { type: 'account' }>;

const nothing = (): void => undefined;

/** Nobody proved anything, or the database failed: a mailbox that cannot be used. */
const noMailbox: MailboxAnswer = { done: 'no', why: 'failed' };

/** Nothing is open at first. */
export class OpenMailbox {
  readonly #ports: OpenMailboxPorts;
  #mailbox: Mailbox | null = null;
  #hasNews = false;
  #soon: NodeJS.Immediate | undefined;
  #unwatch = nothing;
  #unlock = nothing;

  constructor(ports: OpenMailboxPorts) {
    this.#ports = ports;
  }

  #enter(owner: string): void {
    const { played, port } = this.#ports;
    this.#mailbox = played.mailbox(owner, port);
  }

  /** Opens the mailbox of somebody who need not prove anything. */
  admit(user: string): void {
    this.#enter(mailboxOf(this.#ports.played.accounts ?? [], user));
  }

  /** Opens the mailbox of somebody who logs in; `done` may be called later, where another session has it. */
  login(play: Play, user: Bytes, proof: Proof, done: (account: Account) => void): void {
    const { played, locks } = this.#ports;
    const owner = ownerOf(play, played.accounts ?? [], user, proof);
    const enter = (isFree: boolean): void => {
      if (owner !== null && isFree) this.#enter(owner);
      done(isFree ? { type: 'account', owner } : { type: 'account', owner: null, busy: true });
    };
    this.#unlock();
    // The catch-all is everybody's.
    if (locks && owner !== null && owner !== CATCH_ALL) this.#unlock = locks.take(owner, enter);
    else enter(true);
  }

  ask(request: MailboxRequest): MailboxAnswer {
    try {
      return this.#mailbox?.perform(request) ?? noMailbox;
    } catch {
      // The journal says what is wrong with the database.
      return noMailbox;
    }
  }

  /** Of this folder there is news from now on; null: of none. */
  watch(folder: string | null): void {
    this.#unwatch();
    this.#unwatch = nothing;
    if (folder === null || !this.#mailbox) return;
    this.#unwatch = this.#mailbox.watch(folder, () => {
      this.#hasNews = true;
      // Whoever changed it is in the middle of that.
      this.#soon ??= setImmediate(() => {
        this.#soon = undefined;
        this.#ports.onNews();
      });
    });
  }

  /** Whether there is news that was not taken yet. */
  takeNews(): boolean {
    const had = this.#hasNews;
    this.#hasNews = false;
    return had;
  }

  /** Gives everything back. */
  leave(): void {
    clearImmediate(this.#soon);
    this.#unwatch();
    this.#unlock();
    this.#unwatch = nothing;
    this.#unlock = nothing;
  }
}
