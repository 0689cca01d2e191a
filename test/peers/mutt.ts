/** mutt as a person uses it: on a terminal, by its keys. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, program, run } from './run.ts';

/** Opens the INBOX, reads the newest message, flags it, writes that back and leaves; `folder` is for its files. */
export async function mutt(folder: string, port: number, user: string, password: string): Promise<Outcome> {
  const rc = join(folder, 'muttrc');
  const keys = '<last-entry><display-message><exit><flag-message><sync-mailbox><quit>';
  const lines = [
    `set imap_user="${user}" imap_pass="${password}"`,
    'set ssl_starttls=no ssl_force_tls=no imap_check_subscribed=no',
    'set quit=yes move=no delete=no wait_key=no confirmappend=no sort=mailbox-order mail_check=0',
    `set folder="${folder}" record="" postponed="" header_cache="" certificate_file="${join(folder, 'certs')}"`,
    `push "${keys}"`,
  ];
  await writeFile(rc, `${lines.join('\n')}\n`);
  program('mutt');
  // script(1) gives it a terminal.
  const command = `TERM=vt100 COLUMNS=100 LINES=30 mutt -n -F '${rc}' -f imap://127.0.0.1:${port}/INBOX`;
  return run('script', ['-qec', command, '/dev/null']);
}
