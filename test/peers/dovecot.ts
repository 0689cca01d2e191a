/** Dovecot as one has it behind a proxy: IMAP and POP3 in the clear on loopback, one account, a Maildir. */

import { execFileSync } from 'node:child_process';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Server, serve } from './run.ts';

/** Who may log in. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** Starts Dovecot in a folder of its own. Its mail processes run as `nobody`, so it must be started by root. */
export async function startDovecot(
  folder: string,
  ports: { readonly imap: number; readonly pop3: number },
  { user, password }: Account,
): Promise<Server> {
  const home = join(folder, 'dovecot');
  const mail = join(home, 'mail');
  await mkdir(mail, { recursive: true });
  await chown(mail, Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })), 0);
  await writeFile(join(home, 'users'), `${user}:{PLAIN}${password}::::::\n`);
  const plain = (name: string, port: number) =>
    `service ${name}-login {\n  chroot =\n  inet_listener ${name} {\n    port = ${port}\n  }\n}`;
  const lines = [
    `base_dir = ${home}/run`,
    `state_dir = ${home}/state`,
    'log_path = /dev/stderr',
    'protocols = imap pop3',
    'listen = 127.0.0.1',
    'ssl = no',
    'disable_plaintext_auth = no',
    `mail_location = maildir:${mail}/%u`,
    `mail_home = ${mail}/%u`,
    'first_valid_uid = 1',
    `passdb {\n  driver = passwd-file\n  args = scheme=PLAIN ${home}/users\n}`,
    'userdb {\n  driver = static\n  args = uid=nobody gid=nogroup\n}',
    plain('imap', ports.imap),
    plain('pop3', ports.pop3),
    'service stats {\n  chroot =\n}',
  ];
  const conf = join(home, 'dovecot.conf');
  await writeFile(conf, `${lines.join('\n')}\n`);
  const server = serve('dovecot', ['-F', '-c', conf]);
  await server.says(/starting up/);
  return server;
}
