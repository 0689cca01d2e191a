/**
 * Certificates for dialogues with TLS, made by openssl once for a process: a CA, the proxy's own certificate, a client's,
 * and one that no CA of ours knows. In `conf` and `mail`, `$CERTS` is their folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whose certificate. `$CERTS/NAME.crt` and `$CERTS/NAME.key` are the files. */
export type Holder = 'ca' | 'server' | 'client' | 'stranger';

const subjects: Readonly<Record<Holder, string>> = {
  ca: '/O=Lab/CN=Lab CA',
  server: '/CN=mx.test',
  client: '/O=Org, Inc/OU=Dept/CN=client name',
  stranger: '/CN=stranger',
};

function openssl(folder: string, ...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

function issue(folder: string, name: Holder, serial: string): void {
  const ours = name === 'server' || name === 'client';
  const signed = ours ? ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', serial] : ['-set_serial', serial];
  const extensions = name === 'server' ? ['-addext', 'subjectAltName=DNS:mx.test,DNS:localhost,IP:127.0.0.1'] : [];
  const form = ['-x509', '-newkey', 'rsa:2048', '-noenc', '-sha256', '-days', '30'];
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  openssl(folder, 'req', ...form, ...files, '-subj', subjects[name], ...extensions, ...signed);
}

let made: string | null = null;

/** The folder with the certificates. */
export function certificates(): string {
  if (made !== null) return made;
  const folder = mkdtempSync(join(tmpdir(), 'parity-certificates-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  issue(folder, 'ca', '0x01');
  issue(folder, 'server', '0x02');
  issue(folder, 'client', '0x0A1B2C3D4E');
  issue(folder, 'stranger', '0x03');
  made = folder;
  return folder;
}

/** The text of one of the files. */
export function certificate(name: Holder, kind: 'crt' | 'key'): string {
  return readFileSync(join(certificates(), `${name}.${kind}`), 'utf8');
}
