/** The production-like example opens as it is, in nginx and in the lab. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readText } from '../../../electron/lab/files.ts';
import { readPlan } from '../../../electron/lab/plan.ts';
import { makeCertificates } from './certificates.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/production');
const consent = { allowLan: false, allow: new Set<string>() };

let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'parity-production-')));
  await cp(EXAMPLE, folder, { recursive: true });
  await mkdir(join(folder, 'tls'), { recursive: true });
  await mkdir(join(folder, 'logs'), { recursive: true });
  await rm(join(folder, 'modules'), { force: true });
  await symlink('/usr/lib/nginx/modules', join(folder, 'modules'));
  const made = await mkdtemp(join(folder, 'made-'));
  await makeCertificates(made);
  await cp(join(made, 'cert.pem'), join(folder, 'tls/mail.example.com.crt'));
  await cp(join(made, 'key.pem'), join(folder, 'tls/mail.example.com.key'));
  await cp(join(made, 'cert.pem'), join(folder, 'tls/clients-ca.crt'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('nginx takes it', async () => {
  const file = join(folder, 'nginx.conf');
  const { stderr } = await promisify(execFile)('nginx', ['-t', '-p', folder, '-c', file, '-e', 'stderr']);
  expect(stderr).toContain(`configuration file ${file} test is successful`);
});

test('the lab takes it: every server with its addresses, and nothing left out but http', async () => {
  const file = join(folder, 'nginx.conf');
  const source = { text: await readText(file), file };
  const { plan, problems } = await readPlan(source, { hostname: 'host', consent, prefix: null });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  // What else there is are pieces of advice.
  expect(problems.filter(({ id }) => id === undefined)).toMatchObject([
    { severity: 'note', message: '"http" is skipped: the lab runs only the "mail" section', file: 'nginx.conf' },
  ]);
  const addresses = plan?.conf.servers.map(({ protocol, starttls, listens }) => [
    protocol,
    starttls,
    listens.map(({ text, ssl, proxyProtocol }) => `${text}${ssl ? ' ssl' : ''}${proxyProtocol ? ' proxy' : ''}`).join(),
  ]);
  expect(addresses).toEqual([
    ['smtp', 'on', '10025'],
    ['smtp', 'only', '10587,10465 ssl,[::1]:10465 ssl'],
    ['smtp', 'off', '127.0.0.1:10026 proxy'],
    ['imap', 'on', '10143,10993 ssl'],
    ['pop3', 'on', '10110,10995 ssl'],
  ]);
  expect(plan?.conf.process).toEqual({
    workers: 'auto',
    shutdownTimeoutMs: 30_000,
    errorLogs: [{ sink: 'logs/error.log', level: 'notice' }],
    pid: 'logs/nginx.pid',
  });
});
