/** How nginx reads an SMTP command line (ngx_mail_smtp_parse_command). */
import type { Bytes } from '../machine/machine.ts';
import { lineBody, words } from '../wire/line.ts';

/** The verbs nginx knows before the login; everything else, DATA included, is a syntax error. */
export const smtpVerbs = [
  'HELO',
  'EHLO',
  'AUTH',
  'MAIL',
  'RCPT',
  'RSET',
  'NOOP',
  'QUIT',
  'VRFY',
  'EXPN',
  'HELP',
  'STARTTLS',
] as const;
export type SmtpVerb = (typeof smtpVerbs)[number];

/** A command line taken apart. `text` runs from the verb as typed to the last byte of the last argument. */
export interface SmtpCommand {
  readonly verb: SmtpVerb;
  readonly args: readonly Bytes[];
  readonly text: Bytes;
}

/** One argument more is a syntax error. */
export const ARGUMENTS_MAX = 11;

const known: ReadonlySet<string> = new Set(smtpVerbs);

/** Reads one whole line, its LF included; undefined is a syntax error. */
export function parseCommand(line: Bytes): SmtpCommand | undefined {
  const text = lineBody(line);
  if (text === undefined) return undefined;
  const space = text.indexOf(' ');
  const verb = (space < 0 ? text : text.slice(0, space)).toUpperCase();
  if (!known.has(verb)) return undefined;
  const args = words(text.slice(verb.length));
  if (args.length > ARGUMENTS_MAX) return undefined;
  return { verb: verb as SmtpVerb, args, text: withoutTrailingSpaces(text) };
}

// A loop, because / +$/ takes quadratic time on a line of spaces.
function withoutTrailingSpaces(text: Bytes): Bytes {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}
