/** The played IMAP4rev1 server (RFC 3501) as a machine: what it says to every command, with the mailbox as its peer. */
import type { Bytes } from '../../machine/machine.ts';
import type { Stage } from '../fault.ts';
import type { MockEvent, MockMaker } from '../mock.ts';
import { append, copy, expunge, store } from './change.ts';
import { type Command, commands, readCommand, readHead } from './commands.ts';
import { fetch } from './fetch.ts';
import { change, list, rename, status } from './folders.ts';
import { LINE_MAX } from './limits.ts';
import { authenticate, capabilities, continueAuthenticate, greet, id, login, readProof, starttls } from './login.ts';
import { completed, lineText, misplaced, readUnit, tagOf, unitLength } from './reader.ts';
import { Scanner } from './scanner.ts';
import { search } from './search.ts';
import { close, select, unselect } from './select.ts';
import { finish, refreshed } from './session.ts';
import { stageOfVerb } from './stages.ts';
import {
  go,
  type ImapState,
  type ImapStep,
  newSession,
  type Piece,
  reply,
  type Server,
  say,
  saying,
  tagged,
} from './state.ts';

/** The machine of an upstream's IMAP. */
export const imapMock: MockMaker<ImapState> = ({ name, play, secure }) => {
  const server: Server = { name, play };
  return {
    initial: newSession(secure),
    step: (state, event) => step(server, state, event),
    read: unitLength,
    inputMax: ({ place, literal }) => (place === 'literal' ? literal : LINE_MAX),
    stageOf,
    subjectOf,
    refusal: (state, text, reply) => `${refusedTag(state, text)} ${reply}\r\n`,
    refused: (state) => (state.place === 'ended' ? state : { ...state, place: 'command', pieces: [], literal: 0 }),
  };
};

/** The tag of what is refused; the greeting has none. */
function refusedTag(state: ImapState, text: Bytes): Bytes {
  if (state.place === 'greet') return '*';
  return state.place === 'command' ? tagOf(state, text) : state.tag;
}

function step(server: Server, state: ImapState, event: MockEvent): ImapStep {
  switch (event.type) {
    case 'opened':
      return state.place === 'greet' ? greet(server, { ...state, client: event.client }) : go(state, {});
    case 'line':
      return state.onMailbox === null && state.onAccount === null
        ? unit(server, { ...state, now: event.now }, event.text)
        : go(state, {});
    case 'overlong':
      return state.place === 'ended'
        ? go(state, {})
        : go(state, { place: 'ended' }, say('* BYE The input is too long\r\n'), { type: 'close' });
    case 'account':
      return state.onAccount === null ? go(state, {}) : state.onAccount({ ...state, onAccount: null }, event.owner);
    case 'mailbox':
      return state.onMailbox === null ? go(state, {}) : state.onMailbox({ ...state, onMailbox: null }, event.answer);
    case 'news':
      return news({ ...state, stale: state.view !== null });
    case 'secured':
      // What was said in clear text is forgotten (RFC 3501 6.2.1).
      return go({ ...newSession(true), place: 'command', client: state.client, now: state.now }, {});
  }
}

/** In IDLE the client hears of it at once (RFC 2177), else before the reply to its next command. */
const news = (state: ImapState): ImapStep =>
  state.place === 'idle' && state.stale && state.onMailbox === null
    ? refreshed(state, false, (next) => (next.stale ? news(next) : go(next, {})))
    : go(state, {});

function unit(server: Server, state: ImapState, text: Bytes): ImapStep {
  switch (state.place) {
    case 'command':
    case 'literal':
      return readUnit(state, text, (next, pieces) => run(server, next, pieces));
    case 'sasl':
      return continueAuthenticate(server, state, lineText(text));
    case 'idle':
      return lineText(text).toUpperCase() === 'DONE' ? reply(state, 'OK IDLE done') : reply(state, 'BAD Expected DONE');
    case 'skip':
      return go(state, text.endsWith('\n') ? { place: 'command' } : {});
    case 'greet':
    case 'ended':
      return go(state, {});
  }
}

function run(server: Server, state: ImapState, pieces: readonly Piece[]): ImapStep {
  const command = readCommand(pieces);
  if ('fault' in command) return reply(state, `BAD ${command.fault}`);
  const no = misplaced(state, commands[command.name].when);
  return no === '' ? perform(server, state, command) : reply(state, no);
}

function perform(server: Server, state: ImapState, command: Command): ImapStep {
  switch (command.name) {
    case 'CAPABILITY':
      return saying(`* ${capabilities(server, state)}\r\n`, finish(state, 'OK Done'));
    case 'NOOP':
    case 'CHECK':
      return finish({ ...state, stale: state.view !== null }, 'OK Done');
    case 'ID':
      return saying(id(server), finish(state, 'OK Done'));
    case 'NAMESPACE':
      return saying('* NAMESPACE (("" "/")) NIL NIL\r\n', finish(state, 'OK Done'));
    case 'LOGOUT':
      return go(state, { place: 'ended', view: null }, say(`* BYE Logging out\r\n${tagged(state, 'OK Bye')}`), {
        type: 'close',
      });
    case 'STARTTLS':
      return starttls(server, state);
    case 'LOGIN':
      return login(server, state, command);
    case 'AUTHENTICATE':
      return authenticate(server, state, command);
    case 'SELECT':
    case 'EXAMINE':
      return select(state, command);
    case 'CLOSE':
      return close(state);
    case 'UNSELECT':
      return unselect(state);
    case 'CREATE':
    case 'DELETE':
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return change(state, command);
    case 'RENAME':
      return rename(state, command);
    case 'LIST':
    case 'LSUB':
      return list(state, command);
    case 'STATUS':
      return status(state, command);
    case 'IDLE':
      return saying('+ idling\r\n', news({ ...state, place: 'idle', stale: state.view !== null }));
    case 'FETCH':
      return fetch(state, command);
    case 'SEARCH':
      return search(state, command);
    case 'STORE':
      return store(state, command);
    case 'COPY':
    case 'MOVE':
      return copy(state, command);
    case 'EXPUNGE':
      return expunge(state, command);
    case 'APPEND':
      return append(state, command);
  }
}

/** The stage of a command is that of the unit that completes it; of a login with a prompt, the answer to that. */
function stageOf(state: ImapState, text: Bytes): Stage | null {
  if (state.place === 'sasl') return 'login';
  const pieces = completed(state, text);
  if (pieces === null) return null;
  const command = readCommand(pieces);
  if (!('fault' in command))
    return command.name === 'AUTHENTICATE' && command.initial === null ? null : stageOfVerb(command.name);
  const { verb } = readHead(new Scanner(pieces));
  return verb === '' ? null : stageOfVerb(verb);
}

/** The name that a login gives, else of whoever is logged in. */
function subjectOf(state: ImapState, text: Bytes): Bytes {
  if (state.place === 'sasl') return readProof(lineText(text))?.user ?? state.user;
  const pieces = completed(state, text);
  const command = pieces === null ? null : readCommand(pieces);
  if (command === null || 'fault' in command) return state.user;
  if (command.name === 'LOGIN') return command.user;
  if (command.name === 'AUTHENTICATE') return readProof(command.initial ?? '')?.user ?? state.user;
  return state.user;
}
