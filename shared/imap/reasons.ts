/**
 * Every decision the IMAP machines can take, with the rule that makes them take it. Keys go into the journal; the
 * sentences a person reads stand in the window's message catalogue under the same keys.
 */
export const imapReasons = {
  // front: our side towards the client
  'imap.greeting': 'The server speaks first, with a line that no setting changes.',
  'imap.capability': 'CAPABILITY is answered from imap_capabilities and imap_auth, never from the upstream.',
  'imap.noop': 'NOOP does nothing, whatever its arguments.',
  'imap.logout': 'LOGOUT is answered and the connection closed.',
  'imap.starttls': 'STARTTLS is granted: a TLS handshake begins.',
  'imap.starttls.off': 'STARTTLS is not configured for this listener.',
  'imap.starttls.again': 'The connection is TLS already.',
  'imap.secured': 'The handshake after STARTTLS is done: the dialogue goes on, without another greeting.',
  'imap.certificate.bad': 'ssl_verify_client: the certificate of the client is refused.',
  'imap.certificate.missing': 'ssl_verify_client on: the client showed no certificate.',
  'imap.literal': 'The client asks for leave to send a literal: nginx always gives it.',
  'imap.login.ask': 'The password is the moment the proxy needs an upstream: it asks the auth service.',
  'imap.login.needs-tls': 'starttls only: LOGIN is refused until the connection is TLS.',
  'imap.login.arguments': 'LOGIN needs two arguments, and a login that is not empty.',
  'imap.syntax': 'Not a command nginx knows before the login; counted (max_errors).',
  'imap.syntax.last': 'One syntax error too many (max_errors): answered and closed.',
  'imap.syntax.literal': 'Not a command, and a literal comes behind it unasked: answered and closed.',
  'imap.overlong': 'The input buffer (imap_client_buffer) is full and holds no complete command.',
  'imap.auth.prompt': 'The mechanism needs a line from the client: nginx prompts for it.',
  'imap.auth.ask': 'The credentials are complete: the proxy asks the auth service.',
  'imap.auth.needs-tls': 'starttls only: AUTHENTICATE is refused until the connection is TLS.',
  'imap.auth.refused': 'Mechanism unknown or not enabled, or too many arguments.',
  'imap.auth.base64': 'The client sent invalid base64.',
  'imap.auth.plain': 'AUTHENTICATE PLAIN needs NUL login NUL password.',
  'imap.auth.digest': 'AUTHENTICATE CRAM-MD5 needs a login, a space and 32 bytes of digest.',
  'imap.routed': 'The auth service named an upstream: the proxy connects to it.',
  'imap.rejected': 'The auth service said no, without Auth-Wait: its text is passed on and the connection closed.',
  'imap.rejected.wait': 'The auth service said no, with Auth-Wait: the client sees nothing for that long.',
  'imap.rejected.waited': 'The wait is over: the refusal is passed on and the session stays.',
  'imap.asked-to-wait': 'Auth-Status: WAIT: the same question again after Auth-Wait.',
  'imap.ask-again': 'The wait is over: the same question again.',
  'imap.verdict.unusable': 'The auth service gave no usable answer: internal error.',
  'imap.logged-in':
    "The upstream took the login: its answer, under the client's own tag, is passed on; from here nginx only copies.",
  'imap.upstream-failed': 'The upstream login failed: internal error (proxy_pass_error_message is off).',
  'imap.upstream-failed.passed': 'The upstream login failed: its reply is passed on (proxy_pass_error_message is on).',
  'imap.timeout': 'The whole dialogue before the login took longer than timeout: closed without a word.',
  'imap.closed': 'The client closed before the login was complete.',
  // back: our side towards the upstream
  'imap.back.connected': 'The connection stands: wait for the upstream greeting.',
  'imap.back.login':
    "The upstream greeted: nginx says LOGIN under the client's tag, and announces the login as a literal.",
  'imap.back.user': 'The upstream gave leave: nginx sends the login and announces the password as a literal.',
  'imap.back.password': 'The upstream gave leave: nginx sends the password.',
  'imap.back.done': 'The upstream login is complete.',
  'imap.back.unexpected': 'Not the reply this step needs.',
  'imap.back.overlong': 'The reply does not fit proxy_buffer.',
  'imap.back.closed': 'The upstream closed before the login was complete.',
  'imap.back.refused': 'The upstream could not be connected to.',
  'imap.back.timeout': 'Connecting and logging in took longer than timeout.',
  'imap.unexpected': 'This event has no meaning in this place; nothing changes.',
} as const;

/** The key of a decision of the IMAP machines. */
export type ImapReason = keyof typeof imapReasons;
