/**
 * Our side towards an SMTP upstream: the dialogue nginx has with it on the client's behalf, up to the reply that opens
 * the relay (ngx_mail_proxy_smtp_handler).
 */
import { type BackState, type BackStep, backMachine, loggedIn, replyLength, report, speak } from '../machine/back.ts';
import type { Bytes, Machine, Method, Peer } from '../machine/machine.ts';
import { encodeBase64 } from '../wire/base64.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpReason } from './reasons.ts';

/** What the front knows when the upstream is dialled. */
export interface BackContext {
  readonly method: Method;
  readonly helo: Bytes | null;
  readonly esmtp: boolean;
  readonly from: Bytes | null;
  readonly to: Bytes | null;
  readonly user: Bytes | null;
  readonly password: Bytes | null;
  readonly client: Peer;
  readonly clientHost: Bytes;
}

type Place = 'hello' | 'xclient' | 'client-hello' | 'auth' | 'mail' | 'rcpt';
type SmtpBackStep = BackStep<Place, SmtpReason>;

const expected: Readonly<Record<Exclude<Place, 'rcpt'> | 'greeting', readonly string[]>> = {
  greeting: ['220'],
  hello: ['250'],
  xclient: ['220', '250'],
  'client-hello': ['250'],
  auth: ['235'],
  mail: ['250'],
};

/** The back machine of one session. */
export function smtpBack(config: SmtpConfig, context: BackContext): Machine<BackState<Place>, SmtpReason> {
  const next = nextCommands(config, context);
  return backMachine<'smtp', Place, SmtpReason>({
    protocol: 'smtp',
    length: (_place, input) => smtpReplyLength(input),
    answered: (place, reply) =>
      place !== 'rcpt' && !expected[place].includes(reply.slice(0, 3))
        ? report('smtp.back.unexpected', { type: 'unexpected-reply', reply })
        : next(place, reply),
  });
}

/**
 * The length of a complete reply, or 0: at least four bytes, the data ends in CR LF, and the last line has no `-`
 * behind its code (ngx_mail_proxy_read_response).
 */
export function smtpReplyLength(input: Bytes): number {
  if (replyLength(input) === 0 || input[3] !== '-') return replyLength(input);
  // nginx looks for the line end before the last line only where that line could hold a code.
  const last = input.lastIndexOf('\r\n', input.length - '\r\n200\r\n'.length);
  return last <= 0 || input[last + 5] === '-' ? 0 : input.length;
}

/** What follows a good reply in each place. */
function nextCommands(config: SmtpConfig, context: BackContext) {
  const hello = context.esmtp || config.xclient ? 'EHLO' : 'HELO';
  const afterHellos = (): SmtpBackStep => {
    if (context.method === 'none')
      return speak('mail', 'smtp.back.mail', {
        text: `${context.from ?? ''}\r\n`,
        disposition: 'replayed',
        replays: 'mail',
      });
    return config.proxySmtpAuth ? login(context) : done('');
  };
  return (place: Place | 'greeting', reply: Bytes): SmtpBackStep => {
    switch (place) {
      case 'greeting':
        return speak('hello', 'smtp.back.hello', {
          text: `${hello} ${config.serverName}\r\n`,
          disposition: 'invented',
        });
      case 'hello':
        if (!config.xclient) return afterHellos();
        return speak('xclient', 'smtp.back.xclient', {
          text: xclientCommand(context, config.proxySmtpAuth),
          disposition: 'invented',
        });
      case 'xclient':
        if (context.helo === null) return afterHellos();
        return speak('client-hello', 'smtp.back.client-hello', {
          text: `${context.esmtp ? 'EHLO' : 'HELO'} ${context.helo}\r\n`,
          disposition: 'replayed',
          replays: 'helo',
        });
      case 'client-hello':
        return afterHellos();
      case 'mail':
        return speak('rcpt', 'smtp.back.rcpt', {
          text: `${context.to ?? ''}\r\n`,
          disposition: 'replayed',
          replays: 'rcpt',
        });
      case 'auth':
      case 'rcpt':
        return done(reply);
    }
  };
}

const done = (reply: Bytes): SmtpBackStep => loggedIn('smtp.back.done', reply);

function login({ user, password }: BackContext): SmtpBackStep {
  if (password === null) return report('smtp.back.no-password', { type: 'no-password' });
  const text = `AUTH PLAIN ${encodeBase64(`\0${user ?? ''}\0${password}`)}\r\n`;
  return speak('auth', 'smtp.back.auth', { text, disposition: 'invented', secret: [[11, text.length - 2]] });
}

/** XCLIENT with what nginx sends, offered or not; LOGIN only when nginx does not log in itself. */
export function xclientCommand(context: BackContext, proxySmtpAuth: boolean): Bytes {
  const { client, user, clientHost } = context;
  const address =
    client.address.includes(':') && client.address !== 'unix:' ? `IPV6:${client.address}` : client.address;
  const shown = user !== null && user !== '' && !proxySmtpAuth ? ` LOGIN=${xtext(user)}` : '';
  return `XCLIENT ADDR=${address}${shown} NAME=${clientHost}\r\n`;
}

// Which bytes nginx writes as +XX: controls, space, `+`, `=`, DEL and everything above.
const xtext = (text: Bytes): Bytes =>
  [...text]
    .map((char) => {
      const code = char.charCodeAt(0);
      const plain = code > 0x20 && code < 0x7f && char !== '+' && char !== '=';
      return plain ? char : `+${code.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
