/** What the SMTP machines need to know of a `server { }`. */
import type { LoginConfig } from '../machine/login-state.ts';

/** Times in ms. */
export interface SmtpConfig extends LoginConfig {
  readonly greetingDelayMs: number;
  readonly auth: readonly ('plain' | 'login' | 'cram-md5' | 'external' | 'none')[];
  readonly capabilities: readonly string[];
  /** An error_log takes level info or debug: a refused MAIL is logged, with an effect on what is pipelined behind it. */
  readonly logsInfo: boolean;
  readonly xclient: boolean;
  readonly proxySmtpAuth: boolean;
}
