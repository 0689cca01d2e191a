/** JUnit's XML, as CI systems read it. */
import type { TestResult } from '../../shared/lab/tests-result.ts';
import { countsOf, coverageText, detailsOf, type Reporter, reasonsOf } from './reporter.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 has no way to write (2.2) become U+FFFD. */
const legal = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');

const content = (text: string): string => legal(text).replace(/[&<>]/g, (char) => entities[char] ?? char);

/** In an attribute a line break would become a space. */
const attribute = (text: string): string =>
  legal(text)
    .replace(/[&<>"]/g, (char) => entities[char] ?? char)
    .replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);

const seconds = (ms: number | null): string => ((ms ?? 0) / 1000).toFixed(3);

function testCase(test: TestResult, file: string): readonly string[] {
  const named = `name="${attribute(test.name)}" classname="${attribute(`${file}.${test.kind}`)}"`;
  const open = `    <testcase ${named} file="${attribute(file)}" line="${test.line}" time="${seconds(test.ms)}"`;
  if (test.state === 'passed') return [`${open}/>`];
  const message = attribute(reasonsOf(test).join('; '));
  const details = content([`${file}:${test.line}`, ...detailsOf(test)].join('\n'));
  return [
    `${open}>`,
    `      <failure message="${message}" type="${test.problem === null ? 'difference' : 'problem'}">${details}</failure>`,
    '    </testcase>',
  ];
}

/** One suite. */
export const junit: Reporter = (run) => {
  const { file, name, report, ms } = run;
  const counts = `tests="${report.tests.length}" failures="${countsOf(run).failed}" errors="0"`;
  const coverage = report.coverage ? [`    <system-out>${content(coverageText(report.coverage))}</system-out>`] : [];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${seconds(ms)}">`,
    `  <testsuite name="${attribute(name)}" ${counts} skipped="0" time="${seconds(ms)}">`,
    ...report.tests.flatMap((test) => testCase(test, file)),
    ...coverage,
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
};
