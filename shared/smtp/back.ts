/**
 * Our side towards an SMTP upstream: the dialogue nginx has with it on the client's behalf, up to the reply that opens
 * the relay (ngx_mail_proxy_smtp_handler).
 */
import type { Bytes, Effect, Event, Failure, Machine, Method, Peer, Step } from '../machine/machine.ts';
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

/** The reply that is awaited; `ended` once reported. */
export type BackPlace =
  | 'connect'
  | 'greeting'
  | 'hello'
  | 'xclient'
  | 'client-hello'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'ended';

export interface BackState {
  readonly place: BackPlace;
}

type BackStep = Step<BackState, SmtpReason>;

const expected: Readonly<Record<Exclude<BackPlace, 'connect' | 'ended' | 'rcpt'>, readonly string[]>> = {
  greeting: ['220'],
  hello: ['250'],
  xclient: ['220', '250'],
  'client-hello': ['250'],
  auth: ['235'],
  mail: ['250'],
};

/** The back machine of one session. Feed it `opened` when connected, whole replies as `line`, and what goes wrong. */
export function smtpBack(config: SmtpConfig, context: BackContext): Machine<BackState, SmtpReason> {
  const next = nextCommands(config, context);
  const answered = (state: BackState, reply: Bytes): BackStep => {
    const { place } = state;
    if (place === 'ended' || place === 'connect') return stay(state);
    if (place !== 'rcpt' && !expected[place].includes(reply.slice(0, 3)))
      return report('smtp.back.unexpected', { type: 'unexpected-reply', reply });
    return next(place, reply);
  };
  return {
    initial: { place: 'connect' },
    read: (state, input) => (state.place === 'ended' ? -1 : replyLength(input)),
    step: (state, event) => {
      if (state.place === 'ended') return stay(state);
      return event.type === 'line' ? answered(state, event.text) : happened(state, event);
    },
  };
}

function happened(state: BackState, event: Event): BackStep {
  switch (event.type) {
    case 'opened':
      return { state: { place: 'greeting' }, effects: [], why: 'smtp.back.connected' };
    case 'overlong':
      return report('smtp.back.overlong', { type: 'reply-too-long', reply: event.text });
    case 'timeout':
      return report('smtp.back.timeout', { type: 'timed-out' });
    case 'closed':
      return state.place === 'connect'
        ? report('smtp.back.refused', { type: 'refused', error: event.error ?? '' })
        : report('smtp.back.closed', { type: 'closed' });
    default:
      return stay(state);
  }
}

const stay = (state: BackState): BackStep => ({ state, effects: [], why: 'smtp.unexpected' });

const report = (why: SmtpReason, failure: Failure): BackStep => ({
  state: { place: 'ended' },
  effects: [{ type: 'report', event: { type: 'failed', failure } }],
  why,
});

/**
 * The length of a complete reply, or 0: at least four bytes, the data ends in CR LF, and the last line has no `-`
 * behind its code (ngx_mail_proxy_read_response).
 */
export function replyLength(input: Bytes): number {
  if (input.length < 4 || !input.endsWith('\r\n')) return 0;
  if (input[3] !== '-') return input.length;
  // nginx looks for the line end before the last line only where that line could hold a code.
  const last = input.lastIndexOf('\r\n', input.length - '\r\n200\r\n'.length);
  return last <= 0 || input[last + 5] === '-' ? 0 : input.length;
}

const speak = (place: BackPlace, why: SmtpReason, say: Omit<Extract<Effect, { type: 'say' }>, 'type'>): BackStep => ({
  state: { place },
  effects: [{ type: 'say', ...say }],
  why,
});

/** What follows a good reply in each place. */
function nextCommands(config: SmtpConfig, context: BackContext) {
  const hello = context.esmtp || config.xclient ? 'EHLO' : 'HELO';
  const afterHellos = (): BackStep => {
    if (context.method === 'none')
      return speak('mail', 'smtp.back.mail', {
        text: `${context.from ?? ''}\r\n`,
        disposition: 'replayed',
        replays: 'mail',
      });
    return config.proxySmtpAuth ? login(context) : done('');
  };
  return (place: Exclude<BackPlace, 'connect' | 'ended'>, reply: Bytes): BackStep => {
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

const done = (reply: Bytes): BackStep => ({
  state: { place: 'ended' },
  effects: [{ type: 'report', event: { type: 'loggedIn', reply } }],
  why: 'smtp.back.done',
});

function login({ user, password }: BackContext): BackStep {
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
