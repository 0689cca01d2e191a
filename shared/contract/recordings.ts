/** What the window asks of recorded sessions as wholes: as a file, from a file, and once more. */
import { z } from 'zod';
import { SESSION_FILE_MAX, SESSIONS_IN_FILE_MAX } from './session-file.ts';

const id = z.number().int().nonnegative();

/** Sessions as the text of a file. */
export interface ExportedSessions {
  /** A name for it. */
  readonly name: string;
  readonly text: string;
  readonly sessions: number;
  readonly messages: number;
}

/** How sending a session again went. */
export interface SentAgain {
  /** The new session; null where none began. */
  readonly session: number | null;
  /** Why not everything was said as it was the first time; null where it was. The key of a sentence. */
  readonly short: ShortAgain | null;
  /** The server's words or the system's code that go with it; '' for none. */
  readonly detail: string;
}

/**
 * refused: the server did not take STARTTLS · skipped: it did not ask for what had been sent then · asked: it asked for
 * more than it had · closed: it hung up before the end · handshake: there was no TLS to be had · stopped: given up here ·
 * password: nothing was sent, the password of the user that `detail` names has to be given.
 */
export type ShortAgain = 'refused' | 'skipped' | 'asked' | 'closed' | 'handshake' | 'stopped' | 'password';

/** The calls. */
export const recordingCalls = {
  'sessions.export': z.strictObject({
    ids: z.array(id).min(1).max(SESSIONS_IN_FILE_MAX),
    /** Leaves passwords where they stand. */
    secrets: z.boolean().default(false),
    /** With the messages that the sessions brought. */
    messages: z.boolean().default(false),
  }),
  /** Keeps the sessions of a file in the journal, each with a number of its own. */
  'sessions.import': z.strictObject({
    name: z.string().min(1).max(300),
    text: z.string().max(SESSION_FILE_MAX + 1),
  }),
  /** Says what a session's client said once more to a listener; without one, to the same. */
  'session.again': z.strictObject({
    id,
    listener: z.string().max(200).exactOptional(),
    /** For logins by a challenge whose user is no account of the lab; used once, and kept nowhere. */
    password: z.string().max(1000).exactOptional(),
  }),
} as const;

/** What they answer with. */
export interface RecordingCallResults {
  'sessions.export': ExportedSessions;
  /** Their new numbers, in the order of the file. */
  'sessions.import': { readonly ids: readonly number[]; readonly messages: number };
  'session.again': SentAgain;
}
