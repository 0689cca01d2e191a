/** Sets of sequence numbers and UIDs (RFC 3501 9, sequence-set). */
import { NUMBER_MAX, type Scanner } from './scanner.ts';

/** `*` of a set. */
const LAST = -1;

/** Ranges as they were written; -1 stands for `*`. */
export type NumberSet = readonly (readonly [number, number])[];

const RANGES = /[\d*:,]+/y;
const NUMBER = /^(?:\*|[1-9]\d{0,9})$/;

/** Reads a set. */
export function readSet(scanner: Scanner): NumberSet {
  const text = scanner.match(RANGES) ?? scanner.fail('Expected a set of message numbers');
  return text.split(',').map((range) => {
    const ends = range.split(':');
    const [from = '', to = from] = ends;
    if (ends.length > 2 || !NUMBER.test(from) || !NUMBER.test(to))
      return scanner.fail(`${range.slice(0, 30)} is no message number or range`);
    return [numberOf(scanner, from), numberOf(scanner, to)] as const;
  });
}

function numberOf(scanner: Scanner, text: string): number {
  if (text === '*') return LAST;
  const value = Number(text);
  return value > NUMBER_MAX ? scanner.fail(`${text} is too large`) : value;
}

/** The set as rising ranges that do not meet, `*` being `last`. */
export function resolveSet(set: NumberSet, last: number): readonly (readonly [number, number])[] {
  const ranges = set
    .map(([one, other]): [number, number] => {
      const from = one === LAST ? last : one;
      const to = other === LAST ? last : other;
      return from <= to ? [from, to] : [to, from];
    })
    .sort(([one], [other]) => one - other);
  const merged: [number, number][] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before !== undefined && range[0] <= before[1] + 1) before[1] = Math.max(before[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

/** Whether one of the rising ranges holds the number. */
export function holds(ranges: readonly (readonly [number, number])[], number: number): boolean {
  let low = 0;
  for (let high = ranges.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[1] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && number >= range[0];
}

/** The places (from 0) of those of the rising `numbers` that the ranges hold. */
export function placesIn(
  ranges: readonly (readonly [number, number])[],
  count: number,
  numberAt: (place: number) => number,
): number[] {
  const places: number[] = [];
  let nth = 0;
  for (let place = 0; place < count; place += 1) {
    const number = numberAt(place);
    while (nth < ranges.length && (ranges[nth]?.[1] ?? 0) < number) nth += 1;
    const range = ranges[nth];
    if (range === undefined) break;
    if (number >= range[0]) places.push(place);
  }
  return places;
}

/** Numbers as a set: `4,7:9`. They keep their order, since a COPYUID's two sets go in step (RFC 4315 3). */
export function printSet(numbers: readonly number[]): string {
  const out: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    const from = numbers[at] ?? 0;
    let end = at + 1;
    while (numbers[end] === from + (end - at)) end += 1;
    out.push(end - at === 1 ? `${from}` : `${from}:${from + (end - at - 1)}`);
    at = end;
  }
  return out.join(',');
}
