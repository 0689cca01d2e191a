/**
 * Our side towards an SMTP client: everything nginx says itself, from the greeting to the moment it starts to copy
 * bytes (ngx_mail_smtp_handler.c). Nothing reaches an upstream before the auth service has named one.
 */
import { ask, clock, happened } from '../machine/login.ts';
import { known } from '../machine/login-state.ts';
import type { Bytes, Event, Machine } from '../machine/machine.ts';
import { closing, stay } from '../machine/manner.ts';
import { granted, needsTls, starttlsNow, uncertified } from '../machine/secure.ts';
import { move, say } from '../machine/steps.ts';
import { isSaslPlace } from '../sasl/exchange.ts';
import { continueAuth, startAuth } from './auth.ts';
import { parseCommand, type SmtpCommand, type SmtpVerb } from './commands.ts';
import type { SmtpConfig } from './config.ts';
import { initial, type SmtpState } from './state.ts';
import { INVALID, manner, refuse, type SmtpStep } from './steps.ts';

/** The front machine of one listener. */
export function smtpFront(config: SmtpConfig): Machine<SmtpState, SmtpStep['why']> {
  return {
    initial,
    step: (state, event) => step(config, state, event),
    read: (state, input) => {
      if (state.place === 'delay') return input.length;
      if (state.place !== 'command' && !isSaslPlace(state.place)) return -1;
      return input.indexOf('\n') + 1;
    },
  };
}

function step(config: SmtpConfig, state: SmtpState, event: Event): SmtpStep {
  switch (event.type) {
    case 'opened':
      return opened(config, state, event);
    case 'line':
      return line(config, state, event.text);
    case 'overlong':
      return isSaslPlace(state.place) || state.place === 'command'
        ? closing(state, 'smtp.overlong', INVALID)
        : stay(state, manner);
    case 'loggedIn':
      return state.place === 'upstream' ? loggedIn(state, event.reply) : stay(state, manner);
    case 'timeout':
      if (event.clock === 'wait' && state.place === 'delay') return greeting(config, state);
      return happened(manner, config, state, event);
    default:
      return happened(manner, config, state, event);
  }
}

const greeting = (config: SmtpConfig, state: SmtpState): SmtpStep =>
  move(
    state,
    { place: 'command' },
    'smtp.greeting',
    say(`220 ${config.serverName} ESMTP ready\r\n`),
    clock('dialogue', config.timeoutMs),
  );

function opened(config: SmtpConfig, state: SmtpState, event: Extract<Event, { type: 'opened' }>): SmtpStep {
  if (state.place !== 'greet') return stay(state, manner);
  const met = { ...state, ...known(event) };
  const refused = uncertified(manner, config, met);
  if (refused) return refused;
  if (config.greetingDelayMs === 0) return greeting(config, met);
  return move(met, { place: 'delay' }, 'smtp.delay', clock('wait', config.greetingDelayMs));
}

function line(config: SmtpConfig, state: SmtpState, text: Bytes): SmtpStep {
  if (state.place === 'delay')
    return closing(state, 'smtp.early', '503 5.5.0 Improper use of SMTP command pipelining\r\n');
  if (isSaslPlace(state.place)) return continueAuth(config, state, state.place, text);
  if (state.place !== 'command') return stay(state, manner);
  const command = parseCommand(text);
  return command ? commands[command.verb](config, state, command) : refuse(config, state);
}

type Act = (config: SmtpConfig, state: SmtpState, command: SmtpCommand) => SmtpStep;

const forget = { from: null, to: null };
const notImplemented: Act = (_config, state) => move(state, {}, 'smtp.not-implemented', say(INVALID));
const badArguments = (state: SmtpState): SmtpStep =>
  move(state, {}, 'smtp.arguments', say('501 5.5.4 Invalid argument\r\n'));

// nginx logs the refusal with the whole input buffer, and first overwrites the buffer's own line ends for that.
const authRequired = (config: SmtpConfig, state: SmtpState): SmtpStep =>
  move(
    state,
    {},
    'smtp.mail.auth-required',
    say('530 5.7.1 Authentication required\r\n'),
    ...(config.logsInfo ? [{ type: 'mangle' } as const] : []),
  );

const commands: Record<SmtpVerb, Act> = {
  HELO: (config, state, { args: [helo, more] }) =>
    helo === undefined || more !== undefined
      ? badArguments(state)
      : move(state, { helo, ...forget }, 'smtp.helo', say(`250 ${config.serverName}\r\n`)),
  EHLO: (config, state, { args: [helo, more] }) =>
    helo === undefined || more !== undefined
      ? badArguments(state)
      : move(state, { helo, esmtp: true, ...forget }, 'smtp.ehlo', say(ehloReply(config, state))),
  AUTH: (config, state, command) => {
    if (needsTls(config, state)) return move(state, {}, 'smtp.auth.needs-tls', say(INVALID));
    return command.args.length === 0 ? badArguments(state) : startAuth(config, state, command);
  },
  MAIL: (config, state, { args, text }) => {
    if (!config.auth.includes('none')) return authRequired(config, state);
    if (state.from !== null) return move(state, {}, 'smtp.mail.again', say('503 5.5.1 Bad sequence of commands\r\n'));
    if (args.length === 0) return badArguments(state);
    return move(state, { from: text, user: null, password: null }, 'smtp.mail', say('250 2.0.0 OK\r\n'));
  },
  RCPT: (_config, state, { args, text }) => {
    if (state.from === null) return move(state, {}, 'smtp.rcpt.no-mail', say('503 5.5.1 Bad sequence of commands\r\n'));
    if (args.length === 0) return badArguments(state);
    const asking: SmtpState = {
      ...state,
      to: text,
      method: 'none',
      attempt: state.attempt + 1,
      repeats: 0,
    };
    return ask(manner, asking, 'smtp.rcpt.ask');
  },
  RSET: (_config, state) => move(state, forget, 'smtp.rset', say('250 2.0.0 OK\r\n')),
  NOOP: (_config, state) => move(state, {}, 'smtp.noop', say('250 2.0.0 OK\r\n')),
  QUIT: (_config, state) => closing(state, 'smtp.quit', '221 2.0.0 Bye\r\n'),
  // The client may have been somebody else in clear text: what it said of itself is forgotten (RFC 3207 4.2).
  STARTTLS: (config, state) =>
    starttlsNow(config, state) === 'off'
      ? move(state, {}, state.tls ? 'smtp.starttls.again' : 'smtp.starttls.off', say(INVALID))
      : granted({ ...state, helo: null, ...forget }, 'smtp.starttls', '220 2.0.0 Start TLS\r\n'),
  VRFY: notImplemented,
  EXPN: notImplemented,
  HELP: notImplemented,
};

/**
 * `250-NAME`, the capabilities in their order, then AUTH and STARTTLS where they are on offer; only the last line has a
 * space behind the code.
 */
function ehloReply(config: SmtpConfig, state: SmtpState): Bytes {
  const starttls = starttlsNow(config, state);
  const shown = (['plain', 'login', 'cram-md5', 'external'] as const).filter((word) => config.auth.includes(word));
  const lines = [config.serverName, ...config.capabilities];
  if (shown.length > 0 && starttls !== 'only') lines.push(`AUTH ${shown.join(' ').toUpperCase()}`);
  if (starttls !== 'off') lines.push('STARTTLS');
  return lines.map((text, at) => `250${at === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join('');
}

function loggedIn(state: SmtpState, reply: Bytes): SmtpStep {
  const next = { place: 'relay' } as const;
  const off = clock('upstream', null);
  if (state.method === 'none')
    return move(state, next, 'smtp.rcpt-answered', off, say(reply, 'passed'), { type: 'handOver' });
  return move(state, next, 'smtp.logged-in', off, say('235 2.0.0 OK\r\n', 'changed'), { type: 'handOver' });
}
