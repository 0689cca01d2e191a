/**
 * The played POP3 server (RFC 1939, with CAPA of RFC 2449, STLS of RFC 2595, AUTH PLAIN of RFC 5034): the INBOX of the
 * mailbox that somebody logs in to is their maildrop, as it was when they did.
 */
import type { Bytes } from '../../machine/machine.ts';
import { challenge } from '../../sasl/cram-md5.ts';
import type { MockEvent, MockMaker } from '../mock.ts';
import type { Play } from '../play.ts';
import { type Command, readCommand, stageOfLine, userOfLine, type Verb } from './commands.ts';
import { admit, continueAuth, sayApop, sayAuth, sayPass, sayUser } from './login.ts';
import {
  fetched,
  open,
  sayDele,
  sayList,
  sayRetr,
  sayRset,
  sayStat,
  sayTop,
  sayUidl,
  update,
  updated,
} from './maildrop.ts';
import { answer, go, initialState, line, type Pop3MockState, type Pop3MockStep } from './state.ts';

/** Longer lines than any command has (RFC 2449 4: 255), with room for a password in base64 (RFC 5034 4). */
const LINE_MAX = 12_288;

interface Options {
  readonly name: string;
  readonly play: Play;
}

type Act = (state: Pop3MockState, command: Command, options: Options) => Pop3MockStep;

const quit: Act = (state) => go(state, { place: 'over' }, line('+OK bye'), { type: 'close' });
const noop: Act = (state) => answer(state, '+OK');

const authorization: Readonly<Partial<Record<Verb, Act>>> = {
  CAPA: sayCapa,
  STLS: sayStls,
  USER: sayUser,
  PASS: sayPass,
  AUTH: sayAuth,
  APOP: sayApop,
  QUIT: quit,
};

const transaction: Readonly<Partial<Record<Verb, Act>>> = {
  CAPA: sayCapa,
  STAT: sayStat,
  NOOP: noop,
  LIST: sayList,
  UIDL: sayUidl,
  RETR: sayRetr,
  TOP: sayTop,
  DELE: sayDele,
  RSET: sayRset,
  QUIT: update,
};

/** The machine of an upstream's POP3. */
export const pop3Mock: MockMaker<Pop3MockState> = ({ name, play, secure }) => ({
  initial: initialState(secure),
  step: (state, event) => step(state, event, { name, play }),
  read: (_state, input) => input.indexOf('\n') + 1,
  inputMax: () => LINE_MAX,
  stageOf: ({ place }, text) => (place === 'sasl' ? null : stageOfLine(text)),
  subjectOf: ({ place, user }, text) => (place === 'authorization' ? userOfLine(text) : null) ?? user ?? '',
  refusal: (_state, _text, reply) => `${reply}\r\n`,
});

function step(state: Pop3MockState, event: MockEvent, options: Options): Pop3MockStep {
  const { place } = state;
  switch (event.type) {
    case 'opened':
      return place === 'new' ? greet(state, event.nonce, options) : go(state, {});
    case 'line':
      return lineStep(state, event.text, options);
    case 'overlong':
      return place === 'over'
        ? go(state, {})
        : go(state, { place: 'over' }, line('-ERR line too long'), { type: 'close' });
    case 'account':
      return place === 'login' ? admit(state, event.owner, event.busy === true) : go(state, {});
    case 'mailbox':
      if (place === 'opening') return open(state, event.answer);
      if (place === 'fetching') return fetched(state, event.answer);
      return place === 'updating' ? updated(state, event.answer) : go(state, {});
    case 'secured':
      // What was learned in clear text is forgotten (RFC 2595 4).
      return place === 'handshake' ? go(state, { place: 'authorization', secure: true, user: null }) : go(state, {});
    // A maildrop stays as it was when the session began.
    case 'news':
      return go(state, {});
  }
}

/** A timestamp is a Message-ID (RFC 1939 7), and a name may hold what those cannot. */
const host = (name: string): Bytes => name.replaceAll(/[^A-Za-z0-9.-]+/g, '-') || 'localhost';

function greet(state: Pop3MockState, nonce: Parameters<typeof challenge>[0], { name, play }: Options): Pop3MockStep {
  const stamp = play.pop3.apop ? challenge(nonce, host(name)) : '';
  const text = `+OK ${host(name)} POP3 ready${stamp === '' ? '' : ` ${stamp}`}`;
  return go(state, { place: 'authorization', challenge: stamp }, line(text));
}

function lineStep(state: Pop3MockState, text: Bytes, options: Options): Pop3MockStep {
  if (state.place === 'sasl') return continueAuth(state, text);
  const isIn = state.place === 'transaction';
  if (!isIn && state.place !== 'authorization') return go(state, {});
  const command = readCommand(text);
  if (command.verb === null) return answer(state, '-ERR unknown command');
  const act = (isIn ? transaction : authorization)[command.verb];
  if (act) return act(state, command, options);
  return answer(
    state,
    isIn ? `-ERR ${command.verb} comes before the login` : `-ERR ${command.verb} needs a login first`,
  );
}

const tlsOpen = ({ secure, place }: Pop3MockState, { play }: Options): boolean =>
  play.starttls && !secure && place === 'authorization';

/** RFC 2449: in both states, and what is in force there. */
function sayCapa(state: Pop3MockState, _command: Command, options: Options): Pop3MockStep {
  const { extra, hide } = options.play.pop3;
  const hidden = new Set(hide.map((word) => word.toUpperCase()));
  const own = [
    'TOP',
    'UIDL',
    'USER',
    'SASL PLAIN',
    ...(tlsOpen(state, options) ? ['STLS'] : []),
    'RESP-CODES',
    'AUTH-RESP-CODE',
    'PIPELINING',
    'EXPIRE NEVER',
    'IMPLEMENTATION Mail-Traffic-Lab',
  ].filter((capability) => !hidden.has((capability.split(' ')[0] ?? '').toUpperCase()));
  const list = [...own, ...extra].map((capability) => `${capability}\r\n`).join('');
  return go(state, {}, { type: 'say', text: `+OK capabilities follow\r\n${list}.\r\n` });
}

function sayStls(state: Pop3MockState, _command: Command, options: Options): Pop3MockStep {
  if (!tlsOpen(state, options)) return answer(state, '-ERR STLS is not offered here');
  return go(state, { place: 'handshake' }, line('+OK begin TLS'), { type: 'secure' });
}
