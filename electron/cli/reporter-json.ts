/** Everything, as one JSON object on one line. */
import { countsOf, type Reporter } from './reporter.ts';

/** `{ file, name, ok, passed, failed, ms, tests, coverage }`. */
export const json: Reporter = (run) => {
  const { file, name, report, ms } = run;
  const { passed, failed } = countsOf(run);
  return `${JSON.stringify({ file, name, ok: failed === 0, passed, failed, ms, ...report })}\n`;
};
