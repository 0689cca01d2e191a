/** The form of a played server's machine (IMAP, POP3): pure, like the proxy's own, with the mailbox as a peer. */
import type { Bytes, Peer } from '../machine/machine.ts';
import type { Stage } from './fault.ts';
import type { MailboxAnswer, MailboxRequest } from './mailbox.ts';
import type { Play } from './play.ts';

/** How somebody proves who they are to a played server. */
export type Proof =
  | { readonly how: 'plain'; readonly password: Bytes }
  /** `digest` in hex: MD5 of the challenge and the password (RFC 1939 7), or HMAC-MD5 (RFC 2195). */
  | { readonly how: 'apop' | 'cram-md5'; readonly challenge: Bytes; readonly digest: Bytes };

/** What the world tells a played server. */
export type MockEvent =
  /** The two numbers of `nonce` feed the APOP challenge and ids. `client` is the PROXY header's where one was expected. */
  | {
      readonly type: 'opened';
      readonly client: Peer;
      readonly nonce: { readonly random: number; readonly seconds: number };
    }
  /** One unit as `read` cut it, line end included. `now` is in ms since 1970. */
  | { readonly type: 'line'; readonly text: Bytes; readonly now: number }
  /** The input is longer than `inputMax` and holds no complete unit; what had come of it is dropped. */
  | { readonly type: 'overlong' }
  /** The answer to `login`: whose mailbox; null: refused, or (`busy`) another session has the maildrop (RFC 1939 4). */
  | { readonly type: 'account'; readonly owner: string | null; readonly busy?: true }
  | { readonly type: 'mailbox'; readonly answer: MailboxAnswer }
  /** The watched folder changed. */
  | { readonly type: 'news' }
  | { readonly type: 'secured' };

/** What a played server asks of the world. Each `login`, `mailbox` and `secure` is answered before the next line is read. */
export type MockEffect =
  | { readonly type: 'say'; readonly text: Bytes }
  | { readonly type: 'login'; readonly user: Bytes; readonly proof: Proof }
  | { readonly type: 'mailbox'; readonly request: MailboxRequest }
  /** From now on tell `news` of this folder; null: of none. */
  | { readonly type: 'watch'; readonly folder: string | null }
  | { readonly type: 'secure' }
  | { readonly type: 'close' };

/** A new state and what is to be done. */
export interface MockStep<S> {
  readonly state: S;
  readonly effects: readonly MockEffect[];
}

/** A played server's machine. */
export interface Mock<S> {
  readonly initial: S;
  step(state: S, event: MockEvent): MockStep<S>;
  /** As in `Machine.read`: N takes the first N bytes as one `line`, 0 asks for more. */
  read(state: S, input: Bytes): number;
  /** Bytes that an incomplete unit may have in this state: a line's limit, or a literal's. */
  inputMax(state: S): number;
  /** The stage that a unit belongs to, before it is decided; null where none is (a continuation, an unknown command). */
  stageOf(state: S, text: Bytes): Stage | null;
  /** The address or user a unit is about, for faults that strike only some: the name of a login, else the one logged in. */
  subjectOf(state: S, text: Bytes): Bytes;
  /** The bytes of a refusal with a fault's text instead of the answer (IMAP puts the tag before it). */
  refusal(state: S, text: Bytes, reply: Bytes): Bytes;
  /** The state behind a unit that a fault answered, or never answers, instead of the machine. Left out: as it was. */
  refused?(state: S, text: Bytes): S;
}

/** Makes a machine for an upstream. `name` is how it calls itself. */
export type MockMaker<S> = (options: {
  readonly name: string;
  readonly play: Play;
  readonly secure: boolean;
}) => Mock<S>;
