/** Runs Debian's nginx on a configuration, only to have it checked. */
import { execFile } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = '/usr/lib/nginx/modules/ngx_mail_module.so';
const MISSING =
  "The comparison with nginx needs Debian's nginx and its mail module: apt-get install nginx libnginx-mod-mail";

/** What `nginx -t` makes of a text. */
export interface NginxVerdict {
  /** The first error without its place; null when nginx accepts the text. */
  readonly error: string | null;
  /** The line it names, from 1 in the text. */
  readonly line: number | null;
}

/** A folder in which nginx checks texts. */
export interface NginxCheck {
  /** `1.22.1`. */
  readonly version: string;
  check(text: string): Promise<NginxVerdict>;
  close(): Promise<void>;
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('nginx', args, { encoding: 'latin1' }, (error, _stdout, stderr) => {
      if (error !== null && error.code === 'ENOENT') reject(new Error(MISSING));
      else resolve(Buffer.from(stderr, 'latin1').toString('utf8'));
    });
  });
}

/** The first complaint that makes nginx refuse the file; for wrong words that is one it calls a warning. */
function verdict(output: string, file: string): NginxVerdict {
  if (output.includes(`the configuration file ${file} syntax is ok`)) return { error: null, line: null };
  const lines = output.split(/\n(?=\d{4}\/|nginx: )/).map((line) => /\[(emerg|warn)\] \d+#\d+: (.*)/s.exec(line));
  const found = lines.find((line) => line?.[1] === 'emerg') ?? lines.findLast((line) => line !== null);
  const said = found?.[2];
  if (said === undefined) throw new Error(`nginx said nothing that can be compared: ${output}`);
  const at = said.lastIndexOf(` in ${file}:`);
  if (at < 0) throw new Error(`nginx named no place: ${said}`);
  // The line in front of the text is nginx's first.
  return { error: said.slice(0, at), line: Number.parseInt(said.slice(at + ` in ${file}:`.length), 10) - 1 };
}

/** Opens a folder for checks. Without nginx this fails and says what to install: nothing here is skipped. */
export async function openNginx(): Promise<NginxCheck> {
  await access(MODULE).catch(() => {
    throw new Error(MISSING);
  });
  const folder = await mkdtemp(join(tmpdir(), 'parity-config-'));
  const file = join(folder, 'nginx.conf');
  const version = /nginx\/(\S+)/.exec(await run(['-v']))?.[1] ?? '';
  return {
    version,
    async check(text) {
      const events = /^\s*events\b/m.test(text) ? '' : ' events { }';
      await writeFile(file, `load_module ${MODULE}; pid ${folder}/nginx.pid;${events}\n${text}`);
      return verdict(await run(['-t', '-p', folder, '-c', file, '-e', 'stderr']), file);
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
