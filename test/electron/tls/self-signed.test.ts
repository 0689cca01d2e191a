/** The certificates that the lab signs itself. */
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSignedIn } from '../../../electron/tls/self-signed.ts';
import { cn, issue } from './pki.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-tls-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, name);

describe('a self-signed certificate', () => {
  test('is for the server and this machine, says what it is, and has its key', () => {
    const { certificate, key } = selfSignedIn(null)('mx.test');
    const leaf = new X509Certificate(certificate);
    expect(leaf.subject).toBe('O=Mail Traffic Lab (self-signed\\, not for production)\nCN=mx.test');
    expect(leaf.issuer).toBe(leaf.subject);
    expect(leaf.subjectAltName).toBe('DNS:mx.test, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(leaf.ca).toBe(false);
    expect(leaf.verify(leaf.publicKey)).toBe(true);
    expect(key).toContain('BEGIN PRIVATE KEY');
  });

  test('is made once for a name', () => {
    const made = selfSignedIn(null);
    expect(made('a.test')).toBe(made('a.test'));
    expect(made('b.test')).not.toBe(made('a.test'));
  });

  test('is kept: the key for nobody else to read, the certificate for clients', async () => {
    const first = selfSignedIn(join(folder, 'certificates'))('mx.test');
    expect(await readFile(file('certificates/self-signed-mx.test.pem'), 'utf8')).toBe(first.certificate);
    expect((await stat(file('certificates/self-signed-mx.test.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(file('certificates'))).mode & 0o777).toBe(0o700);
    expect(selfSignedIn(join(folder, 'certificates'))('mx.test')).toEqual(first);
  });

  test('is made anew when its time is nearly over, and when what was kept is damaged', async () => {
    const first = selfSignedIn(folder)('mx.test');
    const old = issue({ subject: cn('mx.test'), to: 3 });
    await writeFile(file('self-signed-mx.test.key'), old.key + old.certificate);
    const second = selfSignedIn(folder)('mx.test');
    expect([old.certificate, first.certificate]).not.toContain(second.certificate);
    await writeFile(file('self-signed-mx.test.key'), 'nonsense');
    const third = selfSignedIn(folder)('mx.test');
    expect(third.certificate).not.toBe(second.certificate);
    expect(await readFile(file('self-signed-mx.test.pem'), 'utf8')).toBe(third.certificate);
  });

  test('a name that is no file name gets one', async () => {
    const { certificate } = selfSignedIn(folder)('../../etc/"pass wd"\n');
    expect(new X509Certificate(certificate).subjectAltName).toContain('DNS:');
    const names = await readdir(folder);
    expect(names.map((name) => name.replace(/[0-9a-f]{16}/, 'HASH')).sort()).toEqual([
      'self-signed-HASH.key',
      'self-signed-HASH.pem',
    ]);
  });

  test('without a folder to write to there is one all the same', async () => {
    await writeFile(file('taken'), '');
    const { certificate } = selfSignedIn(join(folder, 'taken'))('mx.test');
    expect(new X509Certificate(certificate).subject).toContain('CN=mx.test');
  });
});
