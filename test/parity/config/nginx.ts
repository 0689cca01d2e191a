/** Runs Debian's nginx on a configuration, only to have it checked. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { readText } from '../../../electron/lab/files.ts';
import type { Case } from './case.ts';
import { makeCertificates } from './certificates.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_mail_module.so';
const MISSING =
  "The comparison with nginx needs Debian's nginx and its mail module: apt-get install nginx libnginx-mod-mail";

/** What is made of a configuration. */
export interface Verdict {
  /** The first error without its place; null when the text is accepted. */
  readonly error: string | null;
  /** The file and the line it is in, from the configuration's folder; null where nginx names none. */
  readonly place: string | null;
  /** What is said of a text that is accepted, with its places; nobody reads it of one that is not. */
  readonly warnings: readonly string[];
}

/** A configuration as both read it. */
export interface Prepared {
  /** The configuration file, by its whole name. */
  readonly file: string;
  readonly text: string;
}

/** A folder in which nginx checks texts. */
export interface NginxCheck {
  /** `1.22.1`. */
  readonly version: string;
  /** Writes the files of a case; `check` and the lab then read them. */
  prepare(one: Omit<Case, 'name'>): Promise<Prepared>;
  check(prepared: Prepared): Promise<Verdict>;
  close(): Promise<void>;
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('nginx', args, { encoding: 'latin1' }, (error, _stdout, stderr) => {
      if (error !== null && error.code === 'ENOENT') reject(new Error(MISSING));
      else if (error?.signal === 'SIGSEGV') resolve('[emerg] 0#0: nginx crashed');
      else resolve(Buffer.from(stderr, 'latin1').toString('utf8'));
    });
  });
}

/** Complaints, each with the words for how bad it is. */
const COMPLAINT = /\[(emerg|crit|warn)\] \d+#\d+: (.*)/s;

/** The first complaint that makes nginx refuse the file; for wrong words that is one it calls a warning. */
function verdict(output: string, folder: string): Verdict {
  const file = join(folder, 'nginx.conf');
  const lines = output.split(/\n(?=\d{4}\/|nginx: )/).map((line) => COMPLAINT.exec(line));
  if (output.includes(`configuration file ${file} test is successful`)) {
    const warnings = lines.flatMap((line) => line?.[2]?.trimEnd().replace(`${folder}/`, '') ?? []);
    // The user only matters to who has more rights than a test needs.
    return { error: null, place: null, warnings: warnings.filter((one) => !one.startsWith('the "user" directive')) };
  }
  const found = lines.find((line) => line?.[1] === 'emerg') ?? lines.findLast((line) => line !== null);
  const said = found?.[2]?.trimEnd();
  if (said === undefined) throw new Error(`nginx said nothing that can be compared: ${output}`);
  const at = said.lastIndexOf(` in ${folder}/`);
  if (at < 0) return { error: said, place: null, warnings: [] };
  return { error: said.slice(0, at), place: normalize(said.slice(at + ` in ${folder}/`.length)), warnings: [] };
}

/** Opens a folder for checks. Without nginx this fails and says what to install: nothing here is skipped. */
export async function openNginx(): Promise<NginxCheck> {
  await access(MODULE).catch(() => {
    throw new Error(MISSING);
  });
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'parity-config-')));
  await makeCertificates(folder);
  const version = /nginx\/(\S+)/.exec(await run(['-v']))?.[1] ?? '';
  return {
    version,
    async prepare({ text, files = {}, bare }) {
      const events = bare || /^\s*events\b/m.test(text) ? '' : ' events { }';
      for (const [name, content] of Object.entries({
        ...files,
        'nginx.conf': `load_module ${MODULE}; pid ${folder}/nginx.pid;${events}\n${text.replaceAll('FOLDER', folder)}`,
      })) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      const file = join(folder, 'nginx.conf');
      return { file, text: await readText(file) };
    },
    async check({ file }) {
      return verdict(await run(['-t', '-p', join(folder, 'prefix'), '-c', file, '-e', 'stderr']), folder);
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
