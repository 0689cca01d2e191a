/** Sessions live some milliseconds and are garbage then; the collector has to know. */
import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 not to guess where objects belong. It takes what a session is made of for objects that live long, and puts a
 * few of each session where only a full collection finds them. Until then each of them holds its whole session: a sixth
 * of all garbage was copied at every turn, which cost as much time as all rules and machines together. Costs nothing
 * where nothing was guessed wrong; what is told twice counts once.
 */
export function keepYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
