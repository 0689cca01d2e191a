/** A lab with a listener of each kind, IMAP and POP3 with a real Dovecot behind them, SMTP with a mock. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../e2e/fixtures/ports.ts';
import { certificates } from '../parity/harness/certificates.ts';
import { startDovecot } from '../peers/dovecot.ts';
import { type RunningLab, startLab } from './running-lab.ts';

/** Who may log in: the password has what clients and shells trip over. */
export const account = { user: 'ann@example.com', password: 'pa "ss\\%+' };
/** The newest message of the mailbox. */
export const newest = 'From: bob@example.com\r\nSubject: newest\r\n\r\n.dotted\r\nGr\xc3\xbc\xc3\x9fe {5}\r\n';

/**
 * 0: IMAP with STARTTLS · 1: IMAP over TLS · 2: POP3 with STLS · 3: SMTP with a login and STARTTLS · 4: SMTP behind a
 * PROXY header · 5: SMTP over TLS ·
 * 6: SMTP in the clear, without a login.
 */
function labText([imap, pop3, ...own]: readonly number[]): string {
  const tls = `ssl_certificate ${join(certificates(), 'server.crt')}; ssl_certificate_key ${join(certificates(), 'server.key')};`;
  const ports = [...own];
  const at = () => `127.0.0.1:${ports.shift()}`;
  const auth = at();
  const server = (rest: string) => `    server { listen ${at()}${rest} }`;
  return [
    'lab: 1',
    'name: clients',
    'proxy: |',
    '  mail {',
    '    server_name mail.test;',
    `    auth_http ${auth};`,
    '    proxy_pass_error_message on;',
    `    ${tls}`,
    server('; protocol imap; imap_auth plain login cram-md5 external; starttls on;'),
    server(' ssl; protocol imap;'),
    server('; protocol pop3; pop3_auth plain apop cram-md5; starttls on;'),
    server('; protocol smtp; smtp_auth plain login cram-md5; starttls on;'),
    server(' proxy_protocol; protocol smtp; smtp_auth none;'),
    server(' ssl; protocol smtp; smtp_auth none;'),
    server('; protocol smtp; smtp_auth none;'),
    '  }',
    'auth:',
    `  listen: ${auth}`,
    '  rules:',
    '    - { name: nobody, when: { user: nobody }, then: { reject: "no such user" } }',
    '    - { name: imap, when: { protocol: imap }, then: { route: store } }',
    '    - { name: pop3, when: { protocol: pop3 }, then: { route: store } }',
    '    - { name: unknown, when: { rcpt: "*@nowhere.test" }, then: { reject: "550 5.1.1 nobody" } }',
    '    - { name: mail, when: { protocol: smtp }, then: { route: eng } }',
    'accounts:',
    `  - { user: ${account.user}, password: ${JSON.stringify(account.password)} }`,
    '  - { user: nobody, password: x }',
    'upstreams:',
    `  eng: { smtp: ${at()} }`,
    `  store: { external: true, imap: 127.0.0.1:${imap}, pop3: 127.0.0.1:${pop3} }`,
    '',
  ].join('\n');
}

/** The lab, the id of its nth proxy listener, and its end. */
export interface MailboxLab extends RunningLab {
  door(n: number): string;
}

/** Starts Dovecot and the lab. Dovecot must be started by root. */
export async function startMailboxLab(): Promise<MailboxLab> {
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  execFileSync('chmod', ['755', folder]);
  const ports = await freePorts(11);
  const [imap = 0, pop3 = 0] = ports;
  const dovecot = await startDovecot(folder, { imap, pop3 }, account);
  const mail = join(folder, 'dovecot/mail', account.user);
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(mail, part), { recursive: true });
  writeFileSync(join(mail, 'new/1.old'), 'Subject: older\r\n\r\nx\r\n');
  writeFileSync(join(mail, 'new/2.new'), Buffer.from(newest, 'latin1'));
  execFileSync('chown', ['-R', 'nobody', join(folder, 'dovecot/mail')]);
  const file = join(folder, 'clients.lab.yaml');
  writeFileSync(file, labText(ports));
  const lab = await startLab('', { file });
  return {
    ...lab,
    door: (n) => lab.lab.listeners().filter(({ role }) => role === 'proxy')[n]?.id ?? '',
    stop: async () => {
      await lab.stop();
      await dovecot.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
