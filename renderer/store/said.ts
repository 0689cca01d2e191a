/** What was said on a telnet connection, by whom. Bytes as they came; they become text only where they are drawn. */

/** Something one side said in one go. `note`: the window's own remark, plain text. */
export interface Said {
  readonly from: 'server' | 'client' | 'note';
  /** One character a byte, but in a note. */
  readonly text: string;
}

/** Characters that are kept of one connection. */
const SAID_MAX = 200_000;

/** Adds to the end; the oldest goes when it is too much. */
export function addSaid(said: readonly Said[], from: Said['from'], text: string): readonly Said[] {
  const last = said.at(-1);
  const joined =
    last?.from === from && from !== 'note'
      ? [...said.slice(0, -1), { from, text: last.text + text }]
      : [...said, { from, text }];
  let over = joined.reduce((sum, one) => sum + one.text.length, 0) - SAID_MAX;
  const kept: Said[] = [];
  for (const one of joined) {
    if (over < one.text.length) kept.push(over > 0 ? { ...one, text: one.text.slice(over) } : one);
    over -= Math.min(Math.max(over, 0), one.text.length);
  }
  return kept;
}
