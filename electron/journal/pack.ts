/**
 * How entries lie in a chunk: one short array each instead of one object, which is half the bytes and half the time.
 * `unpack(pack(entries))` gives the same entries.
 */
import type { Direction, Entry, Kind, Leg } from '../../shared/journal/entry.ts';
import type { Disposition } from '../../shared/machine/machine.ts';

// Their order is the format: new words go to the end, and the schema's version counts up if that is not enough.
const legs: readonly Leg[] = ['client', 'auth', 'upstream'];
const directions: readonly Direction[] = ['in', 'out', 'none'];
const dispositions: readonly (Disposition | undefined)[] = [
  undefined,
  'passed',
  'consumed',
  'invented',
  'replayed',
  'changed',
];
const kinds: readonly Kind[] = [
  'open',
  'line',
  'data',
  'http',
  'dial',
  'decision',
  'wait',
  'relay',
  'tls',
  'hold',
  'fault',
  'close',
];

/** Room for words to come. */
const PLACES = 16;

const numbers = <T>(words: readonly T[]): ReadonlyMap<T, number> => new Map(words.map((word, at) => [word, at]));
const legNumber = numbers(legs);
const directionNumber = numbers(directions);
const dispositionNumber = numbers(dispositions);
const kindNumber = numbers(kinds);

/** What few entries have, in the order of the array's tail. */
type Rare = Pick<Entry, 'cause' | 'params' | 'state' | 'secret' | 'size' | 'hash' | 'trail' | 'edited'>;
const rare = [
  'cause',
  'params',
  'state',
  'secret',
  'size',
  'hash',
  'trail',
  'edited',
] as const satisfies (keyof Rare)[];

/** `[seq, at, code, why, bytes, …]`; the code holds leg, direction, disposition and kind. */
function packed(entry: Entry): unknown[] {
  const { seq, at, leg, direction, disposition, kind, why, bytes, cause, params, state } = entry;
  const code =
    (((kindNumber.get(kind) ?? 0) * PLACES + (dispositionNumber.get(disposition) ?? 0)) * PLACES +
      (directionNumber.get(direction) ?? 0)) *
      PLACES +
    (legNumber.get(leg) ?? 0);
  const { secret, size, hash, trail, edited } = entry;
  if (edited !== undefined) return [seq, at, code, why, bytes, cause, params, state, secret, size, hash, trail, edited];
  if (secret !== undefined || size !== undefined || hash !== undefined || trail !== undefined)
    return [seq, at, code, why, bytes, cause, params, state, secret, size, hash, trail];
  if (state !== undefined) return [seq, at, code, why, bytes, cause, params, state];
  if (params !== undefined) return [seq, at, code, why, bytes, cause, params];
  return cause === undefined ? [seq, at, code, why, bytes] : [seq, at, code, why, bytes, cause];
}

/** The text of a chunk. */
export const pack = (entries: readonly Entry[]): string => JSON.stringify(entries.map(packed));

function wordAt<T>(words: readonly T[], code: number, place: number): T {
  const word = words[Math.floor(code / PLACES ** place) % PLACES];
  if (word === undefined && place !== 2) throw new Error(`The journal holds an entry of an unknown kind (${code}).`);
  return word as T;
}

function unpacked(row: readonly unknown[]): Entry {
  const [seq, at, code, why, bytes, ...tail] = row as [number, number, number, string, string, ...unknown[]];
  const disposition = wordAt(dispositions, code, 2);
  const entry: Record<string, unknown> = {
    seq,
    at,
    leg: wordAt(legs, code, 0),
    direction: wordAt(directions, code, 1),
    kind: wordAt(kinds, code, 3),
    bytes,
    why,
  };
  if (disposition !== undefined) entry.disposition = disposition;
  for (const [nth, field] of rare.entries())
    if (tail[nth] !== undefined && tail[nth] !== null) entry[field] = tail[nth];
  return entry as unknown as Entry;
}

/** The entries of a chunk, in order. */
export const unpack = (text: string): Entry[] => (JSON.parse(text) as unknown[][]).map(unpacked);
