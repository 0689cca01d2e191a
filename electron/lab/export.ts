/** Makes an export of a lab: reads what its configuration is made of, and looks what there is on this machine. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readEndpoint } from '../../shared/auth/ip.ts';
import { flatten } from '../../shared/export/conf.ts';
import { type Export, exportNginx } from '../../shared/export/nginx.ts';
import { readLab } from '../../shared/lab/read.ts';
import { selfSignedIn } from '../tls/self-signed.ts';
import { bookOf } from './book.ts';
import { readText } from './files.ts';
import { createInclude } from './include.ts';
import { isNginxConf, type Plan, type Source } from './plan.ts';
import { UserError } from './user-error.ts';

/** Where packages of nginx put its mail module, if it is not built in. */
const MODULES = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules', '/usr/local/nginx/modules'];

/** `source` was read into `plan`; relative names begin in `prefix`, else in the file's folder. */
export async function exportLab(source: Source, plan: Plan, prefix: string | null): Promise<Export> {
  const book = bookOf(plan);
  const { lab } = readLab(source.text, { file: 'lab' });
  if (isNginxConf(source))
    throw new UserError('This is an nginx.conf already: there is nothing to export but a lab file with its rules.');
  const own = plan.auth && readEndpoint(plan.auth.listen);
  if (!lab || !own || !book)
    throw new UserError('This lab has no auth service of its own, so it has no rules to export.');
  const folder = prefix ?? (source.file === null ? process.cwd() : dirname(source.file));
  const { file, text } = lab.proxy;
  const path = file === null ? null : resolve(folder, file);
  const written = path === null ? { text, folder } : { text: await readText(path), folder: dirname(path) };
  const module = MODULES.map((place) => `${place}/ngx_mail_module.so`).find((place) => existsSync(place)) ?? null;
  return exportNginx({
    name: plan.name,
    proxy: { ...written, text: flatten(written.text, createInclude(written.folder, '')) },
    conf: plan.conf,
    own,
    book,
    played: plan.upstreams.filter(({ external }) => !external).map(({ name }) => name),
    module,
    certify: selfSignedIn(null),
  });
}
