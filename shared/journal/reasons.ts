/** The decisions that every protocol shares: what the session's driver does around the machines. */
export const sessionReasons = {
  'session.accepted': 'A client connected to the listener.',
  'session.asked': 'The question to the auth service: HTTP/1.0, everything in headers.',
  'session.answered': 'The answer of the auth service; only headers count, the status line is ignored.',
  'session.verdict.no-server-or-port': 'Auth-Server or Auth-Port is missing in a successful answer.',
  'session.verdict.no-password': 'The upstream login needs a password, and the answer has no Auth-Pass.',
  'session.verdict.bad-address': 'Auth-Server is not an IP literal.',
  'session.verdict.bad-port': 'Auth-Port is not a number from 1 to 65535.',
  'session.verdict.timed-out': 'No complete answer within auth_http_timeout.',
  'session.verdict.refused': 'The auth service could not be connected to.',
  'session.verdict.closed': 'The auth service closed before the blank line that ends its headers.',
  'session.verdict.bad-response': 'The status line of the answer is broken.',
  'session.verdict.bad-header': 'A header of the answer is broken: nginx gives up on the whole answer.',
  'session.verdict.too-large': 'Status line and headers are longer than 1,024 bytes.',
  'session.verdict.wait-loop':
    'Auth-Status: WAIT without Auth-Wait, over and over: nginx would ask for ever, the lab stops.',
  'session.waiting': 'nginx sleeps for Auth-Wait seconds.',
  'session.handed-over': 'From here nginx only copies bytes: no more lookups on this connection.',
  'session.passed': 'Relayed as it is.',
  'session.data': "The message's content, relayed as it is and shown as one step.",
  'session.truncated': 'More was relayed than the journal keeps of one session; bytes are counted, not kept.',
  'session.client-closed': 'The client closed the connection.',
  'session.upstream-closed': 'The upstream closed the connection.',
  'session.proxy-closed': 'The proxy closed the connection.',
  'session.done': 'One side closed: nginx closes the other.',
  'session.idle': 'Nothing came from the client for proxy_timeout.',
  'session.broken': 'The connection broke.',
  'session.stopped': 'The lab stopped or the listener went away.',
  'session.held': 'Held at a gate.',
  'session.our-fault': 'A fault of the lab itself; this session ends, the others go on.',
} as const;

/** The key of a decision of the session's driver. */
export type SessionReason = keyof typeof sessionReasons;
