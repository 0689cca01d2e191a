/** What nginx logs behind the client: the auth service, the upstream login, the relay. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';
import { errnoText } from './log-errno.ts';
import { type Known, text } from './log-known.ts';
import { error, failed, inAll, info, lost, onLine, type Rule, rule, timedOut, type Words } from './log-rule.ts';

const HTTP = 'in http auth state';
const HEADER = 'reading PROXY protocol';
const READING = 'reading response from upstream';

/** `Auth-User` counts as soon as it is read, also in an answer that is worth nothing. */
function renamed(known: Known, { bytes }: Entry): void {
  const found = [...bytes.matchAll(/^Auth-User:[ ]*([^\r\n]*?)[ ]*\r?$/gim)].at(-1)?.[1];
  if (found !== undefined) known.login = found;
}

type Message = (entry: Entry) => string;

/** What the auth service did wrong: a line that begins with its name. */
const service = (name: string, message: Message): Rule =>
  rule('error', [`session.verdict.${name}`], (known, entry) => {
    renamed(known, entry);
    return error(`auth http server ${text(entry, 'server')} ${message(entry)}`, HTTP);
  });

/** What nginx finds when it looks at an answer as a whole, unless it is going to repeat the question anyway. */
function unusable(name: string, message: Message): Rule {
  const { whys, level, tell } = service(name, message);
  return rule(level, whys, (known, entry) => (known.stuck ? null : tell(known, entry)));
}

/** The connection broke. */
function broke(entry: Entry): Words | null {
  const code = text(entry, 'error');
  return code === '' ? null : error(failed('recv()', code), HTTP);
}

const lookups: readonly Rule[] = [
  rule('info', ['session.answered'], (_known, entry) =>
    text(entry, 'verdict') === 'reject' ? info(`client login failed: "${text(entry, 'message')}"`, HTTP) : null,
  ),
  service('timed-out', () => `timed out (${errnoText('ETIMEDOUT')})`),
  rule('error', ['session.verdict.too-large'], (_known, entry) =>
    text(entry, 'error') === 'ETIMEDOUT'
      ? error(timedOut(`auth http server ${text(entry, 'server')}`), HTTP)
      : broke(entry),
  ),
  rule('error', ['session.verdict.closed'], (_known, entry) => broke(entry)),
  rule('crit', ['session.verdict.refused'], (_known, entry) =>
    unconnected(text(entry, 'server'), text(entry, 'error') || 'ECONNREFUSED', HTTP),
  ),
  service('bad-response', () => 'sent invalid response'),
  service('bad-header', () => 'sent invalid header in response'),
  unusable('no-server-or-port', () => 'did not send server or port'),
  unusable('no-password', () => 'did not send password'),
  unusable('bad-address', (entry) => `sent invalid server address:"${text(entry, 'detail')}"`),
  unusable('bad-port', (entry) => `sent invalid server port:"${text(entry, 'detail')}"`),
];

/** Errors that a TCP connect meets only later, so that nginx finds them when it reads (Linux). */
const later: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'NOT_ALLOWED',
  'OWN_PORT',
]);
/** Errors of connect() that nginx does not take for its own fault (ngx_event_connect_peer). */
const usual: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'EAGAIN', 'ECONNRESET'],
  ...['ENETDOWN', 'ENETUNREACH', 'EHOSTDOWN', 'EHOSTUNREACH'],
]);

/** A connection that could not be had. `doing` is what nginx is at once it waits for an answer. */
function unconnected(name: string, code: string, doing: string, connecting = doing): Words {
  if (!name.startsWith('unix:') && later.has(code)) return error(failed('recv()', code), doing);
  const level = usual.has(code) ? 'error' : 'crit';
  return { level, message: failed(`connect() to ${name}`, code), doing: connecting };
}

/** C's end of a text. */
const untilNul = (bytes: Bytes): Bytes => bytes.split('\0', 1)[0] ?? '';

/** The part of an unexpected reply that nginx quotes; with IMAP's tag it is what stands behind it. */
function quoted({ said, tag }: Known, reply: Bytes): Bytes {
  if (said !== 'imap.back.password') return reply;
  const from = reply.startsWith('* ') ? reply.indexOf('\n') + 1 : 0;
  return reply.slice(reply.startsWith(tag, from) ? from + tag.length : from);
}

const upstream: readonly Rule[] = [
  rule(
    'error',
    inAll('back.unexpected'),
    onLine((known, entry) => {
      const reply = quoted(known, entry.bytes).slice(0, -2);
      const message = (shown: Bytes) => `upstream sent invalid response: "${shown}"`;
      // proxy_pass_error_message is on where the reply is passed on.
      return entry.disposition === 'passed' ? info(message(reply), READING) : error(message(untilNul(reply)), READING);
    }),
  ),
  rule(
    'error',
    inAll('back.overlong'),
    // A buffer that is full at a line's end, of a reply that goes on, makes nginx read nothing into no room: silence.
    (_known, { direction, bytes }) =>
      direction === 'out' || bytes.endsWith('\r\n')
        ? null
        : error(`upstream sent too long response line: "${untilNul(bytes.slice(0, -1))}"`, READING),
  ),
  rule(
    'error',
    ['smtp.back.no-password'],
    onLine(() => error('no password available', 'sending AUTH to upstream')),
  ),
  rule('error', inAll('back.closed'), (_known, entry) => {
    const code = text(entry, 'error');
    return code === '' ? null : error(failed('recv()', code), READING);
  }),
  rule(
    'crit',
    [...inAll('back.refused'), 'session.dial.own', 'session.dial.off-box'],
    ({ upstream: name, header }, entry) => {
      const code = text(entry, 'error') || 'ECONNREFUSED';
      // Before its PROXY header is sent nginx reads nothing.
      return header && later.has(code)
        ? error(failed('send()', code), 'sending PROXY protocol header to upstream')
        : unconnected(name, code, READING, 'connecting to upstream');
    },
  ),
  rule('info', inAll('back.timeout'), ({ doing }, entry) =>
    info(timedOut('upstream'), entry.params?.begun === undefined ? doing : READING),
  ),
];

/** nginx notices a broken connection when it reads; a pipe that is broken when it writes. */
function broken({ relaying }: Known, entry: Entry): Words | null {
  const code = text(entry, 'error');
  if (!relaying) return lost(entry, HEADER);
  const { leg } = entry;
  const [call, doing] =
    code === 'EPIPE' ? ['send()', `proxying and sending to ${leg}`] : ['recv()', `proxying and reading from ${leg}`];
  return { level: leg === 'client' ? 'info' : 'error', message: failed(call, code), doing };
}

/** The relay ended with words of its own: nothing more is said about it. */
const last = (known: Known, words: Words): Words => {
  known.told = true;
  return words;
};

const relay: readonly Rule[] = [
  rule('info', ['session.handed-over'], () => info('client logged in', null)),
  rule('error', ['session.broken'], (known, entry) => {
    const words = broken(known, entry);
    return words?.message.startsWith('send()') ? last(known, words) : words;
  }),
  rule('info', ['session.idle'], (known) => last(known, info(timedOut('client'), 'proxying'))),
  rule('info', ['session.shutdown-timeout'], (known) => last(known, info('shutdown timeout', 'proxying'))),
  rule('info', ['session.done'], (known) => (known.told ? null : last(known, info('proxied session done', null)))),
];

/** The auth service's and the upstream's side, and the relay. */
export const backRules: readonly Rule[] = [...lookups, ...upstream, ...relay];
