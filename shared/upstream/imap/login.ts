/** Before the mailbox: who somebody is, what the server offers, and TLS (RFC 3501 6.1, 6.2; RFC 4959; RFC 4616). */
import type { Bytes } from '../../machine/machine.ts';
import { splitPlain } from '../../sasl/plain.ts';
import { decodeBase64 } from '../../wire/base64.ts';
import type { Command } from './commands.ts';
import { string } from './print.ts';
import { go, type ImapState, type ImapStep, reply, type Server, say, tagged } from './state.ts';

type Login = Extract<Command, { name: 'LOGIN' }>;
type Authenticate = Extract<Command, { name: 'AUTHENTICATE' }>;

/** What the list of capabilities says in this state. */
export function capabilities({ play }: Server, state: ImapState): Bytes {
  const clear = !state.secure && play.imap.loginDisabled;
  const before = [
    ...(play.starttls && !state.secure ? ['STARTTLS'] : []),
    ...(clear ? ['LOGINDISABLED'] : ['AUTH=PLAIN', 'SASL-IR']),
  ];
  const own = [
    'IMAP4rev1',
    'LITERAL+',
    'ID',
    'IDLE',
    'NAMESPACE',
    'CHILDREN',
    'UNSELECT',
    'UIDPLUS',
    'MOVE',
    ...(state.owner === null ? before : []),
  ];
  const hidden = new Set(play.imap.hide.map((word) => word.toUpperCase()));
  const shown = own.filter((word) => !hidden.has(word.toUpperCase()));
  return ['CAPABILITY', ...shown, ...play.imap.extra].join(' ');
}

/** How the server calls itself: nothing that could end the line. */
const nameOf = ({ name }: Server): Bytes => name.replace(/[^ -~]/g, '?');

/** The first line. `preauth` names somebody: they are in without a login. */
export function greet(server: Server, before: ImapState): ImapStep {
  const { preauth } = server.play.imap;
  const state: ImapState = preauth === '' ? before : { ...before, owner: preauth, user: preauth };
  const how = preauth === '' ? 'OK' : 'PREAUTH';
  return go(
    state,
    { place: 'command' },
    say(`* ${how} [${capabilities(server, state)}] ${nameOf(server)} IMAP4rev1 ready\r\n`),
  );
}

/** RFC 3501 6.2.3: a server that says LOGINDISABLED refuses logins whose password everybody could read. */
const isDisabled = ({ play }: Server, { secure }: ImapState): boolean => play.imap.loginDisabled && !secure;

const REFUSED_CLEAR = 'NO [PRIVACYREQUIRED] Logins in clear text are disabled here: use TLS';

/** LOGIN. */
export const login = (server: Server, state: ImapState, { user, password }: Login): ImapStep =>
  isDisabled(server, state) ? reply(state, REFUSED_CLEAR) : prove(server, state, user, password);

const prove = (server: Server, state: ImapState, user: Bytes, password: Bytes): ImapStep =>
  go(
    state,
    {
      onAccount: (next, owner) =>
        owner === null
          ? reply(next, 'NO [AUTHENTICATIONFAILED] Unknown user or wrong password')
          : admitted(server, { ...next, owner, user }),
    },
    { type: 'login', user, proof: { how: 'plain', password } },
  );

const admitted = (server: Server, state: ImapState): ImapStep =>
  reply(state, `OK [${capabilities(server, state)}] Logged in`);

/** AUTHENTICATE: with its proof at once (SASL-IR), or with a prompt for it. */
export function authenticate(server: Server, state: ImapState, { mechanism, initial }: Authenticate): ImapStep {
  if (mechanism !== 'PLAIN') return reply(state, `NO ${mechanism.slice(0, 30)} is not offered here: use PLAIN`);
  if (isDisabled(server, state)) return reply(state, REFUSED_CLEAR);
  if (initial === null) return go(state, { place: 'sasl' }, say('+ \r\n'));
  return proof(server, state, initial === '=' ? '' : initial);
}

/** The answer to the prompt; `*` takes the command back (RFC 3501 6.2.2). */
export const continueAuthenticate = (server: Server, state: ImapState, text: Bytes): ImapStep =>
  text === '*' ? reply(state, 'BAD Authentication cancelled') : proof(server, { ...state, place: 'command' }, text);

/** Whom a proof is about; null where it is none. */
export function readProof(base64: Bytes): { readonly user: Bytes; readonly password: Bytes } | null {
  const message = decodeBase64(base64);
  return (message === undefined ? undefined : splitPlain(message)) ?? null;
}

function proof(server: Server, state: ImapState, base64: Bytes): ImapStep {
  const found = readProof(base64);
  return found === null
    ? reply(state, 'BAD The proof is no base64 of NUL user NUL password')
    : prove(server, state, found.user, found.password);
}

/** STARTTLS: everything behind its reply is TLS. */
export function starttls({ play }: Server, state: ImapState): ImapStep {
  if (state.secure) return reply(state, 'BAD TLS is already on');
  if (!play.starttls) return reply(state, 'BAD STARTTLS is not offered here');
  const done = say(tagged(state, 'OK Begin TLS now'));
  return go(state, { place: 'command', pieces: [], literal: 0 }, done, { type: 'secure' });
}

/** What the server says of itself (RFC 2971). */
export const id = (server: Server): Bytes => `* ID ("name" "Mail Traffic Lab" "vendor" ${string(nameOf(server))})\r\n`;
