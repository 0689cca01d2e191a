/** What the IMAP machines need to know of a `server { }`. */
import type { LoginConfig } from '../machine/login-state.ts';

/** Times in ms. */
export interface ImapConfig extends LoginConfig {
  readonly auth: readonly ('plain' | 'login' | 'cram-md5' | 'external')[];
  readonly capabilities: readonly string[];
}
