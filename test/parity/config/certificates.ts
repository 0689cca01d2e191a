/** Certificates and keys for cases, made by openssl for one run: no key is kept. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Makes in `folder`: `cert.pem` with `key.pem`, `other.pem` with `other.key`, `locked.key` (the key of `cert.pem`, with
 * the passphrase that stands in `pass.txt`), `ec.key` and `broken.pem`.
 */
export async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: folder });
  const certificate = (name: string, key: string) =>
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=mail.example.com', '-keyout', key, '-out', name],
    );
  await certificate('cert.pem', 'key.pem');
  await certificate('other.pem', 'other.key');
  await openssl('pkcs8', '-topk8', '-in', 'key.pem', '-passout', 'pass:secret', '-out', 'locked.key');
  await openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'rsa.key');
  await openssl('rand', '-out', 'ticket48.key', '48');
  await writeFile(`${folder}/pass.txt`, 'wrong\nsecret\n');
  await writeFile(`${folder}/wrong.txt`, 'wrong\n');
  const { stdout } = await openssl('x509', '-in', 'cert.pem');
  await writeFile(`${folder}/broken.pem`, stdout.slice(0, 300));
  await writeFile(`${folder}/chain.pem`, `${stdout}${stdout}`);
  await writeFile(`${folder}/brokenchain.pem`, `${stdout}${stdout.slice(0, 300)}`);
}
