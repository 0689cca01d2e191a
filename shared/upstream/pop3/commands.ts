/** A POP3 command line taken apart (RFC 1939 3, RFC 2449 4), and the stage that it belongs to. */
import type { Bytes } from '../../machine/machine.ts';
import { splitPlain } from '../../sasl/plain.ts';
import { decodeBase64 } from '../../wire/base64.ts';
import { bodyEnd } from '../../wire/line.ts';
import type { Stage } from '../fault.ts';

/** What the played server knows, and the stage each belongs to for faults. */
export const pop3Stages = {
  CAPA: 'capa',
  STLS: 'stls',
  USER: 'user',
  PASS: 'pass',
  AUTH: 'pass',
  APOP: 'apop',
  STAT: 'stat',
  NOOP: 'stat',
  LIST: 'list',
  UIDL: 'uidl',
  RETR: 'retr',
  TOP: 'retr',
  DELE: 'dele',
  RSET: 'dele',
  QUIT: 'quit',
} as const satisfies Readonly<Record<string, Stage>>;

/** A known command. */
export type Verb = keyof typeof pop3Stages;

/** A line as a command. */
export interface Command {
  /** In upper case; null for an unknown one. */
  readonly verb: Verb | null;
  /** All behind the first space: a password may hold spaces. */
  readonly rest: Bytes;
}

const isVerb = (word: string): word is Verb => Object.hasOwn(pop3Stages, word);

/** Takes a line apart; its end may be CR LF or LF. */
export function readCommand(line: Bytes): Command {
  const text = line.slice(0, bodyEnd(line));
  const space = text.indexOf(' ');
  const word = (space < 0 ? text : text.slice(0, space)).toUpperCase();
  return { verb: isVerb(word) ? word : null, rest: space < 0 ? '' : text.slice(space + 1) };
}

/** The words behind the verb. */
export const argumentsOf = ({ rest }: Command): readonly Bytes[] => rest.split(' ').filter((word) => word !== '');

/** The stage of a line. */
export function stageOfLine(line: Bytes): Stage | null {
  const { verb } = readCommand(line);
  return verb === null ? null : pop3Stages[verb];
}

/** Who wants to log in, and with what: the message of SASL PLAIN in base64. */
export function readPlain(message: Bytes): { readonly user: Bytes; readonly password: Bytes } | null {
  const text = decodeBase64(message);
  return (text !== undefined && splitPlain(text)) || null;
}

/** The user that a login line names; null where it names none. */
export function userOfLine(line: Bytes): Bytes | null {
  const command = readCommand(line);
  const [first, second] = argumentsOf(command);
  switch (command.verb) {
    case 'USER':
      return command.rest;
    case 'APOP':
      return first ?? null;
    case 'AUTH':
      return second === undefined ? null : (readPlain(second)?.user ?? null);
    default:
      return null;
  }
}
