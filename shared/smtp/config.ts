/** What the SMTP machines need to know of a `server { }`. */
/** Times in ms. */
export interface SmtpConfig {
  readonly serverName: string;
  /** `timeout`: the whole dialogue before the login, and again the whole upstream login. */
  readonly timeoutMs: number;
  readonly greetingDelayMs: number;
  readonly maxErrors: number;
  readonly auth: readonly ('plain' | 'login' | 'cram-md5' | 'external' | 'none')[];
  readonly capabilities: readonly string[];
  readonly passErrorMessage: boolean;
  /** An error_log takes level info or debug: a refused MAIL is logged, with an effect on what is pipelined behind it. */
  readonly logsInfo: boolean;
  readonly xclient: boolean;
  readonly proxySmtpAuth: boolean;
}
