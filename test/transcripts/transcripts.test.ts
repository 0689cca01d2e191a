/** Every transcript against the pure machines and against the engine over sockets. */
import { describe, expect, it } from 'vitest';
import { imapReasons } from '../../shared/imap/reasons.ts';
import { diagnose } from '../../shared/journal/diagnose.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { readMail } from '../../shared/nginx/read.ts';
import { pop3Reasons } from '../../shared/pop3/reasons.ts';
import { serviceOf } from '../../shared/proxy/service.ts';
import { smtpReasons } from '../../shared/smtp/reasons.ts';
import { summary } from '../fakes/tutorial-session.ts';
import { startLab } from '../parity/harness/lab.ts';
import { onEngine, type RunningEngine } from './on-engine.ts';
import { onMachine } from './on-machine.ts';
import { mailOf, readTranscripts, type Transcript } from './transcript.ts';

const transcripts = (['smtp', 'imap', 'pop3'] as const).flatMap((protocol) =>
  readTranscripts(import.meta.dirname, protocol),
);
const documented = { ...smtpReasons, ...imapReasons, ...pop3Reasons };

function serverOf(transcript: Transcript) {
  const { conf, problems } = readMail(mailOf(transcript, '127.0.0.1:25', '127.0.0.1:80'), {
    file: `${transcript.name}.txt`,
    hostname: 'mx.test',
  });
  const [server] = conf?.servers ?? [];
  if (server === undefined) throw new Error(JSON.stringify(problems));
  return server;
}

/** Reasons of the one reply that stands for many causes. */
const hidden = /\.(?:verdict\.unusable|upstream-failed)$/;

async function start(mail: string): Promise<RunningEngine> {
  const running = await startLab(mail);
  const port = running?.ports[0];
  if (running === null || port === undefined) throw new Error('the engine has no port to listen on');
  return { ...running, port };
}

for (const transcript of transcripts)
  describe(`${transcript.protocol} ${transcript.name}: ${transcript.title}`, () => {
    it('gives only reasons that are documented', () => {
      const unknown = transcript.moves.map((move) => move.why).filter((why) => why !== null && !(why in documented));
      expect(unknown).toEqual([]);
    });

    it('is what the machines do', () => {
      expect(onMachine(transcript, serviceOf(serverOf(transcript)))).toEqual([]);
    });

    it('is what the engine does, and its journal tells the reasons', async () => {
      let journal: readonly Entry[] = [];
      const watched = async (mail: string) => {
        const running = await start(mail);
        journal = running.entries;
        return running;
      };
      expect(await onEngine(transcript, watched)).toEqual([]);
      const row = { ...summary, protocol: transcript.protocol };
      const found = diagnose(row, journal, { book: null });
      // Whatever broke a session is named, and the line that hides the cause is taken apart.
      const general = journal.filter(({ why, kind, leg }) => kind === 'line' && leg === 'client' && hidden.test(why));
      expect(found.filter(({ key }) => key === 'D8').map(({ seqs }) => seqs[0])).toEqual(general.map(({ seq }) => seq));
    });
  });
