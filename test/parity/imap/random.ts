/** IMAP dialogues that nobody thought of: commands, strings, literals. */
import type { Chance } from '../harness/chance.ts';
import type { Grammar } from '../harness/random-dialogue.ts';
import { exchange, mechanism, token } from '../harness/random-sasl.ts';

const tags = ['a', 'a', 'b2', 'A.-_9', '', 'x'.repeat(32), 'x'.repeat(33), '*', 'a+', 'a\t', '\xe9', '!x'] as const;
const verbs = ['NOOP', 'noop', 'CAPABILITY', 'STARTTLS', 'LOGOUT', 'ID', 'NAMESPACE', 'N00P', 'NOOPS'] as const;
const words = ['u', 'p', 'a"b', '\\', 'a\\b', '{', '}', '\0', '\xff', '%', 'NIL', '('] as const;
const quoteds = ['"u"', '""', '"a b"', '"a\\"b"', '"a\\\\"', '"u', '"a b', '"\\', '"a""b"', '\\x\\"y"'] as const;
const literals = ['{1}⏎u', '{3}⏎a⏎', '{1+}⏎u', '{2+}⏎\0"', '{0}⏎', '{}⏎x', '{+}⏎x', '{1}␊u', '{1}\r\r\nu'] as const;
const oddLiterals = [
  '{1}x',
  '{1+x}',
  '{a}',
  '{1}⏎u{1}⏎p',
  '{1+}⏎ux',
  '{3+}',
  '{9+}',
  '{99}⏎x',
  '{4294967297}⏎x',
] as const;
const gaps = [' ', ' ', ' ', '  ', ''] as const;
const mechanisms = ['"plain"', '{5}⏎PLAIN', '{5+}⏎LOGIN', '"PLAIN', '"LOGIN" "dQ=="'] as const;
const tokens = ['{4}⏎dXNl', '"dQ=="', '{4+}⏎dQ==', '"'] as const;
const usual = ['a LOGIN u p', 'b login "u s" "p"', 'c LOGIN {1}⏎u {1}⏎p', 'd LOGIN {2+}⏎u  {1+}⏎p', 'e NOOP'] as const;
const relayed = ['f SELECT INBOX', 'g APPEND INBOX {3}⏎abc', 'h APPEND INBOX {3+}⏎a⏎⏎', 'i IDLE⏎DONE'] as const;
const bytes = ['A', 'n', ' ', '\t', '\r', '\0', '"', '\\', '{', '+}', '1', '='] as const;
const ends = ['⏎', '⏎', '⏎', '⏎', '⏎', '⏎', '␊', '\r', ' ⏎', '+}⏎'] as const;

function line(draw: Chance): string {
  const { one, often, some } = draw;
  const tag = () => `${one(tags)}${one([' ', ' ', ' ', ' ', '  ', ''])}`;
  const argument = () => one(gaps) + (often(0.5) ? one(words) : one([...quoteds, ...literals, ...oddLiterals]));
  const kinds = [
    () => tag() + one(verbs) + some([0, 0, 1, 2, 4], argument),
    () => `${one(['a', 'b'])} LOGIN${some([1, 2, 2, 2, 2, 3], argument)}`,
    () => `${tag()}login u p`,
    () => one([...usual, ...relayed]),
    () => `${one(['a', 'c'])} AUTHENTICATE ${often(0.8) ? mechanism(draw) : one(mechanisms)}${one(['', '', ' '])}`,
    () => `${one(['a', 'c'])} AUTHENTICATE ${mechanism(draw)} ${token(draw)}`,
    () => `a AUTHENTICATE ${exchange(draw).join('⏎')}`,
    () => (often(0.8) ? token(draw) : one(tokens)),
    () => some([0, 1, 2, 3, 5, 7], () => one(bytes)),
  ] as const;
  return one(kinds)() + one(ends);
}

const values = [
  ['imap_auth plain cram-md5;', 'imap_auth external login;', 'imap_auth cram-md5 external plain login;'],
  ['imap_capabilities IMAP4rev1 "X Y";', 'imap_capabilities "";'],
  ['imap_client_buffer 40;', 'imap_client_buffer 100;', 'imap_client_buffer 300;', 'imap_client_buffer 1k;'],
] as const;

/** IMAP's own. */
export const grammar: Grammar = {
  protocol: 'imap',
  end: '␊zz LOGOUT⏎',
  line,
  conf: ({ one, often }) => values.flatMap((some) => (often(0.35) ? [one(some)] : [])),
};
