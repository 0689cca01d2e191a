import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

test('the built-in tutorial and the file among the examples are one', () => {
  expect(readFileSync(new URL('../../../examples/tutorial.lab.yaml', import.meta.url), 'utf8')).toBe(tutorialText);
});
