/**
 * Mailboxes of the played servers, as their machines see them. A machine asks with a request and goes on with the answer;
 * who keeps the mail (the lab's database) is on the other side. Each upstream has a mailbox per account, by its user's
 * name, and one catch-all whose owner is ''.
 */
import type { Bytes } from '../machine/machine.ts';

/** A folder; `INBOX` is always there (RFC 3501 5.1). Names are Unicode, levels separated by `/`. */
export interface Folder {
  readonly name: string;
  /** RFC 3501 2.3.1.1 */
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly subscribed: boolean;
}

/** A message in a folder. */
export interface Mail {
  readonly uid: number;
  /** System flags with their backslash, keywords without; never `\Recent`. */
  readonly flags: readonly string[];
  /** Bytes of the whole message, line ends CR LF. */
  readonly size: number;
  /** INTERNALDATE, ms since 1970. */
  readonly at: number;
  /** No session has seen it yet: the first that opens the folder to change it may call it `\Recent`. */
  readonly recent: boolean;
}

/** What a machine may ask of the mailbox it is logged in to. */
export type MailboxRequest =
  | { readonly do: 'folders' }
  | { readonly do: 'create' | 'delete'; readonly folder: string }
  | { readonly do: 'rename'; readonly folder: string; readonly to: string }
  | { readonly do: 'subscribe'; readonly folder: string; readonly on: boolean }
  /** The folder and all its mails by rising UID; `look` (EXAMINE, STATUS) leaves `recent` as it is. */
  | { readonly do: 'open'; readonly folder: string; readonly look: boolean }
  /** The header blocks, with the empty line that ends them. */
  | { readonly do: 'headers'; readonly folder: string; readonly uids: readonly number[] }
  | { readonly do: 'raw'; readonly folder: string; readonly uid: number }
  /** UIDs of the mails that hold the text, whatever its case: anywhere, or only behind the headers. */
  | { readonly do: 'find'; readonly folder: string; readonly text: Bytes; readonly within: 'text' | 'body' }
  | {
      readonly do: 'flags';
      readonly folder: string;
      readonly changes: readonly { readonly uid: number; readonly flags: readonly string[] }[];
    }
  | { readonly do: 'expunge'; readonly folder: string; readonly uids: readonly number[] }
  | { readonly do: 'copy' | 'move'; readonly folder: string; readonly uids: readonly number[]; readonly to: string }
  | {
      readonly do: 'append';
      readonly folder: string;
      readonly flags: readonly string[];
      readonly at: number;
      readonly raw: Bytes;
    };

/** What the mailbox says. A mail that is gone meanwhile is left out of lists. */
export type MailboxAnswer =
  | { readonly done: 'ok' }
  | { readonly done: 'folders'; readonly folders: readonly Folder[] }
  | { readonly done: 'open'; readonly folder: Folder; readonly mails: readonly Mail[] }
  | { readonly done: 'headers'; readonly headers: readonly { readonly uid: number; readonly bytes: Bytes }[] }
  | { readonly done: 'raw'; readonly bytes: Bytes | null }
  | { readonly done: 'find'; readonly uids: readonly number[] }
  /** UIDPLUS (RFC 4315): the target folder, and each mail's UID there; what was appended comes `from` 0. */
  | {
      readonly done: 'placed';
      readonly uidValidity: number;
      readonly uids: readonly { readonly from: number; readonly to: number }[];
    }
  /** no-folder: it does not exist · exists: it does already · refused: INBOX cannot be deleted, a bad name · full. */
  | { readonly done: 'no'; readonly why: 'no-folder' | 'exists' | 'refused' | 'full' | 'failed' };

/** The mailbox of one owner at one upstream. */
export interface Mailbox {
  /** Answers at once. Throws only when the database does. */
  perform(request: MailboxRequest): MailboxAnswer;
  /** `changed` is called after a folder changed, whoever changed it, this mailbox's own user included. Returns the end of it. */
  watch(folder: string, changed: () => void): () => void;
}
