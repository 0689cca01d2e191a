/** Helpers for the tests of the relay taps. */
import { createHash } from 'node:crypto';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Hasher, MakeTap, RelayItem } from '../../shared/wire/relay.ts';

const sha256 = (): Hasher => {
  const sha = createHash('sha256');
  return { update: (bytes) => void sha.update(bytes, 'latin1'), digest: () => sha.digest('hex') };
};

/** The hash of a text. */
export const hashOf = (text: Bytes): string => createHash('sha256').update(text, 'latin1').digest('hex');

/** Who said what, in order. */
export type Said = readonly ['C' | 'U', Bytes];

/** Everything a tap tells of a relay. */
export function watch(make: MakeTap, said: readonly Said[]): RelayItem[] {
  const items: RelayItem[] = [];
  const tap = make(sha256, (item) => items.push(item));
  for (const [who, bytes] of said) tap[who === 'C' ? 'client' : 'upstream'](bytes);
  tap.end();
  return items;
}

/** The items in short. */
export const short = (items: readonly RelayItem[]): string[] =>
  items.map((item) => `${item.from === 'client' ? 'C' : 'U'} ${item.kind} ${item.bytes}`);

/** What the items mark as secret. */
export const hidden = (items: readonly RelayItem[]): Bytes[] =>
  items.flatMap((item) => (item.secret ?? []).map(([from, to]) => item.bytes.slice(from, to)));

/** Bytes that one side sent, and those that were told of it. */
export const counted = (said: readonly Said[], items: readonly RelayItem[]): readonly (readonly [number, number])[] =>
  (['C', 'U'] as const).map((who) => [
    said.filter(([from]) => from === who).reduce((sum, [, text]) => sum + text.length, 0),
    items.filter(({ from }) => (from === 'client') === (who === 'C')).reduce((sum, { size }) => sum + size, 0),
  ]);
