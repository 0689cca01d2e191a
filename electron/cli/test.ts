/** `mail-lab test FILE`: the lab's tests, for people and for CI. */
import process from 'node:process';
import { styleText } from 'node:util';
import { type Command, Option } from 'commander';
import { filtered } from '../../shared/lab/tests-coverage.ts';
import { runTests } from '../lab/tests.ts';
import { UserError } from '../lab/user-error.ts';
import { watchFiles } from '../lab/watch-files.ts';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complain, complainOf, exitCodes, report, say } from './output.ts';
import { locate, type PrefixOptions, prefixOption } from './prefix.ts';
import { readFile } from './read.ts';
import type { Paint, Reporter } from './reporter.ts';
import { json } from './reporter-json.ts';
import { junit } from './reporter-junit.ts';
import { pretty } from './reporter-pretty.ts';
import { tap } from './reporter-tap.ts';

const reporters: Readonly<Record<string, Reporter>> = { pretty, tap, junit, json };

interface TestOptions extends ConsentOptions, PrefixOptions {
  readonly reporter: string;
  readonly filter?: string;
  readonly watch?: boolean;
}

const paint: Paint = (style, text) => styleText(style, text, { stream: process.stdout });

/** Runs the tests once; answers with the exit code. `onFile` hears of the other files that the lab stands on. */
async function testOnce(given: string, options: TestOptions, onFile?: (path: string) => void): Promise<number> {
  const began = performance.now();
  const { file, prefix } = locate(given, options);
  // Nothing is bound or reached as the file says it; what a mail may reach is decided test by test.
  const { plan, problems, isBare } = await readFile(file, { allowLan: true, prefix }, onFile);
  complainOf(problems, file, isBare);
  if (!plan) return exitCodes.input;
  if (isBare) throw new UserError(`${file} is an nginx configuration; tests are kept in a lab file that names it.`);
  if (plan.tests.length === 0) throw new UserError(`${file} has no tests; write some under "tests:".`);
  const tests = filtered(plan.tests, options.filter ?? null);
  if (tests.length === 0) throw new UserError(`No test of ${file} has a name like "${options.filter}".`);
  const consent = { allowLan: options.allowLan ?? false, allow: new Set(options.allow ?? []) };
  const results = await runTests(plan, { tests, send: true, consent });
  // What a part of the tests leaves out says nothing about the rules.
  const coverage = tests.length < plan.tests.length ? null : results.coverage;
  const run = { file, name: plan.name, report: { ...results, coverage }, ms: performance.now() - began };
  process.stdout.write((reporters[options.reporter] ?? pretty)(run, paint));
  return results.tests.every(({ state }) => state === 'passed') ? exitCodes.fine : exitCodes.input;
}

/** Runs again after each change until it is interrupted; what is wrong with a file is said, and waited for. */
async function testAgain(given: string, options: TestOptions): Promise<void> {
  const { file } = locate(given, options);
  let running = false;
  let again = false;
  const files = watchFiles((changed) => {
    again = true;
    if (!running) void runs(changed);
  });
  const runs = async (changed: string | null) => {
    running = true;
    do {
      again = false;
      const others: string[] = [];
      if (changed !== null) say(`\n${new Date().toLocaleTimeString('en-GB')}  ${changed} has changed`);
      await testOnce(given, options, (path) => others.push(path)).catch((error: unknown) => report(error, false));
      files.set([file, ...others]);
      complain('waiting for changes; Ctrl+C ends it');
    } while (again);
    running = false;
  };
  files.set([file]);
  await runs(null);
}

/** Adds the subcommand. */
export function addTest(program: Command): void {
  const command = program.command('test').argument('<FILE>', 'a lab file');
  prefixOption(consentOptions(command))
    .description("run a lab's tests: lookups on its rules, mails through a proxy on ports of its own")
    .addOption(
      new Option('--reporter <NAME>', 'how to tell the results').choices(Object.keys(reporters)).default('pretty'),
    )
    .option('--filter <GLOB>', 'only the tests whose name matches; without * and ? those that contain it')
    .option('--watch', 'run again whenever the file, or one that it includes, changes')
    .action(async (file: string, options: TestOptions) => {
      if (options.watch) await testAgain(file, options);
      else process.exitCode = await testOnce(file, options);
    });
}
