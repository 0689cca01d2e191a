/**
 * Every decision the POP3 machines can take, with the rule that makes them take it. Keys go into the journal; the
 * sentences a person reads stand in the window's message catalogue under the same keys.
 */
export const pop3Reasons = {
  // front: our side towards the client
  'pop3.greeting': 'The server speaks first; with apop or cram-md5 in pop3_auth the greeting carries a challenge.',
  'pop3.user': 'USER is remembered and answered here, whatever pop3_auth says: no upstream is chosen yet.',
  'pop3.pass.ask': 'The password is the moment the proxy needs an upstream: it asks the auth service.',
  'pop3.apop.ask': 'APOP brings login and digest at once: the proxy asks the auth service.',
  'pop3.apop.refused': 'APOP needs two arguments and apop in pop3_auth.',
  'pop3.capa': 'CAPA is answered from pop3_capabilities and pop3_auth, never from the upstream.',
  'pop3.auth.list': 'AUTH alone lists the mechanisms of pop3_auth.',
  'pop3.noop': 'NOOP does nothing, whatever its arguments.',
  'pop3.quit': 'QUIT is answered and the connection closed.',
  'pop3.stls.off': 'STLS is not configured for this listener.',
  'pop3.arguments': 'Wrong number of arguments.',
  'pop3.out-of-order': 'Not a command of this place: PASS needs USER before it, and after USER only PASS makes sense.',
  'pop3.syntax': 'Not a command nginx knows before the login; counted (max_errors).',
  'pop3.syntax.last': 'One syntax error too many (max_errors): answered and closed.',
  'pop3.overlong': "nginx's 128 bytes for a POP3 client are full and hold no complete command.",
  'pop3.auth.prompt': 'The mechanism needs a line from the client: nginx prompts for it.',
  'pop3.auth.ask': 'The credentials are complete: the proxy asks the auth service.',
  'pop3.auth.refused': 'Mechanism unknown or not enabled, or too many arguments.',
  'pop3.auth.base64': 'The client sent invalid base64.',
  'pop3.auth.plain': 'AUTH PLAIN needs NUL login NUL password.',
  'pop3.auth.digest': 'AUTH CRAM-MD5 needs a login, a space and 32 bytes of digest.',
  'pop3.routed': 'The auth service named an upstream: the proxy connects to it.',
  'pop3.rejected': 'The auth service said no, without Auth-Wait: its text is passed on and the connection closed.',
  'pop3.rejected.wait': 'The auth service said no, with Auth-Wait: the client sees nothing for that long.',
  'pop3.rejected.waited': 'The wait is over: the refusal is passed on and the session stays.',
  'pop3.asked-to-wait': 'Auth-Status: WAIT: the same question again after Auth-Wait.',
  'pop3.ask-again': 'The wait is over: the same question again.',
  'pop3.verdict.unusable': 'The auth service gave no usable answer: internal error.',
  'pop3.logged-in': 'The upstream took the login: its answer to PASS is passed on; from here nginx only copies.',
  'pop3.upstream-failed': 'The upstream login failed: internal error (proxy_pass_error_message is off).',
  'pop3.upstream-failed.passed': 'The upstream login failed: its reply is passed on (proxy_pass_error_message is on).',
  'pop3.timeout': 'The whole dialogue before the login took longer than timeout: closed without a word.',
  'pop3.closed': 'The client closed before the login was complete.',
  // back: our side towards the upstream
  'pop3.back.connected': 'The connection stands: wait for the upstream greeting.',
  'pop3.back.user': 'The upstream greeted: nginx sends the login, raw.',
  'pop3.back.pass': 'The upstream took the login: nginx sends the password, raw.',
  'pop3.back.done': 'The upstream login is complete.',
  'pop3.back.unexpected': 'Not the +OK this step needs.',
  'pop3.back.overlong': 'The reply does not fit proxy_buffer.',
  'pop3.back.closed': 'The upstream closed before the login was complete.',
  'pop3.back.refused': 'The upstream could not be connected to.',
  'pop3.back.timeout': 'Connecting and logging in took longer than timeout.',
  'pop3.unexpected': 'This event has no meaning in this place; nothing changes.',
} as const;

/** The key of a decision of the POP3 machines. */
export type Pop3Reason = keyof typeof pop3Reasons;
