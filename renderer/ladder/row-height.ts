/** How high a row is: known before it is drawn, so that ten thousand of them need not be. */
import type { LadderRow } from '../../shared/journal/ladder.ts';

/** px of a row, and of a silence told above it. */
const ROW = 34;
export const SILENCE = 20;

export const rowHeight = (row: LadderRow | undefined): number => ROW + ((row?.gap ?? 0) > 0 ? SILENCE : 0);
