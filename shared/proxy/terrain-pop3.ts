/** Everything that can happen to a POP3 front. */
import type { Happening, Terrain } from '../machine/explore.ts';
import { pop3Verbs } from '../pop3/commands.ts';
import type { Pop3State } from '../pop3/state.ts';
import { isSaslPlace } from '../sasl/exchange.ts';
import { loginLeaps, loginShape, otherHappenings } from './happenings.ts';
import { saslAnswers, saslStarts } from './sasl-lines.ts';

const commands: readonly string[] = [
  ...['CAPA', 'USER user', 'PASS secret', 'APOP user 0123456789abcdef0123456789abcdef', 'NOOP', 'QUIT', 'STLS', 'AUTH'],
  ...['USER', 'PASS', 'APOP', 'APOP user', 'APOP a b c'],
  ...saslStarts.map((start) => `AUTH ${start}`),
  ...['STAT', 'LIST', 'GARBAGE'],
  // Every verb with too many arguments, and with a line end inside.
  ...pop3Verbs.flatMap((verb) => [`${verb} a b c d`, `${verb}\rx`]),
];

/** The name of a client's line: its verb, `answer` to a prompt, `unknown` for what nginx does not know. */
export function pop3Name({ place }: Pop3State, text: string): string {
  if (isSaslPlace(place)) return 'answer';
  const verb = /^[a-z]{4}(?=[ \r\n])/i.exec(text)?.[0].toUpperCase();
  return pop3Verbs.find((known) => known === verb) ?? 'unknown';
}

function lines(state: Pop3State): readonly Happening[] {
  const { place } = state;
  const texts = place === 'command' || place === 'user' ? commands : isSaslPlace(place) ? saslAnswers(place) : [];
  return texts.map((text) => {
    const event = { type: 'line', text: `${text}\r\n` } as const;
    return { on: pop3Name(state, event.text), event };
  });
}

/** `maxErrors` as configured. */
export const pop3Terrain = (maxErrors: number): Terrain<Pop3State> => ({
  happenings: (state, running) => {
    const said = lines(state);
    return [...said, ...otherHappenings(state, running, said.length > 0, '+OK logged in\r\n')];
  },
  shape: (state) => loginShape(state, maxErrors),
  leaps: (state) => loginLeaps(state, maxErrors),
});
