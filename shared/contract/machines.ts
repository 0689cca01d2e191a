/** What the window needs to run the machines of a session itself. */
import { z } from 'zod';
import type { RuleBook } from '../auth/rule.ts';
import type { MailServer } from '../nginx/mail.ts';

/** Who serves a listener now. */
export interface ServerView {
  readonly server: MailServer;
  /** Whether it is really that listener; false: the lab has no such one, and this is its first server of the protocol. */
  readonly exact: boolean;
  /** The rules of the auth service that it asks; null where that is not the lab's own. */
  readonly book: RuleBook | null;
}

/** The calls. */
export const machineCalls = {
  /** The server block behind a listener, `127.0.0.1:3333`, with every value it runs by now. */
  'proxy.server': z.strictObject({ protocol: z.enum(['smtp', 'imap', 'pop3']), listener: z.string().max(300) }),
} as const;

/** What they answer with; null: the lab has no server that speaks this protocol. */
export interface MachineCallResults {
  'proxy.server': ServerView | null;
}
