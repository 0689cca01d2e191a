import { describe, expect, test } from 'vitest';
import { flatten } from '../../../shared/export/conf.ts';
import { type ExportInput, exportNginx } from '../../../shared/export/nginx.ts';
import type { Include } from '../../../shared/nginx/include.ts';
import { readMail } from '../../../shared/nginx/read.ts';

const book = { rules: [], otherwise: { reject: 'no' }, accounts: [], upstreams: { eng: { smtp: '192.0.2.1:25' } } };
const folder = '/labs/my lab';

/** Files of these names. */
const including =
  (files: Readonly<Record<string, string>>): Include =>
  (pattern) =>
    Object.keys(files)
      .filter((name) => name === pattern || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))))
      .map((name) => ({ name, read: () => ({ text: files[name] ?? '' }) }));

/** The export of a configuration. */
function made(text: string, more: Partial<ExportInput> = {}, files: Readonly<Record<string, string>> = {}) {
  const { conf, problems } = readMail(text, { file: 'lab', hostname: 'mx.test', folder, include: including(files) });
  if (!conf) throw new Error(problems.map(({ message }) => message).join('; '));
  const proxy = { text: flatten(text, including(files)), folder };
  const certify = (name: string) => ({ certificate: `certificate of ${name}`, key: 'key' });
  const fixed = {
    name: 'x',
    own: { address: '127.0.0.1', port: 8000 },
    book,
    played: [],
    module: '/usr/lib/nginx/mail.so',
    certify,
  };
  const made = exportNginx({ ...fixed, proxy, conf, ...more });
  const file = (name: string) => made.files.find((one) => one.name === name)?.text;
  return { ...made, file };
}

const mail = (inner: string, server = 'listen 127.0.0.1:25; protocol smtp; smtp_auth none;'): string =>
  `mail {\n  auth_http 127.0.0.1:8000;\n  ${inner}\n  server { ${server} }\n}\n`;

describe('nginx.conf', () => {
  test('has the text as it was, and around it only what is missing', () => {
    const text = mail('# a comment; with { everything\n  xclient off;');
    const conf = made(text).file('nginx.conf') ?? '';
    expect(conf.endsWith(text)).toBe(true);
    expect(conf).toMatch(
      /^load_module \/usr\/lib\/nginx\/mail\.so;\nworker_processes auto;\nerror_log logs\/error\.log notice;\npid /m,
    );
    const whole = `worker_processes 2;\nerror_log /var/log/x.log;\npid x.pid;\nevents { }\n${text}`;
    expect(made(whole).file('nginx.conf')?.endsWith(`\n\nload_module /usr/lib/nginx/mail.so;\n${whole}`)).toBe(true);
  });

  test('a load_module of its own is the one of this machine, and stays before the first block', () => {
    const own = `load_module modules/ngx_mail_module.so;\n${mail('')}`;
    const conf = made(own).file('nginx.conf') ?? '';
    expect(conf.match(/^load_module.*$/gm)).toEqual(['load_module /usr/lib/nginx/mail.so;']);
    expect(conf.indexOf('load_module')).toBeLessThan(conf.indexOf('events {'));
    expect(made(own, { module: null }).file('nginx.conf')).not.toMatch(/^load_module/m);
  });

  test('included files stand where they were included, files of TLS have their whole names', () => {
    const files = {
      'mail.d/1.conf': 'ssl_certificate tls/a.crt; # no line end',
      'mail.d/2.conf': 'include more.conf;\n',
      'more.conf': 'ssl_certificate_key "/abs/a.key";\n',
    };
    const conf = made(mail('include mail.d/*;\n  starttls on;'), {}, files).file('nginx.conf') ?? '';
    expect(conf).not.toMatch(/^\s*include/m);
    expect(conf).toContain('ssl_certificate "/labs/my lab/tls/a.crt"; # no line end\n');
    expect(conf).toContain('ssl_certificate_key "/abs/a.key";\n');
  });

  test('says where the lab was narrower', () => {
    const conf = made(mail('', 'listen 2525; protocol smtp;')).file('nginx.conf');
    expect(conf).toContain('# listen 2525: every interface here');
    expect(made(mail('')).file('nginx.conf')).not.toContain('every interface');
  });

  test('a server without a certificate gets one, and only then', () => {
    const { file, files, notes } = made(mail('starttls on;'));
    expect(file('nginx.conf')).toMatch(/mail \{\n {4}ssl_certificate {5}tls\/self-signed\.crt;\n/);
    expect(file('tls/self-signed.crt')).toBe('certificate of mx.test');
    expect(files.find(({ name }) => name === 'tls/self-signed.key')?.mode).toBe(0o600);
    expect(notes.join()).toContain('signed by itself');
    expect(made(mail('')).files.map(({ name }) => name)).not.toContain('tls/self-signed.crt');
  });

  test('names that would break out of a comment stay in it', () => {
    const { file } = made(mail(''), { name: 'x\n}; evil \u2028; {' });
    for (const name of ['nginx.conf', 'nginx.compose.conf', 'compose.yaml', 'auth-service.mjs']) {
      expect(
        file(name)
          ?.split(/[\n\u2028]/)
          .filter((line) => /evil/.test(line) && !/^(?:#|\/\/)/.test(line)),
      ).toEqual([]);
    }
  });
});

describe('for containers', () => {
  test('loopback listeners and the own service have other addresses, other services do not', () => {
    const text = mail(
      '',
      'listen 127.0.0.1:25; listen [::1]:26 ssl; listen unix:/run/x; protocol smtp; auth_http 192.0.2.9/x;',
    );
    const conf = made(text).file('nginx.compose.conf') ?? '';
    expect(conf).toContain('listen 25; listen [::]:26 ssl; listen unix:/run/x;');
    expect(conf).toContain('auth_http http://172.31.250.10:8000/;');
    expect(conf).toContain('auth_http 192.0.2.9/x;');
  });

  test('files that are named are there too, under their own names', () => {
    const text = mail('ssl_certificate tls/a.crt; ssl_certificate_key /abs/a.key; starttls on;');
    const compose = made(text).file('compose.yaml');
    expect(compose).toContain('"/labs/my lab/tls/a.crt:/labs/my lab/tls/a.crt:ro"');
    expect(compose).toContain('"/abs/a.key:/abs/a.key:ro"');
  });

  test('listeners that only differ in the loopback address cannot be told apart there', () => {
    const two = 'listen 127.0.0.1:25; protocol smtp; } server { listen 127.0.0.2:25; protocol smtp;';
    const { files, notes } = made(mail('', two));
    expect(files.map(({ name }) => name)).toEqual(['nginx.conf', 'auth-service.mjs', 'README.md']);
    expect(notes.at(-1)).toMatch(/no compose\.yaml/);
  });
});

describe('notes', () => {
  test.each([
    ['nobody asks', mail('', 'listen 127.0.0.1:25; protocol smtp; auth_http 192.0.2.9;'), {}, /nothing will ask/],
    ['http', `events { }\nhttp { }\n${mail('')}`, {}, /What stands in http/],
    ['played', mail(''), { played: ['eng'] }, /The lab plays eng itself/],
  ] as const)('%s', (_, text, more, note) => {
    expect(made(text, more).notes).toContainEqual(expect.stringMatching(note));
  });

  test('nothing to tell', () => {
    expect(made(mail('')).notes).toEqual([]);
  });
});
