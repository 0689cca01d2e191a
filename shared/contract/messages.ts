/** What the window asks of the mail that the played servers accepted: lists, one message, its bytes, and what is kept. */
import { z } from 'zod';

/** A place of a message in somebody's mailbox. */
export interface MessagePlace {
  /** The account's user; '' is the upstream's catch-all. */
  readonly owner: string;
  readonly folder: string;
  readonly uid: number;
  /** IMAP flags: system ones with their backslash. */
  readonly flags: readonly string[];
}

/** A message that a played server accepted, as lists show it. */
export interface MessageView {
  /** Rises with every message; never given twice. */
  readonly id: number;
  readonly upstream: string;
  /** ms since 1970. */
  readonly at: number;
  /** Of the envelope. A message that an IMAP client appended has neither: both are empty. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** Bytes of the whole message. */
  readonly size: number;
  /** The session that brought it, where the lab could tell. */
  readonly session: number | null;
  /** The mailboxes that hold it; none: every reader deleted it, and the lab alone still has it. */
  readonly places: readonly MessagePlace[];
  /** Kept whatever becomes too many. */
  readonly pinned: boolean;
  /** Its Content-Type says that something is attached to it. */
  readonly attachments: boolean;
}

/** How much mail is kept, and how much may be. */
export interface KeptMail {
  readonly messages: number;
  readonly bytes: number;
  readonly pinned: number;
  /** The oldest that are not pinned go when there are more. */
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** A page of messages. */
export interface MessagePage {
  /** Newest first. */
  readonly messages: readonly MessageView[];
  /** How many the search finds, on all pages. */
  readonly matching: number;
  /** How many there are without the search. */
  readonly total: number;
  /** What is wrong with the search, as one sentence. */
  readonly problem: string | null;
  readonly kept: KeptMail;
}

/** Bytes that `message.get` and one `message.raw` answer with at most: more at once and the window would stand still. */
export const MESSAGE_WINDOW = 1024 * 1024;

const id = z.number().int().nonnegative();
const ids = z.array(id).min(1).max(10_000);

export const messageCalls = {
  /** `search` is the language of shared/journal/message-search.ts; `before` is an id to page from. */
  'messages.list': z.strictObject({
    upstream: z.string().max(200).exactOptional(),
    /** With an upstream: only what lies in this mailbox; '' is the catch-all. */
    owner: z.string().max(1000).exactOptional(),
    /** What this session brought. */
    session: id.exactOptional(),
    search: z.string().max(2000).default(''),
    before: id.exactOptional(),
    limit: z.number().int().min(1).max(1000).default(200),
  }),
  /** With the first `MESSAGE_WINDOW` bytes, one character each; `message.size` tells how many there are. */
  'message.get': z.strictObject({ id }),
  /** Bytes from `offset` on, one character each; fewer than asked for only at the message's end. */
  'message.raw': z.strictObject({ id, offset: id, length: z.number().int().min(1).max(MESSAGE_WINDOW) }),
  /** Writes the message as it came into a new file; without `as` the desktop asks for a name. */
  'message.save': z.strictObject({ id, as: z.string().min(1).max(4096).exactOptional() }),
  'messages.pin': z.strictObject({ ids, pinned: z.boolean() }),
  /** For good, from every mailbox: these, pinned or not, or all of an upstream but the pinned ones. */
  'messages.delete': z.union([z.strictObject({ ids }), z.strictObject({ upstream: z.string().max(200) })]),
} as const;

/** What each of these calls answers with. */
export interface MessageCallResults {
  'messages.list': MessagePage;
  /** null: it is there no more. */
  'message.get': { readonly message: MessageView; readonly raw: string } | null;
  'message.raw': { readonly raw: string } | null;
  /** null: the user changed their mind. */
  'message.save': { readonly saved: string | null };
  'messages.pin': { readonly changed: number };
  'messages.delete': { readonly deleted: number };
}

/** Told when messages of an upstream were deleted, pinned, flagged or moved: a list of them is to be asked for again. */
export interface MailboxesFeed {
  readonly type: 'mailboxes';
  readonly upstream: string;
}
