/** `mail-lab export FILE --to nginx --out DIR`: the lab as what runs without it. With `--session`: see export-sessions.ts. */
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { sessionForms } from '../../shared/export/session-forms.ts';
import { exportLab } from '../lab/export.ts';
import { writeExport } from '../lab/export-write.ts';
import { readText } from '../lab/files.ts';
import { isNginxConf, readPlan } from '../lab/plan.ts';
import { exportSessions, type SessionExport } from './export-sessions.ts';
import { complain, complainOf, exitCodes, say } from './output.ts';
import { locate, type PrefixOptions, prefixOption } from './prefix.ts';

interface ExportOptions extends PrefixOptions {
  readonly out: string;
  readonly force?: boolean;
}

async function exportFile(given: string, { out, force = false, ...options }: ExportOptions): Promise<void> {
  const { file, prefix } = locate(given, options);
  // Nothing is bound or reached here.
  const source = { text: await readText(file), file: resolve(file) };
  const consent = { allowLan: true, allow: new Set<string>() };
  const { plan, problems } = await readPlan(source, { hostname: hostname(), consent, prefix });
  complainOf(problems, file, isNginxConf(source));
  if (!plan) {
    process.exitCode = exitCodes.input;
    return;
  }
  const made = await exportLab(source, plan, prefix);
  await writeExport(made, out, { force, how: 'write over what is there with --force' });
  for (const { name, what } of made.files) say(`wrote ${join(out, name)}: ${what}`);
  for (const note of made.notes) complain(`[notice] ${note}`);
}

/** A number of a session, added to those before it. */
function addSession(text: string, before: readonly number[] = []): readonly number[] {
  if (!/^#?\d{1,15}$/.test(text)) throw new InvalidArgumentError('A session has a number: --session 12');
  return [...before, Number(text.replace('#', ''))];
}

type Options = Partial<ExportOptions> & Partial<SessionExport> & { readonly to?: string };

/** Either a lab or sessions: what one of them needs, the other has no use for. */
async function run(file: string | undefined, options: Options, command: Command): Promise<void> {
  const { session, db, out, to, ...rest } = options;
  if (session !== undefined) {
    if (file !== undefined || to !== undefined) command.error('sessions come from a journal: leave FILE and --to out');
    if (db === undefined) command.error('name the journal that has the session: --db FILE');
    return exportSessions({ ...rest, session, db, ...(out === undefined ? {} : { out }) });
  }
  if (db !== undefined || rest.secrets || rest.as) command.error('name a session of the journal: --session ID');
  if (file === undefined) command.error("name a lab file, or a session with '--session ID --db FILE'");
  if (to === undefined) command.error("required option '--to <KIND>' not specified");
  if (out === undefined) command.error("required option '-o, --out <DIR>' not specified");
  return exportFile(file, { ...rest, out });
}

/** Adds the subcommand. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .argument('[FILE]', 'a lab file')
    .description(
      'write a lab as nginx.conf, auth service and compose file, or recorded sessions as a file that can be imported',
    )
    .addOption(new Option('--to <KIND>', 'what to write of a lab').choices(['nginx']))
    .option('-o, --out <PATH>', 'the folder for a lab, the file for sessions')
    .option('--session <ID>', 'a recorded session; may be repeated', addSession)
    .option('--db <FILE>', 'the journal that has the sessions')
    .addOption(
      new Option('--as <FORM>', 'a session for import (json), or to read: its ladder').choices([
        'json',
        ...sessionForms,
      ]),
    )
    .option('--secrets', 'keep the passwords of the sessions')
    .option('--force', 'write over files that are there');
  prefixOption(command).action(run);
}
