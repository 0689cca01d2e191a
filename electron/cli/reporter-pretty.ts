/** For people. */
import { countsOf, coverageText, detailsOf, type Paint, type Reporter, reasonsOf, type TestRun } from './reporter.ts';

function testLines({ file, report }: TestRun, paint: Paint): readonly string[] {
  return report.tests.flatMap((test) => {
    if (test.state === 'passed') return [`${paint('green', '✓')} ${test.name}`];
    const reasons = reasonsOf(test).length;
    const details = detailsOf(test).map((line, index) => `    ${index < reasons ? paint('red', line) : line}`);
    return [`${paint('red', '✗')} ${paint('bold', test.name)} ${paint('dim', `${file}:${test.line}`)}`, ...details];
  });
}

/** Every test with a sign; those that failed with the difference and the trail. */
export const pretty: Reporter = (run, paint) => {
  const { passed, failed } = countsOf(run);
  const { coverage } = run.report;
  const counts = [paint('green', `${passed} passed`), failed > 0 ? paint('red', `${failed} failed`) : '0 failed'];
  const lines = [
    paint('bold', run.name),
    ...testLines(run, paint),
    '',
    `${counts.join(', ')} in ${Math.round(run.ms)} ms`,
    ...(coverage ? [paint(coverage.hit < coverage.total ? 'yellow' : 'dim', coverageText(coverage))] : []),
  ];
  return `${lines.join('\n')}\n`;
};
