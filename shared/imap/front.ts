/**
 * Our side towards an IMAP client: everything nginx says itself, from the greeting to the moment it starts to copy bytes
 * (ngx_mail_imap_handler.c). Nothing reaches an upstream before the auth service has named one.
 */
import { askFirst, clock, happened } from '../machine/login.ts';
import { known } from '../machine/login-state.ts';
import type { Bytes, Event, Machine } from '../machine/machine.ts';
import { stay } from '../machine/manner.ts';
import { granted, needsTls, starttlsNow, uncertified } from '../machine/secure.ts';
import { move, say } from '../machine/steps.ts';
import { isSaslPlace, isSecretAnswer } from '../sasl/exchange.ts';
import { bodyEnd } from '../wire/line.ts';
import { continueAuthenticate, startAuthenticate } from './auth.ts';
import { type Found, freshScan, type ImapVerb, scan } from './commands.ts';
import type { ImapConfig } from './config.ts';
import { type ImapState, initial } from './state.ts';
import { completed, done, type ImapStep, invalid, manner, overflow, refuse, tagged } from './steps.ts';

/** The front machine of one listener. */
export function imapFront(config: ImapConfig): Machine<ImapState, ImapStep['why']> {
  return {
    initial,
    step: (state, event) => step(config, state, event),
    read: (state, input) => {
      if (!reads(state)) return -1;
      const found = scan(state.scan, input);
      return found.type === 'more' ? 0 : found.length;
    },
    keeps: (state) => reads(state) && state.scan.at !== 'start',
  };
}

const reads = ({ place }: ImapState): boolean => place === 'command' || isSaslPlace(place);

function step(config: ImapConfig, state: ImapState, event: Event): ImapStep {
  switch (event.type) {
    case 'opened':
      return state.place === 'greet' ? greeting(config, { ...state, ...known(event) }) : stay(state, manner);
    case 'line':
    case 'overlong':
      return reads(state) ? unit(config, state, event) : stay(state, manner);
    case 'loggedIn':
      return state.place === 'upstream' ? loggedIn(state, event.reply) : stay(state, manner);
    default:
      return happened(manner, config, state, event);
  }
}

const greeting = (config: ImapConfig, state: ImapState): ImapStep =>
  uncertified(manner, config, state) ??
  move(state, { place: 'command' }, 'imap.greeting', say('* OK IMAP4 ready\r\n'), clock('dialogue', config.timeoutMs));

type Input = Extract<Event, { type: 'line' | 'overlong' }>;

function unit(config: ImapConfig, before: ImapState, { type, text, at = 0, rest = '' }: Input): ImapStep {
  const found = scan(before.scan, text, at);
  const state: ImapState =
    found.tag === undefined
      ? { ...before, tag: overwritten(before, text + rest, at) }
      : { ...before, tag: found.tag, tagAt: at };
  const step = type === 'overlong' ? overflow(state) : answer(config, state, found);
  const secret = secretFrom(state, found);
  const end = secretEnd(text, secret ?? 0);
  return secret === undefined || secret >= end ? step : { ...step, secret: [[secret, end]] };
}

/**
 * nginx keeps a pointer to the tag, not a copy. After an Auth-Wait the buffer has been rewound under it, so that a line
 * without a tag of its own is answered with the bytes that lie there now.
 */
function overwritten({ tag, tagAt, scan }: ImapState, bytes: Bytes, at: number): Bytes {
  if (scan.at !== 'start') return tag;
  const from = Math.max(tagAt, at);
  const to = Math.min(tagAt + tag.length, at + bytes.length);
  if (from >= to) return tag;
  return tag.slice(0, from - tagAt) + bytes.slice(from - at, to - at) + tag.slice(to - tagAt);
}

function answer(config: ImapConfig, state: ImapState, found: Found): ImapStep {
  switch (found.type) {
    case 'more':
      return stay(state, manner);
    case 'invalid':
      return refuse(config, state, found.announces);
    case 'literal':
      return move(state, { scan: found.next }, 'imap.literal', say('+ OK\r\n'));
    case 'command': {
      const read: ImapState = { ...state, scan: freshScan(found.quoted) };
      if (isSaslPlace(read.place)) return continueAuthenticate(config, read, read.place, found.args[0] ?? '');
      return commands[found.verb](config, read, found.args);
    }
  }
}

type Act = (config: ImapConfig, state: ImapState, args: readonly Bytes[]) => ImapStep;

const commands: Record<ImapVerb, Act> = {
  NOOP: (_config, state) => completed(state, 'imap.noop'),
  CAPABILITY: (config, state) => completed(state, 'imap.capability', capabilities(config, state)),
  STARTTLS: (config, state) =>
    starttlsNow(config, state) === 'off'
      ? invalid(state, state.tls ? 'imap.starttls.again' : 'imap.starttls.off')
      : granted(done(state, state.scan.quoted), 'imap.starttls', tagged(state, 'OK completed\r\n')),
  LOGOUT: (_config, state) =>
    move(state, { place: 'ended', tag: '' }, 'imap.logout', say(`* BYE\r\n${tagged(state, 'OK completed\r\n')}`), {
      type: 'close',
    }),
  LOGIN: (config, state, [user = '', password, more]) => {
    if (needsTls(config, state)) return invalid(state, 'imap.login.needs-tls');
    return user === '' || password === undefined || more !== undefined
      ? invalid(state, 'imap.login.arguments')
      : askFirst(manner, state, { user, password }, 'imap.login.ask');
  },
  AUTHENTICATE: (config, state, args) =>
    needsTls(config, state) ? invalid(state, 'imap.auth.needs-tls') : startAuthenticate(config, state, args),
};

/** The words of imap_capabilities, then the mechanisms in nginx's order, then what `starttls` has to say. */
function capabilities(config: ImapConfig, state: ImapState): Bytes {
  const shown = (['plain', 'login', 'cram-md5', 'external'] as const).filter((word) => config.auth.includes(word));
  const mechanisms = shown.map((word) => `AUTH=${word.toUpperCase()}`);
  const behind = { off: mechanisms, on: [...mechanisms, 'STARTTLS'], only: ['STARTTLS', 'LOGINDISABLED'] };
  return `${['* CAPABILITY', ...config.capabilities, ...behind[starttlsNow(config, state)]].join(' ')}\r\n`;
}

/** Where in the unit a proof begins: the password of LOGIN, an initial response, the answer to a prompt. */
function secretFrom(state: ImapState, found: Found): number | undefined {
  if (isSaslPlace(state.place)) return isSecretAnswer(state.place) ? 0 : undefined;
  return found.verb === 'LOGIN' || found.verb === 'AUTHENTICATE' ? found.second : undefined;
}

/** Where it ends: the quote behind a quoted password is no part of it. */
function secretEnd(text: Bytes, begin: number): number {
  const end = bodyEnd(text);
  return end > begin && text[begin - 1] === '"' && text[end - 1] === '"' ? end - 1 : end;
}

const loggedIn = (state: ImapState, reply: Bytes): ImapStep =>
  move(state, { place: 'relay' }, 'imap.logged-in', clock('upstream', null), say(reply, 'passed'), {
    type: 'handOver',
  });
