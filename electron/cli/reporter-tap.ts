/** The Test Anything Protocol, version 14. */
import type { TestResult } from '../../shared/lab/tests-result.ts';
import { coverageText, type Reporter, reasonsOf } from './reporter.ts';
import { stepLine } from './trail-text.ts';

/** `#` begins a directive, and a backslash escapes. */
const described = (name: string): string => name.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ').trim();

/** JSON is YAML, and needs no thought about what a text begins with. */
function diagnostics(test: TestResult, file: string): readonly string[] {
  const { name, kind, line, input, expected, actual, differences, problem, trail } = test;
  const fields: Readonly<Record<string, unknown>> = {
    message: reasonsOf(test).join('; '),
    severity: 'fail',
    at: { file, line },
    data: { test: name, kind, input, expected, actual, problem, differences, trail: trail?.map(stepLine) ?? [] },
  };
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return ['  ---', ...lines, '  ...'];
}

/** One point a test; those that failed with a YAML block. */
export const tap: Reporter = ({ file, report: { tests, coverage } }) => {
  const points = tests.flatMap((test, index) => {
    const ok = test.state === 'passed';
    const point = `${ok ? 'ok' : 'not ok'} ${index + 1} - ${described(test.name)}`;
    return ok ? [point] : [point, ...diagnostics(test, file)];
  });
  const comments = coverage ? [`# ${coverageText(coverage)}`] : [];
  return `${['TAP version 14', `1..${tests.length}`, ...points, ...comments].join('\n')}\n`;
};
