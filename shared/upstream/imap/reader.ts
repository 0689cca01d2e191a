/** How a command comes: as a line, or as pieces with literals between them (RFC 3501 4.3, RFC 7888). */
import type { Bytes } from '../../machine/machine.ts';
import { commands, type Head, readCommand, readHead, type When } from './commands.ts';
import { APPEND_MAX, LINE_MAX, LITERAL_MAX, PIECES_MAX } from './limits.ts';
import { Scanner } from './scanner.ts';
import { go, type ImapState, type ImapStep, type Piece, reply, say, tagged } from './state.ts';

/** Bytes of the unit that begins the input; 0 while it is not complete. A line that is too long comes in parts. */
export function unitLength({ place, literal }: ImapState, input: Bytes): number {
  if (place === 'ended') return input.length;
  if (place === 'greet') return 0;
  if (place === 'literal') return input.length < literal ? 0 : literal;
  const end = input.indexOf('\n') + 1;
  if (end > 0 && end <= LINE_MAX) return end;
  return input.length < LINE_MAX ? 0 : LINE_MAX;
}

const LITERAL = /(?<!~)\{(\d{1,10})(\+?)\}$/;

/** A line without its end. */
export const lineText = (unit: Bytes): Bytes => unit.replace(/\r?\n$/, '');

/** What a line of a command comes to. */
type Line =
  | { readonly type: 'too-long' }
  /** The client waits for leave to send `size` bytes, unless `unasked`. */
  | { readonly type: 'announces'; readonly piece: Bytes; readonly size: number; readonly unasked: boolean }
  | { readonly type: 'complete'; readonly piece: Bytes };

function lineOf(unit: Bytes): Line {
  if (!unit.endsWith('\n')) return { type: 'too-long' };
  const text = lineText(unit);
  const found = text.endsWith('}') ? LITERAL.exec(text) : null;
  return found === null
    ? { type: 'complete', piece: text }
    : { type: 'announces', piece: text.slice(0, found.index), size: Number(found[1]), unasked: found[2] === '+' };
}

/** The command that a unit completes; null where it does not. */
export function completed({ place, pieces }: ImapState, unit: Bytes): readonly Piece[] | null {
  if (place !== 'command') return null;
  const line = lineOf(unit);
  return line.type === 'complete' ? [...pieces, { text: line.piece, literal: null }] : null;
}

/** The tag of the command that a unit belongs to; `*` where it has none. */
export const tagOf = ({ pieces }: ImapState, unit: Bytes): Bytes =>
  readHead(new Scanner(pieces.length > 0 ? pieces : [{ text: lineText(unit), literal: null }])).tag || '*';

/** Whether a command may come now; else why not. */
export function misplaced(state: ImapState, when: When): Bytes {
  if (when === 'before') return state.owner === null ? '' : 'BAD Logged in already';
  if (when === 'any') return '';
  if (state.owner === null) return 'BAD Log in first';
  return when === 'selected' && state.view === null ? 'BAD No mailbox is selected' : '';
}

/** A unit where a command, or the next piece of one, is expected; `run` has the whole of it. */
export function readUnit(
  before: ImapState,
  unit: Bytes,
  run: (state: ImapState, pieces: readonly Piece[]) => ImapStep,
): ImapStep {
  const state = { ...before, tag: tagOf(before, unit) };
  if (state.place === 'literal') return literal(state, unit);
  const line = lineOf(unit);
  switch (line.type) {
    case 'too-long':
      return go(
        state,
        { place: 'skip', pieces: [], literal: 0 },
        say(tagged(state, `BAD The line is longer than ${LINE_MAX} bytes`)),
      );
    case 'announces':
      return announced(state, line);
    case 'complete':
      return run({ ...state, pieces: [] }, [...state.pieces, { text: line.piece, literal: null }]);
  }
}

/** The bytes of a literal are there: the command goes on behind them. */
function literal(state: ImapState, unit: Bytes): ImapStep {
  const last = state.pieces.at(-1);
  if (last === undefined) return go(state, { place: 'command' });
  return go(state, {
    place: 'command',
    pieces: [...state.pieces.slice(0, -1), { ...last, literal: unit }],
    literal: 0,
  });
}

/** A literal is announced: it may come, or the command ends here. */
function announced(before: ImapState, { piece, size, unasked }: Extract<Line, { type: 'announces' }>): ImapStep {
  const state = { ...before, pieces: [...before.pieces, { text: piece, literal: '' }] };
  const head = readHead(new Scanner(state.pieces));
  const large = tooLarge(state, head, size);
  // What comes unasked is read to its end, wrong or not; too much of it cannot be told from commands (RFC 7888 4).
  if (large !== null && unasked) {
    const bye = '* BYE A literal came that is too large\r\n';
    return go(state, { place: 'ended', pieces: [], literal: 0 }, say(tagged(state, large) + bye), { type: 'close' });
  }
  const no = large ?? (unasked ? null : wrong(state, head));
  if (no !== null) return reply(state, no);
  const place = size === 0 ? 'command' : 'literal';
  return go(state, { place, literal: size }, ...(unasked ? [] : [say('+ Send the literal\r\n')]));
}

/** Why a literal is too large; null: it is not. */
function tooLarge({ owner, pieces }: ImapState, { verb }: Head, size: number): Bytes | null {
  if (pieces.length > PIECES_MAX) return `BAD A command has ${PIECES_MAX} literals at most`;
  if (size <= LITERAL_MAX) return null;
  // Only the literal at the very end of an APPEND is a message.
  const isMessage = verb === 'APPEND' && owner !== null && !('fault' in readCommand([...pieces, noMore]));
  if (!isMessage) return `BAD The literal is longer than ${LITERAL_MAX} bytes`;
  return size > APPEND_MAX ? `NO [TOOBIG] The message is larger than ${APPEND_MAX} bytes` : null;
}

const noMore: Piece = { text: '', literal: null };

/** Why the command cannot work, so that the client need not send the literal; null: it may. */
const wrong = (state: ImapState, { verb, fault }: Head): Bytes | null =>
  verb === '' ? `BAD ${fault}` : misplaced(state, commands[verb].when) || null;
