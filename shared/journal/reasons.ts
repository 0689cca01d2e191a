/** The decisions that every protocol shares: what the session's driver does around the machines. */
export const sessionReasons = {
  'session.accepted': 'A client connected to the listener.',
  'session.asked': 'The question to the auth service: HTTP/1.0, everything in headers.',
  'session.answered': 'The answer of the auth service; only headers count, the status line is ignored.',
  'session.unanswered': 'No usable answer came from the auth service.',
  'session.dialling': 'The proxy opens one plain TCP connection to Auth-Server:Auth-Port.',
  'session.connected': 'The upstream accepted the connection.',
  'session.refused': 'The upstream refused the connection.',
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
