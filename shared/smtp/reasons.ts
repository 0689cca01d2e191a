/**
 * Every decision the SMTP machines can take, with the rule that makes them take it. Keys go into the journal; the
 * sentences a person reads stand in the window's message catalogue under the same keys.
 */
export const smtpReasons = {
  // front: our side towards the client
  'smtp.greeting': 'The server speaks first (RFC 5321 3.1; nginx ngx_mail_smtp_greeting).',
  'smtp.delay': 'smtp_greeting_delay: nginx waits before it greets, and listens whether the client talks too early.',
  'smtp.early': 'The client talked within smtp_greeting_delay: refused and closed.',
  'smtp.helo': 'HELO is answered with server_name; the name is remembered, MAIL and RCPT are forgotten.',
  'smtp.ehlo': 'EHLO is answered from smtp_capabilities and smtp_auth, never from the upstream.',
  'smtp.mail': 'MAIL is remembered as typed and answered here: no upstream is chosen yet.',
  'smtp.mail.auth-required': 'smtp_auth does not contain none: MAIL needs a login first.',
  'smtp.mail.again': 'A MAIL is remembered already; RSET, HELO or EHLO would forget it.',
  'smtp.rcpt.ask': 'The first RCPT is the moment the proxy needs an upstream: it asks the auth service.',
  'smtp.rcpt.no-mail': 'RCPT before MAIL is a bad sequence.',
  'smtp.rset': 'RSET forgets MAIL and RCPT.',
  'smtp.noop': 'NOOP does nothing, whatever its arguments.',
  'smtp.quit': 'QUIT is answered and the connection closed.',
  'smtp.starttls.off': 'STARTTLS is not configured for this listener.',
  'smtp.not-implemented': 'VRFY, EXPN and HELP are refused, but not counted as errors.',
  'smtp.arguments': 'Wrong number of arguments.',
  'smtp.syntax': 'Not a command nginx knows before the login; counted (max_errors).',
  'smtp.syntax.last': 'One syntax error too many (max_errors): answered and closed.',
  'smtp.overlong': 'The input buffer (smtp_client_buffer) is full and holds no complete command.',
  'smtp.auth.prompt': 'The mechanism needs a line from the client: nginx prompts for it.',
  'smtp.auth.ask': 'The credentials are complete: the proxy asks the auth service.',
  'smtp.auth.refused': 'Mechanism unknown or not enabled, or too many arguments.',
  'smtp.auth.base64': 'The client sent invalid base64.',
  'smtp.auth.plain': 'AUTH PLAIN needs NUL login NUL password.',
  'smtp.auth.digest': 'AUTH CRAM-MD5 needs a login, a space and 32 bytes of digest.',
  'smtp.routed': 'The auth service named an upstream: the proxy connects to it.',
  'smtp.rejected': 'The auth service said no, without Auth-Wait: its text is passed on and the connection closed.',
  'smtp.rejected.wait': 'The auth service said no, with Auth-Wait: the client sees nothing for that long.',
  'smtp.rejected.waited': 'The wait is over: the refusal is passed on and the session stays.',
  'smtp.asked-to-wait': 'Auth-Status: WAIT: the same question again after Auth-Wait.',
  'smtp.ask-again': 'The wait is over: the same question again.',
  'smtp.verdict.unusable': 'The auth service gave no usable answer: internal error.',
  'smtp.logged-in': 'The upstream took the login: nginx answers 235 itself.',
  'smtp.rcpt-answered':
    "The upstream's answer to RCPT is passed on as it is, even a refusal; from here nginx only copies.",
  'smtp.upstream-failed': 'The upstream login failed: internal error (proxy_pass_error_message is off).',
  'smtp.upstream-failed.passed': 'The upstream login failed: its reply is passed on (proxy_pass_error_message is on).',
  'smtp.timeout': 'The whole dialogue before the login took longer than timeout: closed without a word.',
  'smtp.closed': 'The client closed before the login was complete.',
  // back: our side towards the upstream
  'smtp.back.connected': 'The connection stands: wait for the upstream greeting.',
  'smtp.back.hello':
    'The upstream greeted: nginx says HELO, or EHLO if the client did or XCLIENT is on, with its own server_name.',
  'smtp.back.xclient': 'xclient is on: the upstream is told who the client is, offered or not.',
  'smtp.back.client-hello': "After XCLIENT the client's own HELO or EHLO is repeated.",
  'smtp.back.mail': 'The remembered MAIL is sent on as the client typed it.',
  'smtp.back.rcpt': 'The remembered RCPT is sent on as the client typed it.',
  'smtp.back.auth': 'proxy_smtp_auth is on: nginx logs in with AUTH PLAIN.',
  'smtp.back.no-password': 'proxy_smtp_auth is on, but no password is known.',
  'smtp.back.done': 'The upstream login is complete.',
  'smtp.back.unexpected': 'Not the reply code this step needs.',
  'smtp.back.overlong': 'The reply does not fit proxy_buffer.',
  'smtp.back.closed': 'The upstream closed before the login was complete.',
  'smtp.back.refused': 'The upstream could not be connected to.',
  'smtp.back.timeout': 'Connecting and logging in took longer than timeout.',
  'smtp.unexpected': 'This event has no meaning in this place; nothing changes.',
} as const;

/** The key of a decision of the SMTP machines. */
export type SmtpReason = keyof typeof smtpReasons;
