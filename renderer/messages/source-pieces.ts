/** A row of the source as it is shown: its bytes, the odd ones named, the bad places marked. Pure. */
import type { BadPlace } from '../../shared/mime/part.ts';
import { type Piece, piecesOf } from '../transcript/pieces.ts';

/** A piece of a row; `bad` lies in a bad place, `here` is one where something is missing. */
export interface SourcePiece extends Piece {
  readonly bad: boolean;
  readonly here: boolean;
}

/** The pieces of `text`, which begins at byte `at` of the message. `last` rows hold what is missing behind the end. */
export function sourcePieces(
  text: string,
  at: number,
  last: boolean,
  places: readonly BadPlace[],
): readonly SourcePiece[] {
  const end = at + text.length;
  const inside = places.filter((one) => one.at < end + (last ? 1 : 0) && one.at + Math.max(1, one.length) > at);
  const cuts = inside.flatMap((one) => [one.at, one.at + one.length]).filter((cut) => cut > at && cut < end);
  const edges = [...new Set([at, ...cuts.sort((a, b) => a - b), end])];
  const isMissing = (edge: number) => inside.some((one) => one.length === 0 && one.at === edge);
  const pieces = edges.flatMap((from, i) => {
    const to = edges[i + 1] ?? end;
    const bad = inside.some((one) => one.length > 0 && one.at <= from && one.at + one.length > from);
    const own = piecesOf(text.slice(from - at, to - at)).map((piece) => ({ ...piece, bad, here: false }));
    return isMissing(from) && (from < end || last) ? [gap, ...own] : own;
  });
  return pieces;
}

const gap: SourcePiece = { kind: 'text', text: '', bad: true, here: true };
