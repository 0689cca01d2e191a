/** What stops at a gate: conditions over one thing that passes there, and what is known of its session. */
import type { Bytes, Protocol } from '../machine/machine.ts';
import { parsePath } from '../wire/address.ts';
import type { Gate, Leg } from './entry.ts';
import { fold, globMatches } from './glob.ts';

/** The six gates, in the order in which a command and its reply pass them. */
export const gates = ['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C'] as const satisfies readonly Gate[];

/** Holds only what all its fields fit; those that are left out fit everything. Text fields are globs, whatever the case. */
export interface Breakpoint {
  readonly gate?: Gate;
  readonly session?: number;
  readonly protocol?: Protocol;
  /**
   * The first word of a command, or the code or word of a reply: `RCPT`, `4*`, `NO`, `-ERR`. Of an answer of the auth
   * service its `Auth-Status`.
   */
  readonly word?: string;
  /** An address or user that the session is about. */
  readonly address?: string;
  readonly rule?: string;
  readonly place?: string;
  /** A reason's key, such as `smtp.rcpt.ask`. */
  readonly why?: string;
  /** Gone after it held something once. */
  readonly once?: boolean;
}

/** Byte ranges that hold a secret, as [from, to). */
export type Ranges = readonly (readonly [number, number])[];

/** One thing on its way through a gate. */
export interface Piece {
  /** The side it comes from or goes to. */
  readonly leg: Leg;
  /** line: a command or reply · data: a part of a content · request, answer: of the auth service, whole. */
  readonly kind: 'line' | 'data' | 'request' | 'answer';
  readonly text: Bytes;
  readonly secret: Ranges;
  /** Reasons that it will have, or that led to it, as far as they are known before it passes. */
  readonly whys: readonly string[];
  /** Addresses and users that it brings, and that the session does not have yet. */
  readonly addresses: readonly (string | null | undefined)[];
  /** The rule behind it, where that is not the session's yet. */
  readonly rule?: string;
}

/** What is known of the session that it belongs to. */
export interface About {
  readonly id: number;
  readonly protocol: Protocol;
  readonly place: string;
  readonly user: string | null;
  readonly from: string | null;
  readonly to: readonly string[];
  readonly rule: string | null;
}

/** Whether a piece stops at this gate. */
export type Fits = (gate: Gate, piece: Piece, about: About) => boolean;

/** The test of a breakpoint, with its patterns ready. */
export function fitsOf(breakpoint: Breakpoint): Fits {
  const { gate, session, protocol } = breakpoint;
  const word = globOf(breakpoint.word);
  const address = globOf(breakpoint.address);
  const rule = globOf(breakpoint.rule);
  const place = globOf(breakpoint.place);
  const why = globOf(breakpoint.why);
  return (at, piece, about) =>
    (gate === undefined || gate === at) &&
    (session === undefined || session === about.id) &&
    (protocol === undefined || protocol === about.protocol) &&
    (place === null || place(about.place)) &&
    (word === null || word(wordOf(at, piece, about.protocol))) &&
    (rule === null || rule(piece.rule ?? about.rule ?? '')) &&
    (why === null || piece.whys.some(why)) &&
    (address === null || addressesOf(piece, about).some(address));
}

function globOf(pattern: string | undefined): ((text: string) => boolean) | null {
  if (pattern === undefined) return null;
  const folded = fold(pattern);
  return (text) => globMatches(folded, fold(text));
}

function addressesOf({ text, kind, addresses }: Piece, { user, from, to }: About): readonly string[] {
  const known = [user, from, ...to, ...addresses];
  if (kind === 'line' && /^[ \t]*(?:mail|rcpt)[ \t]/i.test(text)) known.push(parsePath(text.trimEnd()).address);
  return known.filter((one) => typeof one === 'string');
}

/** The first word of a command, the code or word of a reply, or what stands for it; '' where there is none. */
export function wordOf(gate: Gate, { kind, text }: Pick<Piece, 'kind' | 'text'>, protocol: Protocol): string {
  if (kind === 'data') return '';
  if (kind === 'answer') return /^auth-status:[ ]*([^\r\n]*)/im.exec(text)?.[1] ?? '';
  const words = text.trim().split(/[ \t\r\n]+/, 3);
  const [first = '', second, third = ''] = words;
  const isCommand = gate === 'C>P' || gate === 'P>U';
  if (protocol === 'imap' && kind === 'line' && second !== undefined) {
    if (isCommand) return second.toUpperCase();
    // `* 3 EXISTS` has its word behind the number.
    return first === '+' ? first : /^\d+$/.test(second) && third !== '' ? third : second;
  }
  // `250-first line of several`
  if (protocol === 'smtp' && !isCommand) return /^\d{3}(?=-|$)/.exec(first)?.[0] ?? first;
  return isCommand ? first.toUpperCase() : first;
}
