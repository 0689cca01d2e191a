/** Everything that can happen to an IMAP front. */
import { imapVerbs, scan } from '../imap/commands.ts';
import type { ImapState } from '../imap/state.ts';
import type { Happening, Terrain } from '../machine/explore.ts';
import { isSaslPlace, saslPlaces } from '../sasl/exchange.ts';
import { encodeBase64 } from '../wire/base64.ts';
import { loginLeaps, loginShape, otherHappenings } from './happenings.ts';
import { saslAnswers, saslStarts } from './sasl-lines.ts';

const plain = encodeBase64('\0user\0secret');

const commands: readonly string[] = [
  ...['CAPABILITY', 'LOGIN user secret', 'NOOP', 'LOGOUT', 'STARTTLS', 'LOGIN {4}', 'LOGIN user {6}'],
  ...['LOGIN', 'LOGIN user', 'LOGIN a b c', 'LOGIN "user" "secret"', 'LOGIN "user'],
  ...saslStarts.map((start) => `AUTHENTICATE ${start}`),
  ...['AUTHENTICATE', 'AUTHENTICATE {5}', 'AUTHENTICATE {8}', `AUTHENTICATE PLAIN {${plain.length}}`],
  'SELECT INBOX',
  // Every verb with a literal, one that comes unasked, a wrong one, and too many arguments.
  ...imapVerbs.flatMap((verb) => ['{4}', '{4+}', '{x}', '1 2 3 4'].map((rest) => `${verb} ${rest}`)),
].map((text) => `a1 ${text}`);

/** Long enough that the announcement of a literal counts wherever it stands. */
const oddities: readonly string[] = [
  ...['garbage', '* bad', 'a1 {4+}', 'a1 SELECT {4+}'],
  ...imapVerbs.flatMap((verb) => [`* ${verb}`, `* ${verb} {4+}`]),
];

/** What can stand in a literal: words that mean something there, and anything else. */
const contents: readonly string[] = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', ...saslPlaces.flatMap(saslAnswers)];

/** What can follow a literal of so many bytes. */
function literals(length: number): readonly string[] {
  const fitting = [...contents.filter((text) => text.length === length), 'x'.repeat(length), '!'.repeat(length)];
  return fitting.flatMap((text) =>
    ['', ' {6}', ' secret', ' {x}', ' {4+}', ' 1 2 3 4'].map((rest) => `${text}${rest}`),
  );
}

/** The name of a client's line: its verb, `literal` for the bytes of one, `answer` to a prompt, `unknown` for others. */
export function imapName({ place, scan: from }: ImapState, text: string): string {
  if (isSaslPlace(place)) return 'answer';
  if (from.at !== 'start') return 'literal';
  const verb = /^\S* +([a-z]+)(?=[ \r\n])/i.exec(text)?.[1]?.toUpperCase();
  return imapVerbs.find((known) => known === verb) ?? 'unknown';
}

function texts({ place, scan: from }: ImapState): readonly string[] {
  if (place !== 'command' && !isSaslPlace(place)) return [];
  if (from.at === 'literal') return literals(from.literal);
  if (!isSaslPlace(place)) return [...commands, ...oddities];
  const said = saslAnswers(place);
  return [...said, ...new Set(said.map((text) => `{${text.length}}`)), '{4+}', '{x}'];
}

const lines = (state: ImapState): readonly Happening[] =>
  texts(state).flatMap((text) => {
    const line = `${text}\r\n`;
    const found = scan(state.scan, line);
    // What nginx would not take as one unit is no event.
    return found.type === 'more' || found.length !== line.length
      ? []
      : [{ on: imapName(state, line), event: { type: 'line', text: line } }];
  });

/** `maxErrors` as configured. */
export const imapTerrain = (maxErrors: number): Terrain<ImapState> => ({
  happenings: (state, running) => {
    const said = lines(state);
    return [...said, ...otherHappenings(state, running, said.length > 0, 'a1 OK logged in\r\n')];
  },
  shape: (state) => {
    const { at, verb, args, quoted } = state.scan;
    return [loginShape(state, maxErrors), at, at === 'start' ? '' : verb, args.length, quoted].join('/');
  },
  leaps: (state) => loginLeaps(state, maxErrors),
});
