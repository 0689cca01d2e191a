/**
 * Certificates for dialogues with TLS, made by openssl and kept for some days: a CA, the proxy's own certificate, a client's,
 * one that no CA of ours knows, one whose time is over, and one that a CA below ours has issued, which comes along. The
 * client's is revoked in `crl.pem`. In `conf` and `mail`, `$CERTS` is their folder.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whose certificate. `$CERTS/NAME.crt` and `$CERTS/NAME.key` are the files. */
export type Holder = 'ca' | 'server' | 'client' | 'stranger' | 'expired' | 'inner' | 'far';

const subjects: Readonly<Record<Holder, string>> = {
  ca: '/O=Lab/CN=Lab CA',
  server: '/CN=mx.test',
  client: '/O=Org, Inc/OU=Dept/CN=client name',
  stranger: '/CN=stranger',
  expired: '/CN=expired',
  inner: '/CN=Inner CA',
  far: '/O=D\u00e9p\u00f4t+OU=a \\+ b/CN=#far <away>, "quoted"; /UID=u=1',
};

function openssl(folder: string, ...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

const issuers: Partial<Readonly<Record<Holder, Holder>>> = { server: 'ca', client: 'ca', inner: 'ca', far: 'inner' };

function issue(folder: string, name: Holder, serial: string): void {
  const issuer = issuers[name];
  const signed = ['-set_serial', serial, ...(issuer ? ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`] : [])];
  const extensions = name === 'server' ? ['-addext', 'subjectAltName=DNS:mx.test,DNS:localhost,IP:127.0.0.1'] : [];
  const form = ['-x509', '-newkey', 'rsa:2048', '-noenc', '-sha256', '-days', '30'];
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  openssl(
    folder,
    'req',
    '-utf8',
    '-multivalue-rdn',
    ...form,
    ...files,
    '-subj',
    subjects[name],
    ...extensions,
    ...signed,
  );
}

/** `openssl req` makes no certificate whose time is over; `openssl x509` does. */
function issueExpired(folder: string): void {
  const request = ['-newkey', 'rsa:2048', '-noenc', '-keyout', 'expired.key', '-out', 'expired.csr'];
  openssl(folder, 'req', ...request, '-subj', subjects.expired);
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', '0x04', '-days', '-1'];
  openssl(folder, 'x509', '-req', '-in', 'expired.csr', '-out', 'expired.crt', ...signed);
}

function revokeClient(folder: string): void {
  const settings = 'database = index\ncrlnumber = number\ndefault_md = sha256\ndefault_crl_days = 30';
  const files = { 'ca.conf': `[ca]\ndefault_ca = ours\n[ours]\n${settings}\n`, index: '', number: '01\n' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const ca = ['ca', '-config', 'ca.conf', '-cert', 'ca.crt', '-keyfile', 'ca.key'];
  openssl(folder, ...ca, '-revoke', 'client.crt');
  openssl(folder, ...ca, '-gencrl', '-out', 'crl.pem');
}

/** Kept from one run to the next, as long as nothing is changed here. */
const made = createHash('sha256')
  .update(readFileSync(import.meta.filename))
  .digest('hex')
  .slice(0, 12);
const kept = join(import.meta.dirname, `../../../node_modules/.cache/parity-certificates-${made}`);
const FRESH_MS = 20 * 24 * 60 * 60 * 1000;

const isFresh = (): boolean => Date.now() - (statSync(kept, { throwIfNoEntry: false })?.mtimeMs ?? 0) < FRESH_MS;

/** The folder with the certificates. */
export function certificates(): string {
  if (isFresh()) return kept;
  const folder = `${kept}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  issue(folder, 'ca', '0x01');
  issue(folder, 'server', '0x02');
  issue(folder, 'client', '0x0A1B2C3D4E');
  issue(folder, 'stranger', '0x03');
  issueExpired(folder);
  issue(folder, 'inner', '0x05');
  issue(folder, 'far', '0xF00D');
  appendFileSync(join(folder, 'far.crt'), readFileSync(join(folder, 'inner.crt')));
  revokeClient(folder);
  // Another process may have made them in the meantime: whoever is first wins.
  if (!isFresh()) {
    rmSync(kept, { recursive: true, force: true });
    renameSync(folder, kept);
  }
  rmSync(folder, { recursive: true, force: true });
  return kept;
}

/** The text of one of the files. */
export function certificate(name: Holder, kind: 'crt' | 'key'): string {
  return readFileSync(join(certificates(), `${name}.${kind}`), 'utf8');
}
