/** Reading servers in tests. */
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { readMail } from '../../../shared/nginx/read.ts';

/** The options that tests read with. */
export const OPTIONS = { file: 'nginx.conf', hostname: 'Mail.Host.Example' };

/** The servers of a configuration that must be good. */
export function servers(text: string): readonly MailServer[] {
  const { conf, problems: found } = readMail(text, OPTIONS);
  if (conf === null) throw new Error(found.map((problem) => problem.message).join('\n'));
  return conf.servers;
}

/** The one server of a mail section. */
export function one(inServer: string, inMail = ''): MailServer {
  const [server] = servers(
    `mail { ${inMail} auth_http 127.0.0.1:9000; server { listen 3333; protocol smtp; ${inServer} } }`,
  );
  if (server === undefined) throw new Error('there is a server');
  return server;
}
