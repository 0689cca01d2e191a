/** Everything that can happen to an SMTP front. */
import type { Happening, Terrain } from '../machine/explore.ts';
import { isSaslPlace } from '../sasl/exchange.ts';
import { smtpVerbs } from '../smtp/commands.ts';
import type { SmtpState } from '../smtp/state.ts';
import { loginLeaps, loginShape, otherHappenings } from './happenings.ts';
import { saslAnswers, saslStarts } from './sasl-lines.ts';

const commands: readonly string[] = [
  ...['EHLO laptop', 'HELO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@test.com>'],
  ...['RSET', 'NOOP', 'QUIT', 'STARTTLS', 'VRFY user', 'EXPN list', 'HELP'],
  ...['EHLO', 'EHLO a b', 'HELO', 'HELO a b', 'MAIL', 'RCPT', 'AUTH'],
  ...saslStarts.map((start) => `AUTH ${start}`),
  ...['DATA', 'GARBAGE'],
  // Every verb with too many arguments, and with a line end inside.
  ...smtpVerbs.flatMap((verb) => [`${verb} 1 2 3 4 5 6 7 8 9 10 11 12`, `${verb}\rx`]),
];

/** The name of a client's line: its verb, `answer` to a prompt, `unknown` for what nginx does not know. */
export function smtpName({ place }: SmtpState, text: string): string {
  if (place === 'delay') return 'early';
  if (isSaslPlace(place)) return 'answer';
  const verb = /^[a-z]*/i.exec(text)?.[0].toUpperCase() ?? '';
  const follows = text[verb.length] ?? '';
  return /[ \r\n]/.test(follows) && smtpVerbs.some((known) => known === verb) ? verb : 'unknown';
}

function lines(state: SmtpState): readonly Happening[] {
  const { place } = state;
  const texts =
    place === 'command' ? commands : place === 'delay' ? ['EHLO laptop'] : isSaslPlace(place) ? saslAnswers(place) : [];
  return texts.map((text) => {
    const event = { type: 'line', text: `${text}\r\n` } as const;
    return { on: smtpName(state, event.text), event };
  });
}

/** `maxErrors` as configured. */
export const smtpTerrain = (maxErrors: number): Terrain<SmtpState> => ({
  happenings: (state, running) => {
    const said = lines(state);
    return [...said, ...otherHappenings(state, running, said.length > 0, '250 2.1.5 OK\r\n')];
  },
  shape: (state) => `${loginShape(state, maxErrors)}/${state.from === null ? '' : 'from'}`,
  leaps: (state) => loginLeaps(state, maxErrors),
});
