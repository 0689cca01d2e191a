/** `mail-lab route FILE --rcpt A`: one lookup through the rules. */
import { type Command, Option } from 'commander';
import { type TryResult, trySchema } from '../../shared/contract/contract.ts';
import { bookOf } from '../lab/book.ts';
import { tryRoute } from '../lab/try-route.ts';
import { UserError } from '../lab/user-error.ts';
import { complainOf, exitCodes, say } from './output.ts';
import { readFile } from './read.ts';
import { stepLine } from './trail-text.ts';

interface RouteOptions {
  readonly rcpt?: string;
  readonly from?: string;
  readonly helo?: string;
  readonly user?: string;
  readonly client?: string;
  readonly protocol?: string;
  readonly json?: boolean;
}

function sayResult({ trail, rule, verdict, upstream, response }: TryResult): void {
  for (const step of trail) say(stepLine(step));
  say(`rule: ${rule ?? 'none'}`);
  say(`verdict: ${verdict}${upstream === null ? '' : ` (${upstream})`}`);
  say('answer:');
  for (const line of response.trimEnd().split('\r\n')) say(`  ${line}`);
}

async function route(file: string, { json, ...given }: RouteOptions): Promise<void> {
  // Nothing is bound or reached here.
  const { plan, problems, isBare } = await readFile(file, { allowLan: true });
  complainOf(problems, file, isBare);
  if (!plan) {
    process.exitCode = exitCodes.input;
    return;
  }
  if (given.rcpt === undefined && given.user === undefined)
    throw new UserError('Say what to look up: --rcpt ADDRESS, or --user NAME.');
  const asked = trySchema.safeParse(given);
  if (!asked.success) throw new UserError(`This cannot be looked up: ${asked.error.issues[0]?.message ?? ''}.`);
  const result = tryRoute(asked.data, bookOf(plan), plan.conf);
  if (json) say(JSON.stringify(result));
  else sayResult(result);
}

/** Adds the subcommand. */
export function addRoute(program: Command): void {
  program
    .command('route')
    .argument('<FILE>', 'a lab file')
    .description('put one lookup through the rules and show why it goes where it goes')
    .option('--rcpt <ADDRESS>', 'the first recipient')
    .option('--from <ADDRESS>', 'the sender')
    .option('--helo <NAME>', 'what the client called itself')
    .option('--user <NAME>', 'a user who has logged in')
    .option('--client <IP>', "the client's address", '127.0.0.1')
    .addOption(new Option('--protocol <NAME>', 'the protocol').choices(['smtp', 'imap', 'pop3']).default('smtp'))
    .option('--json', 'the whole result as one JSON object')
    .action(route);
}
