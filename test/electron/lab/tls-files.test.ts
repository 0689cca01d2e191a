/** Files, ciphers and commands of TLS, tried when a configuration is read. The words are held against nginx in parity. */
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPlan } from '../../../electron/lab/plan.ts';
import { selfSignedIn } from '../../../electron/tls/self-signed.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-tls-'));
  const { certificate, key } = selfSignedIn(null)('mail.example.com');
  const cipher = {
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase: Buffer.from('gehe\xefm', 'latin1'),
  } as const;
  const locked = createPrivateKey(key).export(cipher).toString();
  await writeFile(join(folder, 'cert.pem'), certificate);
  await writeFile(join(folder, 'key.pem'), key);
  await writeFile(join(folder, 'locked.pem'), locked);
  await writeFile(join(folder, 'pass'), Buffer.from('no\r\n\r\ngehe\xefm\r\n', 'latin1'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const consent = { allowLan: false, allow: new Set<string>() };

async function problems(lines: string) {
  const text = `mail { auth_http 127.0.0.1;\nserver { listen 127.0.0.1:3333; protocol smtp;\n${lines} } }`;
  const { plan, problems: found } = await readPlan(
    { text, file: join(folder, 'nginx.conf') },
    { hostname: 'a', consent, prefix: null },
  );
  expect(plan === null).toBe(found.some(({ severity }) => severity === 'error'));
  return found.filter(({ severity }) => severity === 'error').map(({ file, line, message }) => [file, line, message]);
}

const pair = 'ssl_certificate cert.pem; ssl_certificate_key key.pem;';

test('what can be loaded is no problem, with relative names looked up beside the configuration', async () => {
  expect(await problems(`starttls on; ${pair} ssl_ciphers HIGH; ssl_ecdh_curve X25519;`)).toEqual([]);
});

test('nothing is opened without TLS, but the passphrases', async () => {
  expect(await problems('ssl_certificate none; ssl_certificate_key none;')).toEqual([]);
  expect(await problems('\nssl_password_file none;')).toEqual([
    ['nginx.conf', 4, `open() "${folder}/none" failed (2: No such file or directory)`],
  ]);
});

test('a problem of a file is placed where the file is named', async () => {
  expect(await problems('starttls on; ssl_certificate cert.pem;\nssl_certificate_key cert.pem;')).toEqual([
    [
      'nginx.conf',
      4,
      `cannot load certificate key "${folder}/cert.pem": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM)`,
    ],
  ]);
});

test('a problem without a file is placed at its server', async () => {
  expect(await problems(`starttls on; ${pair}\nssl_conf_command Foo bar;`)).toEqual([
    ['nginx.conf', 2, 'SSL_CONF_cmd("Foo", "bar") failed (SSL: error:0A000182:SSL routines::unknown cmd name:cmd=Foo)'],
  ]);
});

test('a command that nginx would carry out and the lab cannot is a warning', async () => {
  const text = `mail { auth_http 127.0.0.1; ${pair}\nserver { listen 25; starttls on; ssl_conf_command NumTickets 1; } }`;
  const source = { text, file: join(folder, 'nginx.conf') };
  const { plan, problems: found } = await readPlan(source, { hostname: 'a', consent, prefix: null });
  expect(plan).not.toBeNull();
  expect(found.filter(({ id }) => id === undefined)).toMatchObject([
    {
      severity: 'warning',
      line: 2,
      message: expect.stringContaining('"ssl_conf_command NumTickets 1" asks for what the lab'),
    },
  ]);
});

test('several problems are told at once', async () => {
  const found = await problems(
    'starttls on; ssl_certificate no.pem; ssl_certificate_key key.pem; ssl_dhparam no.pem; ssl_ciphers no;',
  );
  expect(found).toHaveLength(3);
});

test('a problem of two servers is told once', async () => {
  const text =
    'mail { auth_http 127.0.0.1; starttls on; ssl_certificate no; ssl_certificate_key no;\nserver { listen 25; }\nserver { listen 110; }\n}';
  const { problems: found } = await readPlan(
    { text, file: join(folder, 'nginx.conf') },
    { hostname: 'a', consent, prefix: null },
  );
  expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([{ line: 1 }]);
});

test('an encrypted key needs the file with its passphrase, and any line of it may be the one', async () => {
  const locked = 'starttls on; ssl_certificate cert.pem; ssl_certificate_key locked.pem;';
  const [problem = []] = await problems(locked);
  expect(problem[2]).toMatch(
    /^cannot load certificate key ".*\/locked\.pem": PEM_read_bio_PrivateKey\(\) failed \(SSL: .*\); it is encrypted, and no "ssl_password_file" names its passphrase$/,
  );
  expect(await problems(`${locked} ssl_password_file pass;`)).toEqual([]);
});

test('a key in the configuration itself is taken', async () => {
  expect(await problems(`starttls on; ssl_certificate cert.pem; ssl_certificate_key "data:no key";`)).toMatchObject([
    ['nginx.conf', 3, expect.stringMatching(/^cannot load certificate key "data:no key"/)],
  ]);
});
