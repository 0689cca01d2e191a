/** `mail-lab exam URL`: what an auth service answers to what nginx may ask it. */
import type { Command } from 'commander';
import type { ExamFinding, ExamReport } from '../../shared/auth/exam.ts';
import { type ExamRequest, examine } from '../lab/exam.ts';
import { type ConsentOptions, consentOptions } from './options.ts';
import { exitCodes, say } from './output.ts';

interface ExamOptions extends ConsentOptions, Omit<ExamRequest, 'url'> {
  readonly json?: boolean;
}

const words = { error: 'wrong', warn: 'look at', note: 'note' } as const;

/** Questions that are named under a finding; of more only the number is told. */
const NAMED_MAX = 3;

function where({ exchanges }: ExamReport, { questions }: ExamFinding): string {
  const about = questions.slice(0, NAMED_MAX).map((id) => exchanges.find((one) => one.id === id)?.about ?? id);
  const more = questions.length - about.length;
  return `${about.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function sayFinding(report: ExamReport, finding: ExamFinding): void {
  const { id, severity, sentence, fix } = finding;
  say(`${words[severity].padEnd(8)} ${id.padEnd(4)} ${sentence}`);
  say(`${''.padEnd(14)}fix: ${fix}`);
  say(`${''.padEnd(14)}asked: ${where(report, finding)}`);
}

const grades = {
  passed: 'passed',
  remarks: 'passed, with something to look at',
  failed: 'failed',
} as const;

function sayReport(report: ExamReport): void {
  const { target, exchanges, findings, counts, grade, unasked, ms } = report;
  say(`exam of ${target}: ${exchanges.length} lookups in ${(ms / 1000).toFixed(1)} s`);
  for (const finding of findings) sayFinding(report, finding);
  if (unasked > 0) say(`${unasked} lookups were not made: there was no time left, or no answer came any more`);
  say(`${grades[grade]}: ${counts.error} wrong, ${counts.warn} to look at, ${counts.note} to note`);
}

async function exam(url: string, { json, allowLan = false, allow = [], ...known }: ExamOptions): Promise<void> {
  const report = await examine({ url, ...known }, { allowLan, allow: new Set(allow) });
  if (json) say(JSON.stringify(report));
  else sayReport(report);
  if (report.grade === 'failed') process.exitCode = exitCodes.input;
}

/** Adds the subcommand. */
export function addExam(program: Command): void {
  const command = program
    .command('exam')
    .argument('<URL>', 'the service as auth_http would name it: http://127.0.0.1:8000/auth')
    .description('ask an auth service some sixty questions as nginx would, and grade its answers')
    .option('--user <NAME>', 'a user it knows; without one only strangers knock')
    .option('--password <TEXT>', "that user's password")
    .option('--rcpt <ADDRESS>', 'a recipient it accepts')
    .option('--json', 'the whole report, with every byte, as one JSON object');
  consentOptions(command).action(exam);
}
