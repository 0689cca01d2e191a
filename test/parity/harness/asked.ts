/** The whole bytes of a question to the auth service, for dialogues of IMAP and POP3. */

/** What differs from one question to the next, escaped as on the wire. */
export interface Asked {
  readonly method?: string;
  readonly user?: string;
  readonly pass?: string;
  readonly salt?: string;
  readonly attempt?: number;
  /** Lines of `auth_http_header`. */
  readonly more?: string;
}

/** The request that nginx sends. */
export function asked(protocol: 'imap' | 'pop3', question: Asked = {}): string {
  const { method = 'plain', user = 'u', pass = 'p', salt, attempt = 1, more = '' } = question;
  const salted = salt === undefined ? '' : `Auth-Salt: ${salt}⏎`;
  return (
    `GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: ${method}⏎Auth-User: ${user}⏎Auth-Pass: ${pass}⏎${salted}` +
    `Auth-Protocol: ${protocol}⏎Auth-Login-Attempt: ${attempt}⏎Client-IP: 127.0.0.1⏎${more}⏎`
  );
}
