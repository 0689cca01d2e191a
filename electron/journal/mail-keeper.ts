/** The mail that the played servers keep, as the lab sees it. */
import type { KeptMail, MessagePage, MessageView } from '../../shared/contract/messages.ts';
import type { Mailbox } from '../../shared/upstream/mailbox.ts';
import type { MessageQuery } from './message-pages.ts';
import type { NewMessage } from './message-rows.ts';

/** A message on its way into mailboxes. */
export interface Delivery extends NewMessage {
  /** Whose mailboxes get it, '' being the catch-all; each once. */
  readonly owners: readonly string[];
}

/** A message was not kept. `responseCode` is what SMTP says then: 452 there is no room, 451 it could not be written. */
export class MailRefused extends Error {
  readonly responseCode: 451 | 452;

  constructor(responseCode: 451 | 452, why: string) {
    super(why);
    this.responseCode = responseCode;
  }
}

/** What the lab may ask of the mail. */
export interface MailKeeper {
  /** Keeps a message in its owners' mailboxes. Rejects with `MailRefused`, and then nothing of it is kept. */
  keep(delivery: Delivery): Promise<MessageView>;
  /** Says afterwards which session brought a message. */
  link(id: number, session: number): void;
  /** A page, newest first. */
  page(query: MessageQuery): MessagePage;
  one(id: number): MessageView | null;
  /** Bytes from `offset` on; null: the message is not there. */
  window(id: number, offset: number, length: number): Buffer | null;
  counts(): ReadonlyMap<string, number>;
  kept(): KeptMail;
  /** How many changed. */
  pin(ids: readonly number[], on: boolean): number;
  /** How many are gone. */
  delete(ids: readonly number[]): number;
  /** All of an upstream but the pinned ones. */
  empty(upstream: string): number;
  /** The mailbox of an owner at an upstream, as long as the journal is open; `session` brings what is appended. */
  of(upstream: string, owner: string, session?: () => number | null): Mailbox;
}
