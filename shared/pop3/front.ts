/**
 * Our side towards a POP3 client: everything nginx says itself, from the greeting to the moment it starts to copy bytes
 * (ngx_mail_pop3_handler.c). Nothing reaches an upstream before the auth service has named one.
 */
import { askFirst, clock, happened } from '../machine/login.ts';
import { known, type Starttls } from '../machine/login-state.ts';
import type { Bytes, Event, Machine } from '../machine/machine.ts';
import { closing, stay } from '../machine/manner.ts';
import { granted, needsTls, starttlsNow, uncertified } from '../machine/secure.ts';
import { move, say } from '../machine/steps.ts';
import { challenge } from '../sasl/cram-md5.ts';
import { isSaslPlace } from '../sasl/exchange.ts';
import { bodyEnd } from '../wire/line.ts';
import { continueAuth, startAuth } from './auth.ts';
import { type Pop3Command, type Pop3Verb, parseCommand } from './commands.ts';
import type { Pop3Config } from './config.ts';
import { initial, type Pop3State } from './state.ts';
import { INVALID, invalid, manner, type Pop3Step, refuse } from './steps.ts';

/** The front machine of one listener. */
export function pop3Front(config: Pop3Config): Machine<Pop3State, Pop3Step['why']> {
  return {
    initial,
    step: (state, event) => step(config, state, event),
    read: (state, input) => (reads(state) ? input.indexOf('\n') + 1 : -1),
  };
}

const reads = ({ place }: Pop3State): boolean => place === 'command' || place === 'user' || isSaslPlace(place);

function step(config: Pop3Config, state: Pop3State, event: Event): Pop3Step {
  switch (event.type) {
    case 'opened':
      return state.place === 'greet' ? greeting(config, { ...state, ...known(event) }) : stay(state, manner);
    case 'line':
      return reads(state) ? line(config, state, event.text) : stay(state, manner);
    case 'overlong':
      return reads(state) ? closing(state, 'pop3.overlong', INVALID) : stay(state, manner);
    case 'loggedIn':
      return state.place === 'upstream' ? loggedIn(state, event.reply) : stay(state, manner);
    default:
      return happened(manner, config, state, event);
  }
}

/** The challenge stands in the greeting (RFC 1939 7), and serves CRAM-MD5 too. */
function greeting(config: Pop3Config, state: Pop3State): Pop3Step {
  const refused = uncertified(manner, config, state);
  if (refused) return refused;
  const challenges = config.auth.includes('apop') || config.auth.includes('cram-md5');
  const salt = challenges ? challenge(state.nonce, config.serverName) : null;
  const text = `+OK POP3 ready${salt === null ? '' : ` ${salt}`}\r\n`;
  return move(state, { place: 'command', salt }, 'pop3.greeting', say(text), clock('dialogue', config.timeoutMs));
}

function line(config: Pop3Config, state: Pop3State, text: Bytes): Pop3Step {
  if (isSaslPlace(state.place)) return continueAuth(config, state, state.place, text);
  const command = parseCommand(text);
  if (!command) return refuse(config, state);
  const act = (state.place === 'user' ? afterUser : atStart)[command.verb];
  return act ? act(config, state, command, text) : invalid(state, 'pop3.out-of-order');
}

type Act = (config: Pop3Config, state: Pop3State, command: Pop3Command, line: Bytes) => Pop3Step;

const anywhere = {
  NOOP: (_config, state) => move(state, {}, 'pop3.noop', say('+OK\r\n')),
  QUIT: (_config, state) => closing(state, 'pop3.quit', '+OK\r\n'),
} satisfies Partial<Record<Pop3Verb, Act>>;

/** A command that `starttls only` refuses before TLS. */
const guarded =
  (act: Act): Act =>
  (config, state, command, text) =>
    needsTls(config, state) ? invalid(state, 'pop3.needs-tls') : act(config, state, command, text);

const atStart: Partial<Record<Pop3Verb, Act>> = {
  ...anywhere,
  CAPA: (config, state) => move(state, {}, 'pop3.capa', say(capaReply(config, starttlsNow(config, state)))),
  USER: guarded((_config, state, { args: [user, ...more] }) =>
    user === undefined || more.length > 0
      ? invalid(state, 'pop3.arguments')
      : move(state, { place: 'user', user }, 'pop3.user', say('+OK\r\n')),
  ),
  APOP: guarded((config, state, { args: [user, password, more] }, text) => {
    if (user === undefined || password === undefined || more !== undefined || !config.auth.includes('apop'))
      return invalid(state, 'pop3.apop.refused');
    const step = askFirst(manner, state, { user, password, method: 'apop' }, 'pop3.apop.ask');
    return { ...step, secret: [[text.lastIndexOf(password), text.lastIndexOf(password) + password.length]] };
  }),
  AUTH: guarded((config, state, command, text) =>
    command.args.length === 0
      ? move(state, {}, 'pop3.auth.list', say(authReply(config)))
      : startAuth(config, state, command, text),
  ),
  STLS: (config, state) =>
    starttlsNow(config, state) === 'off'
      ? invalid(state, state.tls ? 'pop3.stls.again' : 'pop3.stls.off')
      : granted(state, 'pop3.stls', '+OK\r\n'),
};

const afterUser: Partial<Record<Pop3Verb, Act>> = {
  ...anywhere,
  // nginx offers STLS only where it would take it.
  CAPA: (config, state) => move(state, {}, 'pop3.capa', say(capaReply(config, 'off'))),
  PASS: (_config, state, { args: [password, ...more] }, text) => {
    if (password === undefined || more.length > 0) return invalid(state, 'pop3.arguments');
    const step = askFirst(manner, state, { password }, 'pop3.pass.ask');
    return { ...step, secret: [[bodyEnd(text) - password.length, bodyEnd(text)]] };
  },
};

/** nginx's order; LOGIN rides with PLAIN, and APOP is never listed. */
const mechanisms = ({ auth }: Pop3Config): readonly string[] => [
  ...(auth.includes('plain') ? ['PLAIN', 'LOGIN'] : []),
  ...(auth.includes('cram-md5') ? ['CRAM-MD5'] : []),
  ...(auth.includes('external') ? ['EXTERNAL'] : []),
];

const listed = (first: string, lines: readonly string[]): Bytes =>
  [`+OK ${first}`, ...lines, '.'].map((text) => `${text}\r\n`).join('');

/** `starttls only` leaves out every word that would let a login pass in clear text. */
function capaReply(config: Pop3Config, starttls: Starttls): Bytes {
  const words = config.capabilities;
  const sasl = ['SASL', ...mechanisms(config)].join(' ');
  const lines = {
    off: [...words, sasl],
    on: [...words, sasl, 'STLS'],
    only: [...words.filter((word) => word.toUpperCase() !== 'USER'), 'STLS'],
  };
  return listed('Capability list follows', lines[starttls]);
}

const authReply = (config: Pop3Config): Bytes => listed('methods supported:', mechanisms(config));

const loggedIn = (state: Pop3State, reply: Bytes): Pop3Step =>
  move(state, { place: 'relay' }, 'pop3.logged-in', clock('upstream', null), say(reply, 'passed'), {
    type: 'handOver',
  });
