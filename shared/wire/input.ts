/**
 * nginx's input buffer: one fixed block per connection. Bytes are appended, and the block is rewound only when all of
 * it has been read; there is no compaction. So a long pipelined burst can fill it although every command is short.
 */
import type { Bytes } from '../machine/machine.ts';

/** What is in the block: `held` is not read yet, `used` counts every byte since the last rewind. */
export interface Input {
  readonly held: Bytes;
  readonly used: number;
}

/** An empty block. */
export const emptyInput: Input = { held: '', used: 0 };

/** Takes as much of `waiting` as the block of `size` bytes has room for. */
export function fillInput(
  input: Input,
  waiting: Bytes,
  size: number,
): { readonly input: Input; readonly waiting: Bytes } {
  const room = size - input.used;
  if (room <= 0 || waiting === '') return { input, waiting };
  const taken = room >= waiting.length ? waiting : waiting.slice(0, room);
  return {
    input: { held: input.held + taken, used: input.used + taken.length },
    waiting: taken.length === waiting.length ? '' : waiting.slice(room),
  };
}

/** Drops the first `count` bytes, which have been read. */
export const dropInput = (input: Input, count: number): Input => ({
  held: input.held.slice(count),
  used: input.used,
});

/** The block again from its start, if all of it has been read. */
export const rewindInput = (input: Input): Input => (input.held === '' ? emptyInput : input);

/** True when the block has no room for another byte. */
export const inputIsFull = (input: Input, size: number): boolean => input.used >= size;
