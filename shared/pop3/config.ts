/** What the POP3 machines need to know of a `server { }`. */
import type { LoginConfig } from '../machine/login-state.ts';

/** Times in ms. */
export interface Pop3Config extends LoginConfig {
  readonly auth: readonly ('plain' | 'apop' | 'cram-md5' | 'external')[];
  readonly capabilities: readonly string[];
}

/** nginx's buffer for a POP3 client, bytes; no directive changes it. */
export const CLIENT_BUFFER = 128;
