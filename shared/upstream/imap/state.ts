/** What a played IMAP server remembers of a session. */
import type { Bytes, Peer } from '../../machine/machine.ts';
import type { Mail, MailboxAnswer, MailboxRequest } from '../mailbox.ts';
import type { MockEffect, MockStep } from '../mock.ts';
import type { Play } from '../play.ts';

/** A piece of a command: text, and the literal that follows it. The last piece has none. */
export interface Piece {
  readonly text: Bytes;
  readonly literal: Bytes | null;
}

/** A message as this session knows it. */
export interface Known extends Mail {
  /** Expunged, but this session was not told yet: its sequence number is still taken (RFC 3501 7.4.1). */
  readonly gone?: true;
}

/** The selected mailbox as this session knows it; a message's sequence number is its place in `mails`, from 1. */
export interface View {
  readonly folder: string;
  readonly uidValidity: number;
  /** EXAMINE. */
  readonly readOnly: boolean;
  readonly mails: readonly Known[];
  /** Keywords that the client was told of, as they were spelled first. */
  readonly keywords: readonly string[];
}

/** What comes next: a command or the next line of one, a literal's bytes, an answer to AUTHENTICATE, DONE, the end of a line too long. */
export type Place = 'greet' | 'command' | 'literal' | 'sasl' | 'idle' | 'skip' | 'ended';

/** A session. */
export interface ImapState {
  readonly place: Place;
  readonly client: Peer;
  readonly secure: boolean;
  /** Whose mailbox it is; null before the login. */
  readonly owner: string | null;
  /** The name of the login, '' before it. */
  readonly user: Bytes;
  /** The command that is being read; empty between two. */
  readonly pieces: readonly Piece[];
  /** Bytes of the literal that comes next. */
  readonly literal: number;
  /** The tag of the command that is being answered. */
  readonly tag: Bytes;
  readonly view: View | null;
  /** The selected mailbox has changed since it was last looked at. */
  readonly stale: boolean;
  /** The clock of the latest line, ms since 1970. */
  readonly now: number;
  /** How it goes on when the answer comes that is awaited. */
  readonly onMailbox: ((state: ImapState, answer: MailboxAnswer) => ImapStep) | null;
  readonly onAccount: ((state: ImapState, owner: string | null) => ImapStep) | null;
}

/** A step of the machine. */
export type ImapStep = MockStep<ImapState>;

/** The server that is played. */
export interface Server {
  readonly name: string;
  readonly play: Play;
}

/** A session before its first event. */
export const newSession = (secure: boolean): ImapState => ({
  place: 'greet',
  client: { address: '', port: 0 },
  secure,
  owner: null,
  user: '',
  pieces: [],
  literal: 0,
  tag: '',
  view: null,
  stale: false,
  now: 0,
  onMailbox: null,
  onAccount: null,
});

/** The state with changes, and what is said. */
export const go = (state: ImapState, change: Partial<ImapState>, ...effects: readonly MockEffect[]): ImapStep => ({
  state: { ...state, ...change },
  effects,
});

/** Bytes for the client. */
export const say = (text: Bytes): MockEffect => ({ type: 'say', text });

/** Asks the mailbox; `then` goes on with its answer. */
export const ask = (
  state: ImapState,
  request: MailboxRequest,
  then: (state: ImapState, answer: MailboxAnswer) => ImapStep,
): ImapStep => go(state, { onMailbox: then }, { type: 'mailbox', request });

/** The step with `text` said before everything else. */
export const saying = (text: Bytes, { state, effects }: ImapStep): ImapStep => ({
  state,
  effects: text === '' ? effects : [say(text), ...effects],
});

/** A tagged line. */
export const tagged = (state: ImapState, text: Bytes): Bytes => `${state.tag} ${text}\r\n`;

/** The tagged reply at once, without news of the mailbox: the next command may come. */
export const reply = (state: ImapState, text: Bytes, change: Partial<ImapState> = {}): ImapStep =>
  go(state, { place: 'command', pieces: [], literal: 0, ...change }, say(tagged(state, text)));

/** An answer of the mailbox that does not fit the question, or `no` where nothing can be refused. */
export const unable = (state: ImapState): ImapStep => reply(state, 'NO [SERVERBUG] The mailbox gave no usable answer');
