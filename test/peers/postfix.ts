/** Postfix's smtpd, alone: it takes mail for example.com, believes XCLIENT of loopback, and keeps what it took. */
import { execFileSync } from 'node:child_process';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program, type Server, serve } from './run.ts';

/** Starts Postfix with folders of its own. It must be started by root. */
export async function startPostfix(folder: string, port: number): Promise<Server> {
  const home = join(folder, 'postfix');
  for (const part of ['conf', 'queue', 'data']) await mkdir(join(home, part), { recursive: true });
  await chown(join(home, 'data'), Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' })), 0);
  const main = {
    compatibility_level: '3.6',
    queue_directory: `${home}/queue`,
    data_directory: `${home}/data`,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'upstream.test',
    mydestination: 'example.com',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    smtpd_authorized_xclient_hosts: '127.0.0.0/8',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_peername_lookup: 'no',
    local_recipient_maps: '',
    alias_maps: '',
    alias_database: '',
    maillog_file: '/dev/stdout',
  };
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'rewrite unix - - n - - trivial-rewrite',
    'anvil unix - - n - 1 anvil',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  const settings = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(join(home, 'conf', 'main.cf'), settings.join(''));
  await writeFile(join(home, 'conf', 'master.cf'), `${services.join('\n')}\n`);
  // Postfix opens /dev/stdout anew, which it can do with a pipe only.
  const start = `${program('postfix')} -c ${home}/conf start-fg 2>&1 | cat`;
  const server = serve('sh', ['-c', start]);
  await server.says(/daemon started/);
  const master = Number(await readFile(join(home, 'queue/pid/master.pid'), 'utf8'));
  return { ...server, stop: () => server.stop(() => process.kill(master, 'SIGTERM')) };
}
