/** What nginx's log lines say of their session besides the message: who, where, as whom, and while doing what. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';

/** The facts behind the context of a session's lines, as they stand at one entry. */
export interface Known {
  /** Without its port; after `set_real_ip_from` the one that counts. */
  client: string;
  /** The address of the `listen` that took the connection. */
  server: string;
  /** STARTTLS was granted. */
  starttls: boolean;
  login: Bytes;
  /** As the auth service spelled it; '' before there is one. */
  upstream: string;
  /** The upstream is to get a PROXY header first. */
  header: boolean;
  /** What nginx is doing with the upstream. */
  doing: string;
  /** The reason of the last command to the upstream. */
  said: string;
  /** The client's IMAP tag, with its space. */
  tag: Bytes;
  /** WAIT came without Auth-Wait: nginx then repeats the question whatever else an answer lacks. */
  stuck: boolean;
  relaying: boolean;
  /** The end of the relay is told. */
  told: boolean;
  /** What the client has sent before the relay: a line may quote the buffer that it lies in. */
  heard: Bytes;
}

/** Before the first entry. */
export const nothingKnown = (): Known => ({
  client: '',
  server: '',
  starttls: false,
  login: '',
  upstream: '',
  header: false,
  doing: 'connecting to upstream',
  said: '',
  tag: '',
  stuck: false,
  relaying: false,
  told: false,
  heard: '',
});

/** A text among an entry's values; '' where there is none. */
export const text = ({ params }: Entry, name: string): string => {
  const value = params?.[name];
  return value === undefined ? '' : String(value);
};

const withoutPort = (address: string): string => address.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([^:]*):\d+$/, '$1');

/** nginx's words for what it last sent to the upstream (ngx_mail_proxy_module.c). */
const doings: ReadonlyMap<string, string> = new Map([
  ['session.proxy-header', 'sending PROXY protocol header to upstream'],
  ['smtp.back.hello', 'sending HELO/EHLO to upstream'],
  ['smtp.back.xclient', 'sending XCLIENT to upstream'],
  ['smtp.back.client-hello', 'sending client HELO/EHLO to upstream'],
  ['smtp.back.auth', 'sending AUTH to upstream'],
  ['smtp.back.mail', 'sending MAIL FROM to upstream'],
  ['smtp.back.rcpt', 'sending RCPT TO to upstream'],
  ['imap.back.login', 'sending LOGIN command to upstream'],
  ['imap.back.user', 'sending user name to upstream'],
  ['imap.back.password', 'sending password to upstream'],
  ['pop3.back.user', 'sending user name to upstream'],
  ['pop3.back.pass', 'sending password to upstream'],
]);

type Learn = (known: Known, entry: Entry) => void;

const dials: Learn = (known, entry) => {
  if (entry.kind !== 'dial' || entry.direction !== 'out') return;
  known.upstream = text(entry, 'upstream');
  known.header = text(entry, 'header') !== '';
};
const starts: Learn = (known) => {
  known.starttls = true;
};
const sleeps: Learn = (known) => {
  known.stuck = false;
};
const speaks: Learn = (known, { why, direction, bytes }) => {
  if (direction !== 'out') return;
  known.doing = doings.get(why) ?? known.doing;
  known.said = why;
  if (why === 'imap.back.login') known.tag = bytes.slice(0, bytes.indexOf('LOGIN {'));
};

const lessons: ReadonlyMap<string, Learn> = new Map<string, Learn>([
  [
    'session.accepted',
    (known, entry) => {
      known.client = withoutPort(text(entry, 'client'));
      known.server = text(entry, 'inNginx') || text(entry, 'listener');
    },
  ],
  [
    'session.real-ip',
    (known, entry) => {
      known.client = withoutPort(text(entry, 'client'));
    },
  ],
  [
    'session.handed-over',
    (known) => {
      known.relaying = true;
    },
  ],
  [
    'session.answered',
    (known, entry) => {
      if (entry.params?.verdict === 'wait') known.stuck = true;
    },
  ],
  ['smtp.asked-to-wait', sleeps],
  ['imap.asked-to-wait', sleeps],
  ['pop3.asked-to-wait', sleeps],
  ['smtp.starttls', starts],
  ['imap.starttls', starts],
  ['pop3.stls', starts],
  ['smtp.routed', dials],
  ['imap.routed', dials],
  ['pop3.routed', dials],
  ...[...doings.keys()].map((why): [string, Learn] => [why, speaks]),
]);

/** The reasons whose entries change what is known. */
export const teachers: readonly string[] = [...lessons.keys()];

/** Brings `known` up to an entry. */
export function learn(known: Known, entry: Entry): void {
  const user = entry.state?.user;
  if (user !== undefined) known.login = user ?? '';
  lessons.get(entry.why)?.(known, entry);
}

/** What the client's input buffer may hold besides the line at hand; longer than any line of the log. */
const HEARD_MAX = 65_536;

/** Keeps what the client sends before the relay. */
export function hear(known: Known, { leg, direction, kind, bytes }: Entry): void {
  if (known.relaying || leg !== 'client' || direction !== 'in' || kind !== 'line') return;
  known.heard += bytes;
  if (known.heard.length > 2 * HEARD_MAX) known.heard = known.heard.slice(-HEARD_MAX);
}

/** The context behind a message (ngx_mail_log_error); since 1.29.1 the upstream does not depend on a login. */
export function context({ client, server, starttls, login, upstream }: Known): Bytes {
  const who = `, client: ${client}${starttls ? ' using starttls' : ''}, server: ${server}`;
  return `${who}${login === '' ? '' : `, login: "${login}"`}${upstream === '' ? '' : `, upstream: ${upstream}`}`;
}
