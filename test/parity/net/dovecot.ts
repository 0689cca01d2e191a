/** A real Dovecot that expects a PROXY header (`haproxy = yes`) and lets everybody in whose password is `p`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePorts } from '../harness/sockets.ts';

const binary = '/usr/sbin/dovecot';

/** A Dovecot that runs. */
export interface Dovecot {
  readonly imap: number;
  readonly pop3: number;
  /** What it logged of the logins of `user`; waits until there is something. */
  logins(user: string): Promise<string>;
  stop(): Promise<void>;
}

/** Without root's rights everything runs as whoever starts it. */
function rootless(): readonly string[] {
  const { uid, gid, username } = userInfo();
  if (uid === 0) return [];
  return [
    `default_internal_user = ${username}`,
    `default_login_user = ${username}`,
    `default_internal_group = ${gid}`,
    'service anvil {\n  chroot =\n}',
  ];
}

function configuration(folder: string, imap: number, pop3: number): string {
  const { uid, gid } = userInfo();
  const owner = uid === 0 ? 'uid=65534 gid=65534' : `uid=${uid} gid=${gid}`;
  const login = (protocol: string, port: number): string =>
    [
      `service ${protocol}-login {`,
      `  ${uid === 0 ? '' : 'chroot ='}`,
      `  inet_listener ${protocol} {\n    port = ${port}\n    haproxy = yes\n  }`,
      `  inet_listener ${protocol}s {\n    port = 0\n  }`,
      '}',
    ].join('\n');
  return [
    `base_dir = ${folder}/run`,
    `state_dir = ${folder}/state`,
    `log_path = ${folder}/log`,
    'protocols = imap pop3',
    'listen = 127.0.0.1',
    'ssl = no',
    'disable_plaintext_auth = no',
    `mail_location = maildir:${folder}/mail`,
    'first_valid_uid = 0',
    'haproxy_trusted_networks = 127.0.0.0/8',
    'login_log_format_elements = user=<%u> rip=%r rport=%b lip=%l lport=%a %c',
    ...rootless(),
    'passdb {\n  driver = static\n  args = password=p\n}',
    `userdb {\n  driver = static\n  args = ${owner} home=${folder}/mail\n}`,
    login('imap', imap),
    login('pop3', pop3),
    '',
  ].join('\n');
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Logs in until that works: the first clients of a Dovecot that has just started are kept waiting. */
async function warmUp(port: number, alive: () => boolean): Promise<void> {
  for (let welcome = false; !welcome; ) {
    if (!alive()) throw new Error('Dovecot does not start; its log is in the folder that the test names.');
    const socket = connect({ host: '127.0.0.1', port });
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (/^a OK /m.test(heard)) socket.destroy();
    });
    socket.write('PROXY UNKNOWN\r\na LOGIN warm p\r\n');
    await once(socket, 'close').catch(() => undefined);
    welcome = /^a OK /m.test(heard);
    if (!welcome) await pause();
  }
}

/** Starts it on free ports. */
export async function startDovecot(): Promise<Dovecot> {
  if (!existsSync(binary) || !existsSync('/usr/lib/dovecot/imap-login')) {
    throw new Error('This test needs Dovecot. Install it with: apt-get install dovecot-imapd dovecot-pop3d');
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'dovecot-'));
  await chmod(folder, 0o755);
  await mkdir(path.join(folder, 'mail'));
  await chmod(path.join(folder, 'mail'), 0o777);
  const [imap = 0, pop3 = 0] = await freePorts(['127.0.0.1', '127.0.0.1']);
  const file = path.join(folder, 'dovecot.conf');
  await writeFile(file, configuration(folder, imap, pop3));
  const child = spawn(binary, ['-F', '-c', file], { stdio: 'ignore' });
  let exited = false;
  const exit = once(child, 'exit').then(() => {
    exited = true;
  });
  const log = (): Promise<string> => readFile(path.join(folder, 'log'), 'utf8').catch(() => '');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await warmUp(imap, () => !exited);
  } catch (error) {
    throw new Error(`${error}\n${await log()}`);
  }
  return {
    imap,
    pop3,
    stop,
    logins: async (user) => {
      for (;;) {
        const lines = (await log()).split('\n').filter((line) => line.includes(`Login: user=<${user}>`));
        if (lines.length > 0) return lines.join('\n');
        await pause();
      }
    },
  };
}
