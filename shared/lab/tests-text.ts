/** What a test asks and expects, in one line each, for lists and reports. */
import type { LabTest } from './tests.ts';

const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

const pairs = (values: object, hidden: readonly string[] = []): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${hidden.includes(key) ? '••••' : valueText(value)}`)
    .join(' · ');

/** `smtp · rcpt user@eng.abc.com`, `from dev@test.com · to user@hr.abc.com · subject hello`. */
export function inputText(test: LabTest): string {
  return test.kind === 'lookup' ? pairs(test.lookup, ['password']) : pairs(test.send, ['password', 'body']);
}

/** `rule engineering · route eng`. */
export const expectedText = ({ expect }: LabTest): string => pairs(expect, ['password']);
