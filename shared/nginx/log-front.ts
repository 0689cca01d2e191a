/** What nginx logs about a client: its arrival, its commands, its leaving before there is an upstream. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';
import { errnoText } from './log-errno.ts';
import { type Known, text } from './log-known.ts';
import { error, inAll, info, lost, onLine, type Rule, rule, type Tell, timedOut } from './log-rule.ts';

const AUTH = 'in auth state';
const HEADER = 'reading PROXY protocol';

/** The whole input buffer: what was read before in it, the line, and what lies behind. */
function buffer({ heard }: Known, entry: Entry): Bytes {
  const before = Number(entry.params?.before ?? 0);
  const from = heard.length - entry.bytes.length - before;
  return `${heard.slice(Math.max(from, 0), heard.length - entry.bytes.length)}${entry.bytes}${text(entry, 'behind')}`;
}

const flat = (bytes: Bytes): Bytes => bytes.replace(/[\r\n]/g, '_');

const arrival: readonly Rule[] = [
  rule('info', ['session.accepted'], ({ server }, entry) => ({
    ...info(`client ${text(entry, 'client')} connected to ${server}`, null),
    bare: true,
  })),
  rule('error', ['session.proxied.broken'], (_known, entry) => {
    switch (text(entry, 'error')) {
      case 'unknown-version':
        return error(`unknown PROXY protocol version: ${text(entry, 'version')}`, HEADER);
      case 'too-large':
        return error('header is too large', HEADER);
      case 'short':
        return null;
      default:
        return error(`broken header: "${text(entry, 'line')}"`, HEADER);
    }
  }),
  rule('info', ['session.proxied.timed-out'], () => info(timedOut('client'), HEADER)),
  rule('info', ['session.secure-failed'], (_known, entry) =>
    info(handshake(text(entry, 'error')), shaking(text(entry, 'mode') === 'starttls')),
  ),
  rule('info', inAll('certificate.bad'), ({ starttls }, entry) =>
    entry.params?.code === undefined
      ? null
      : info(`client SSL certificate verify error: (${text(entry, 'code')}:${text(entry, 'text')})`, shaking(starttls)),
  ),
  // The handshake itself was fine: only our line to the client tells.
  rule('info', inAll('certificate.missing'), ({ starttls }, entry) =>
    entry.direction === 'out' && entry.kind === 'line'
      ? info('client sent no required SSL certificate', shaking(starttls))
      : null,
  ),
  rule('error', ['session.unnamed'], ({ client }, entry) => {
    const why = `(${text(entry, 'code')}: ${text(entry, 'text')})`;
    switch (text(entry, 'about')) {
      case 'address':
        return error(`${client} could not be resolved ${why}`, 'in resolving client address');
      case 'hostname':
        return error(`"${text(entry, 'asked')}" could not be resolved ${why}`, 'in resolving client hostname');
      case 'name':
        return error(
          `${client} resolved to invalid host name "${text(entry, 'found')}"`,
          'in resolving client address',
        );
      default:
        return null;
    }
  }),
];

const shaking = (starttls: boolean): string => (starttls ? 'in starttls state' : 'SSL handshaking');

/** `why` in OpenSSL's words, the system's code, or '' where the client just left. */
function handshake(why: string): string {
  if (why === '') return 'peer closed connection in SSL handshake';
  if (/^E[A-Z]+$/.test(why)) return `peer closed connection in SSL handshake (${errnoText(why)})`;
  return `SSL_do_handshake() failed (SSL: ${why})`;
}

const sasl = (message: (entry: Entry) => string): Tell => onLine((_known, entry) => info(message(entry), AUTH));

const commands: readonly Rule[] = [
  rule(
    'info',
    ['smtp.early'],
    onLine((_known, entry) =>
      info(`client was rejected before greeting: "${flat(entry.bytes)}"`, 'in delay pipelining state'),
    ),
  ),
  rule(
    'info',
    ['smtp.mail.auth-required'],
    onLine((known, entry) => info(`client was rejected: "${flat(buffer(known, entry))}"`, AUTH)),
  ),
  rule(
    'info',
    inAll('overlong'),
    onLine((known, entry) => info(`client sent too long command "${buffer(known, entry)}"`, AUTH)),
  ),
  rule(
    'info',
    inAll('syntax.last'),
    onLine(() => info('client sent too many invalid commands', AUTH)),
  ),
  rule(
    'info',
    inAll('auth.base64'),
    sasl((entry) => `client sent invalid base64 encoding in AUTH ${text(entry, 'mechanism')} command`),
  ),
  rule(
    'info',
    inAll('auth.plain'),
    sasl((entry) => `client sent invalid ${text(entry, 'part')} in AUTH PLAIN command`),
  ),
  rule(
    'info',
    inAll('auth.digest'),
    sasl(() => 'client sent invalid CRAM-MD5 hash in AUTH CRAM-MD5 command'),
  ),
  rule('info', inAll('timeout'), (_known, entry) =>
    entry.kind === 'decision' ? info(timedOut('client'), AUTH) : null,
  ),
  rule('info', inAll('closed'), (_known, entry) =>
    entry.kind === 'close' && entry.direction === 'in' ? lost(entry, AUTH) : null,
  ),
];

/** The client's side. */
export const frontRules: readonly Rule[] = [...arrival, ...commands];
