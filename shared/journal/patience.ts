/** Who waits while something is held, and for how long before giving up. */
import type { Protocol } from '../machine/machine.ts';
import type { Leg } from './entry.ts';

/**
 * Who is at the other end. own: the lab's client or a server it plays, which wait as long as it takes · nginx: another
 * mail proxy of nginx · other: anybody else.
 */
export type Peerage = 'own' | 'nginx' | 'other';

/** One side that waits. */
export interface Waiting {
  readonly who: Peerage;
  /** ms since 1970 at which its waiting began. */
  readonly since: number;
}

/** What a session waits for. */
export interface WaitingSession {
  readonly protocol: Protocol;
  /** Whether the relay runs. */
  readonly relayed: boolean;
  /** The word of the client's last command; '' before the first, `.` behind a message's content. */
  readonly word: string;
  readonly client: Waiting;
  /** null where no upstream is connected. */
  readonly upstream: Waiting | null;
}

/** Until when somebody waits, in ms since 1970, and by which rule. */
export interface Patience {
  readonly side: Leg;
  readonly at: number;
  readonly source: string;
}

type Rule = Pick<Patience, 'source'> & { readonly ms: number };

const MINUTE = 60_000;

/** What RFC 5321 asks of clients, by what they wait for an answer to. */
const smtpClients: Readonly<Record<string, Rule>> = {
  '': { ms: 5 * MINUTE, source: 'RFC 5321 4.5.3.2.1' },
  MAIL: { ms: 5 * MINUTE, source: 'RFC 5321 4.5.3.2.2' },
  RCPT: { ms: 5 * MINUTE, source: 'RFC 5321 4.5.3.2.3' },
  DATA: { ms: 2 * MINUTE, source: 'RFC 5321 4.5.3.2.4' },
  '.': { ms: 10 * MINUTE, source: 'RFC 5321 4.5.3.2.6' },
};

/** The other commands have no row of their own; their clients are as patient as with MAIL. */
const smtpClient: Rule = { ms: 5 * MINUTE, source: 'RFC 5321 4.5.3.2' };
const smtpServer: Rule = { ms: 5 * MINUTE, source: 'RFC 5321 4.5.3.2.7' };
/** The inactivity timers of the protocols themselves, which clients keep to as well. */
const imap: Rule = { ms: 30 * MINUTE, source: 'RFC 3501 5.4' };
const pop3: Rule = { ms: 10 * MINUTE, source: 'RFC 1939 3' };
/** nginx's defaults: `timeout` until the login is over, `proxy_timeout` behind it. */
const nginxLogin: Rule = { ms: MINUTE, source: 'nginx timeout' };
const nginxRelay: Rule = { ms: 24 * 60 * MINUTE, source: 'nginx proxy_timeout' };

/** Who gives up first, if nothing moves; null where nobody does. */
export function patienceOf(session: WaitingSession): Patience | null {
  const client = until('client', session.client, clientRule(session));
  const upstream = session.upstream && until('upstream', session.upstream, serverRule(session));
  if (!client || !upstream) return client ?? upstream;
  return upstream.at < client.at ? upstream : client;
}

const until = (side: Leg, { who, since }: Waiting, { ms, source }: Rule): Patience | null =>
  who === 'own' ? null : { side, at: since + ms, source };

function clientRule({ protocol, word, client, relayed }: WaitingSession): Rule {
  if (client.who === 'nginx') return relayed ? nginxRelay : nginxLogin;
  if (protocol === 'smtp') return smtpClients[word] ?? smtpClient;
  return protocol === 'imap' ? imap : pop3;
}

function serverRule({ protocol, upstream, relayed }: WaitingSession): Rule {
  if (upstream?.who === 'nginx') return relayed ? nginxRelay : nginxLogin;
  if (protocol === 'smtp') return smtpServer;
  return protocol === 'imap' ? imap : pop3;
}

const greetings: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^220 \S+ ESMTP ready\r\n$/,
  imap: /^\* OK IMAP4 ready\r\n$/,
  pop3: /^\+OK POP3 ready(?: <[^>]*>)?\r\n$/,
};

/** Whether a server greets as nginx's mail proxy does. */
export const greetsAsNginx = (protocol: Protocol, greeting: string): boolean => greetings[protocol].test(greeting);

/** Whether a client's command is one that nginx's mail proxy sends to its upstream and hardly anybody else. */
export const speaksAsNginx = (word: string): boolean => word === 'XCLIENT';
