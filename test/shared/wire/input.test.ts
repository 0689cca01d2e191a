import { describe, expect, test } from 'vitest';
import { dropInput, emptyInput, fillInput, inputIsFull, rewindInput } from '../../../shared/wire/input.ts';

describe("nginx's input buffer", () => {
  test('takes what it has room for and leaves the rest in the kernel', () => {
    const { input, waiting } = fillInput(emptyInput, 'abcdef', 4);
    expect(input).toEqual({ held: 'abcd', used: 4 });
    expect(waiting).toBe('ef');
    expect(inputIsFull(input, 4)).toBe(true);
  });

  test('is rewound only when all of it has been read', () => {
    const { input } = fillInput(emptyInput, 'abcd', 6);
    const partly = dropInput(input, 3);
    expect(partly).toEqual({ held: 'd', used: 4 });
    expect(fillInput(partly, 'efgh', 6)).toEqual({ input: { held: 'def', used: 6 }, waiting: 'gh' });
    expect(rewindInput(partly)).toEqual(partly);
    expect(rewindInput(dropInput(partly, 1))).toEqual(emptyInput);
  });
});
