/**
 * All checks, in the order in which they fail fastest; stops at the first that fails. Arguments go to vitest:
 * `npm test -- --project unit`, `npm test -- test/shared`. The last line is always `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environment, findNode, noNode, root } from './node.mjs';

/** vitest's own report, from which the closing line is counted. */
const REPORT = join(root, 'node_modules', '.cache', 'vitest', 'report.json');

/**
 * The script behind a command of an installed package.
 *
 * @param {string} name the package
 * @param {string} command
 */
function bin(name, command) {
  const folder = join(root, 'node_modules', name);
  return join(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).bin[command]);
}

/**
 * Runs one step. A quiet one shows its output only when it fails.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {boolean} quiet
 * @returns {Promise<{ code: number | null, output: string }>} code null: it could not be started or was killed
 */
function run(node, args, quiet) {
  return new Promise((resolve) => {
    const stdio = /** @type {const} */ (['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit']);
    const child = spawn(node, args, { cwd: root, env: environment(), stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ code: null, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** How many tests passed, failed, and were left out, by vitest's report; null when it wrote none. */
function counts() {
  try {
    const report = JSON.parse(readFileSync(REPORT, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      left: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return null;
  }
}

/** @param {number} since ms */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/**
 * Says which step failed and how, and sets the exit code.
 *
 * @param {string} line
 * @param {{ passed: number, failed: number } | null} [seen]
 */
function fail(line, seen) {
  console.error(`npm test: ${line}`);
  console.log(`${seen?.passed ?? 0} passed, ${Math.max(1, seen?.failed ?? 1)} failed`);
  process.exitCode = 1;
}

/** @param {string} node */
async function checks(node) {
  /** @type {[string, string[]][]} */
  const steps = [
    ['lockcheck', [join(root, 'scripts', 'lockcheck.mjs'), 'package-lock.json']],
    ['lint', [bin('@biomejs/biome', 'biome'), 'ci', '--colors=off', '--error-on-warnings', '.']],
    ['typecheck', [bin('typescript', 'tsc'), '-b']],
    ['unused', [bin('knip', 'knip')]],
    ['build', [bin('electron-vite', 'electron-vite'), 'build', '--logLevel', 'warn']],
  ];
  for (const [name, args] of steps) {
    const began = Date.now();
    const { code, output } = await run(node, args, true);
    if (code !== 0) {
      process.stderr.write(output);
      fail(`${name} failed after ${seconds(began)}; npm run ${name} runs it alone.`);
      return;
    }
    console.log(`${name.padEnd(10)} ok  ${seconds(began)}`);
  }
  await tests(node);
}

/** @param {string} node */
async function tests(node) {
  const began = Date.now();
  mkdirSync(join(REPORT, '..'), { recursive: true });
  rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const { code } = await run(node, [bin('vitest', 'vitest'), 'run', ...reporters, ...process.argv.slice(2)], false);
  const seen = counts();
  if (code !== 0 || seen === null || seen.failed > 0) return fail(`tests failed after ${seconds(began)}.`, seen);
  if (seen.passed === 0) return fail('no test ran.', seen);
  if (seen.left > 0) return fail(`${seen.left} test(s) were skipped; every test must run.`, seen);
  console.log(`tests      ok  ${seconds(began)}`);
  console.log(`${seen.passed} passed, ${seen.failed} failed`);
}

const node = findNode();
if (node === null) fail(noNode);
else await checks(node);
