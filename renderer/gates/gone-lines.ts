/** Of a text that was changed by hand: what is no longer there. Pure. */
import type { Entry } from '../../shared/journal/entry.ts';

type Edited = NonNullable<Entry['edited']>;

/**
 * The lines that did not go on as they were, with their secrets; of a single line, and where no line is gone, all of it.
 */
export function goneLines({ was, secret = [] }: Edited, now: string): Pick<Entry, 'bytes' | 'secret'> {
  const kept = new Set(linesOf(now));
  let bytes = '';
  const ranges: (readonly [number, number])[] = [];
  let at = 0;
  for (const line of linesOf(was)) {
    const end = at + line.length;
    if (!kept.has(line)) {
      const shift = bytes.length - at;
      for (const [from, to] of secret)
        if (from < end && to > at) ranges.push([Math.max(from, at) + shift, Math.min(to, end) + shift]);
      bytes += line;
    }
    at = end;
  }
  return bytes === '' ? { bytes: was, secret } : { bytes, secret: ranges };
}

/** Each with its own line end. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
