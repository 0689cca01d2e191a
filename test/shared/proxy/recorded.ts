/** Sessions that the engine really recorded: every transcript, played over sockets. */
import { dirname, join } from 'node:path';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { startLab } from '../../parity/harness/lab.ts';
import { onEngine } from '../../transcripts/on-engine.ts';
import { readTranscripts, type Transcript } from '../../transcripts/transcript.ts';

const folder = join(dirname(import.meta.dirname), '..', 'transcripts');

/** Every transcript of the three protocols. */
export const transcripts: readonly Transcript[] = (['smtp', 'imap', 'pop3'] as const).flatMap((protocol) =>
  readTranscripts(folder, protocol),
);

/** A recorded session, and the server it ran on. */
export interface Recorded {
  readonly server: MailServer;
  readonly entries: readonly Entry[];
}

/** Plays a transcript over sockets, and gives its journal. */
export async function record(transcript: Transcript): Promise<Recorded> {
  let journal: readonly Entry[] = [];
  let server: MailServer | undefined;
  const wrong = await onEngine(transcript, async (mail) => {
    server = readMail(mail, { file: 'mail.conf', hostname: 'mx.test' }).conf?.servers[0];
    const running = await startLab(mail);
    const port = running?.ports[0];
    if (running === null || port === undefined) throw new Error('the engine has no port to listen on');
    journal = running.entries;
    return { ...running, port };
  });
  if (wrong.length > 0 || server === undefined) throw new Error(wrong.join('\n'));
  return { server, entries: journal };
}
