/** `mail-lab serve [FILE]`: the window in a browser tab. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createLab, type LabHandle } from '../lab/lab.ts';
import { isNginxConf } from '../lab/plan.ts';
import { codeOf, meaningOf, UserError } from '../lab/user-error.ts';
import { type Served, serveLab } from '../serve/serve.ts';
import { type ConsentOptions, consentOptions, portNumber } from './options.ts';
import { complain, complainOf, complainOfListeners, report, say } from './output.ts';
import { createRecordingWatch } from './recording.ts';
import { onSignals } from './signals.ts';

interface ServeOptions extends ConsentOptions {
  readonly port: number;
  readonly open?: boolean;
  readonly db?: string;
  readonly debug?: boolean;
}

/** The folder of this system for an app's data; the desktop app has one of its own. */
function dataFolder(): string {
  const { XDG_DATA_HOME, APPDATA } = process.env;
  const base = {
    darwin: join(homedir(), 'Library', 'Application Support'),
    win32: APPDATA ?? join(homedir(), 'AppData', 'Roaming'),
  }[process.platform as 'darwin' | 'win32'];
  return join(base ?? XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mail-traffic-lab');
}

/** The journal's file; a folder that cannot be made is the journal's to complain of. */
function journalFile(): string {
  const folder = dataFolder();
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return join(folder, 'journal.db');
  }
  return join(folder, 'journal.db');
}

/** Shows a link in the user's browser; where that fails, the link has been printed. */
function openInBrowser(link: string): void {
  const [command, ...args] = {
    darwin: ['open', link],
    win32: ['cmd', '/c', 'start', '""', link.replaceAll('&', '^&')],
  }[process.platform as 'darwin' | 'win32'] ?? ['xdg-open', link];
  const child = spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true });
  child.on('error', () => complain('no browser could be opened; follow the link yourself.'));
  child.unref();
}

async function listen(lab: LabHandle, port: number, onFault: (error: unknown) => void): Promise<Served> {
  try {
    const served = await serveLab(lab, { port, onFault });
    lab.reserve({ host: '127.0.0.1', port: served.port });
    return served;
  } catch (error) {
    const code = codeOf(error);
    await lab.stop();
    if (code === null) throw error;
    throw new UserError(`Cannot serve on port ${port}: ${meaningOf(code)}; give another one with --port.`);
  }
}

async function serve(file: string | undefined, options: ServeOptions): Promise<void> {
  const onFault = (error: unknown) => void report(error, options.debug ?? false);
  const journal = createRecordingWatch();
  const lab = await createLab({
    host: 'browser',
    dbFile: options.db ?? journalFile(),
    file: file ?? null,
    allowLan: options.allowLan ?? false,
    allow: options.allow ?? [],
    onChanged: journal.look,
  });
  const view = lab.view();
  complainOf(view.problems, file ?? 'the tutorial', isNginxConf(view));
  journal.start(lab);
  complainOfListeners(view.listeners);
  const served = await listen(lab, options.port, onFault);
  const stop = async () => {
    await served.stop();
    await lab.stop();
    journal.end();
  };
  onSignals({ stop, onFault });
  say(`Mail Traffic Lab is at ${served.link}`);
  if (options.open) openInBrowser(served.link);
}

/** Adds the subcommand. */
export function addServe(program: Command): void {
  const command = program.command('serve').argument('[FILE]', 'a lab file or an nginx.conf; without it the tutorial');
  consentOptions(command)
    .description('show the lab in a browser tab')
    .option('--port <N>', 'the port of the page; 0 takes any free one', portNumber, 0)
    .option('--open', 'open the browser too')
    .option('--db <FILE>', 'keep the journal in this file')
    .action((file: string | undefined, _options: unknown, self: Command) => serve(file, self.optsWithGlobals()));
}
