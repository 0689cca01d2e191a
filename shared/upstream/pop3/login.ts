/** The AUTHORIZATION state: who is there, and the way to their maildrop (RFC 1939 4 and 7, RFC 2595 4, RFC 5034). */
import type { Bytes } from '../../machine/machine.ts';
import { bodyEnd } from '../../wire/line.ts';
import type { MockEffect, Proof } from '../mock.ts';
import { argumentsOf, type Command, readPlain } from './commands.ts';
import { answer, go, line, type Pop3MockState, type Pop3MockStep } from './state.ts';

const ask = (user: Bytes, proof: Proof): MockEffect => ({ type: 'login', user, proof });

const login = (state: Pop3MockState, user: Bytes, proof: Proof): Pop3MockStep =>
  go(state, { place: 'login', user }, ask(user, proof));

export function sayUser(state: Pop3MockState, { rest }: Command): Pop3MockStep {
  if (rest === '') return answer(state, '-ERR USER needs a name');
  // A name that is not there is told of only with the password.
  return go(state, { user: rest }, line('+OK send PASS'));
}

export function sayPass(state: Pop3MockState, { rest }: Command): Pop3MockStep {
  if (state.user === null) return answer(state, '-ERR say USER first');
  return login(state, state.user, { how: 'plain', password: rest });
}

export function sayApop(state: Pop3MockState, command: Command): Pop3MockStep {
  if (state.challenge === '') return answer(state, '-ERR APOP is not offered here');
  const [user, digest, ...more] = argumentsOf(command);
  if (user === undefined || digest === undefined || more.length > 0)
    return answer(state, '-ERR APOP needs a name and a digest');
  return login(state, user, { how: 'apop', challenge: state.challenge, digest });
}

export function sayAuth(state: Pop3MockState, command: Command): Pop3MockStep {
  const [mechanism = '', response, ...more] = argumentsOf(command);
  if (mechanism.toUpperCase() !== 'PLAIN' || more.length > 0)
    return answer(state, '-ERR only AUTH PLAIN is known here');
  if (response === undefined) return go(state, { place: 'sasl' }, { type: 'say', text: '+ \r\n' });
  return withPlain(state, response);
}

/** The answer to the prompt; `*` calls the login off. */
export function continueAuth(state: Pop3MockState, text: Bytes): Pop3MockStep {
  const message = text.slice(0, bodyEnd(text));
  const back: Pop3MockState = { ...state, place: 'authorization' };
  return message === '*' ? answer(back, '-ERR the login is called off') : withPlain(back, message);
}

function withPlain(state: Pop3MockState, message: Bytes): Pop3MockStep {
  const found = readPlain(message);
  if (!found) return answer(state, '-ERR this is no message of PLAIN in base64');
  return login(state, found.user, { how: 'plain', password: found.password });
}

/** Whose maildrop it is, or that it is nobody's. */
export function admit(state: Pop3MockState, owner: string | null, busy: boolean): Pop3MockStep {
  // Looking leaves a message's `\Recent` to the clients of IMAP.
  if (owner !== null)
    return go(state, { place: 'opening' }, { type: 'mailbox', request: { do: 'open', folder: 'INBOX', look: true } });
  const why = busy ? '[IN-USE] another session has this maildrop open' : '[AUTH] wrong user or password';
  return go(state, { place: 'authorization', user: null }, line(`-ERR ${why}`));
}
