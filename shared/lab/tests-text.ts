/** What a test asks and expects, in one line each, for lists and reports. */
import type { LabTest } from './tests.ts';

const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

/** Passwords are not for everybody's eyes, and a body is not for one line. */
const pairs = (values: object): string =>
  Object.entries(values)
    .filter(([key]) => key !== 'body')
    .map(([key, value]) => `${key} ${key === 'password' ? '••••' : valueText(value)}`)
    .join(' · ');

/** `smtp · rcpt user@eng.abc.com`, `from dev@test.com · to user@hr.abc.com · subject hello`. */
export function inputText(test: LabTest): string {
  return test.kind === 'lookup' ? pairs(test.lookup) : pairs(test.send);
}

/** `rule engineering · route eng`. */
export const expectedText = ({ expect }: LabTest): string => pairs(expect);
