/** How nginx reads a POP3 command line (ngx_mail_pop3_parse_command). */
import type { Bytes } from '../machine/machine.ts';
import { lineBody, words } from '../wire/line.ts';

/** The verbs nginx knows before the login; everything else, STAT and LIST included, is a syntax error. */
export const pop3Verbs = ['USER', 'PASS', 'APOP', 'QUIT', 'CAPA', 'AUTH', 'NOOP', 'STLS'] as const;
export type Pop3Verb = (typeof pop3Verbs)[number];

/** A command line taken apart. */
export interface Pop3Command {
  readonly verb: Pop3Verb;
  readonly args: readonly Bytes[];
}

/** One argument more is a syntax error. */
export const ARGUMENTS_MAX = 3;

const known: ReadonlySet<string> = new Set(pop3Verbs);

/** Reads one whole line, its LF included; undefined is a syntax error. */
export function parseCommand(line: Bytes): Pop3Command | undefined {
  const text = lineBody(line);
  const word = text === undefined ? undefined : /^[A-Za-z]{4}(?= |$)/.exec(text)?.[0];
  if (text === undefined || word === undefined || !known.has(word.toUpperCase())) return undefined;
  const verb = word.toUpperCase() as Pop3Verb;
  const args = verb === 'USER' || verb === 'PASS' ? oneArgument(text) : words(text.slice(word.length));
  return args.length > ARGUMENTS_MAX ? undefined : { verb, args };
}

/** A user name or a password may hold spaces: only those before it are skipped. */
function oneArgument(text: Bytes): readonly Bytes[] {
  let from = 4;
  while (text[from] === ' ') from += 1;
  return from === text.length ? [] : [text.slice(from)];
}
