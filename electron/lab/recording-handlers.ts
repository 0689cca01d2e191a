/** The window's calls that turn recorded sessions into a file, and a file into recorded sessions. */
import { setImmediate } from 'node:timers/promises';
import { MESSAGE_WINDOW } from '../../shared/contract/messages.ts';
import {
  type FiledMessage,
  type FiledSession,
  printSessions,
  SESSION_FILE_MAX,
  sessionsIn,
} from '../../shared/contract/session-file.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { withoutSecrets } from '../../shared/journal/masking.ts';
import type { Journal } from '../journal/journal.ts';
import type { Core, Handlers } from './handlers.ts';
import { packageVersion } from './package-root.ts';
import { UserError } from './user-error.ts';

type RecordingCalls = 'sessions.export' | 'sessions.import';

/** Characters of a file's name that are kept as the origin of its sessions. */
const ORIGIN_MAX = 200;

export function recordingHandlers(core: Pick<Core, 'journal' | 'broadcast'>): Pick<Handlers, RecordingCalls> {
  const { journal } = core;
  return {
    'sessions.export': ({ ids, secrets, messages }) => {
      const filed = ids.map((id) => fileSession(journal, id, { secrets, messages }));
      const text = printFile(filed, secrets);
      return {
        name: `${ids.length === 1 ? `session-${ids[0]}` : `sessions-${ids.length}`}.mailsession.json`,
        text,
        sessions: filed.length,
        messages: filed.reduce((sum, one) => sum + (one.messages?.length ?? 0), 0),
      };
    },
    'sessions.import': async ({ name, text }) => {
      const sessions = await readInSlices(shortName(name), text);
      const ids: number[] = [];
      let messages = 0;
      for (const one of sessions) {
        const id = keep(journal, one, shortName(name));
        ids.push(id);
        for (const message of one.messages ?? []) messages += await keepMessage(journal, id, message);
      }
      journal.flush();
      core.broadcast();
      return { ids, messages };
    },
  };
}

/** ms that the proxy's sockets wait at most while a file is read. */
const SLICE_MS = 20;

/** Everything, or nothing: what is wrong anywhere refuses the file. */
async function readInSlices(name: string, text: string): Promise<readonly FiledSession[]> {
  const sessions: FiledSession[] = [];
  let since = performance.now();
  for (const one of sessionsIn(name, text)) {
    if ('problem' in one) throw new UserError(one.problem);
    sessions.push(one);
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
  return sessions;
}

/** The last part of what may be a path, on one line. */
function shortName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? name;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return last.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, ORIGIN_MAX) || 'file';
}

/** The file's text; refused when it could not be read again. */
export function printFile(sessions: readonly FiledSession[], secrets: boolean): string {
  const text = printSessions(sessions, { writtenBy: packageVersion(), secrets: secrets ? 'kept' : 'removed' });
  if (text.length > SESSION_FILE_MAX) {
    const mega = Math.floor(SESSION_FILE_MAX / 1_000_000);
    throw new UserError(
      `These sessions make a file of ${Math.ceil(text.length / 1_000_000)} MB, and at most ${mega} MB can be read again: export fewer of them, or leave their messages out.`,
    );
  }
  return text;
}

interface Wanted {
  readonly secrets: boolean;
  readonly messages: boolean;
}

function fileSession(journal: Journal, id: number, { secrets, messages }: Wanted): FiledSession {
  const found = journal.session(id);
  if (found === null) throw new UserError(`Session ${id} is not in the journal any more.`);
  const { summary, entries } = found;
  const kept = messages ? messagesOf(journal, id) : [];
  return {
    summary,
    entries: secrets ? entries : withoutSecrets(entries),
    ...(kept.length > 0 && { messages: kept }),
  };
}

function messagesOf({ mail }: Journal, session: number): readonly FiledMessage[] {
  const { messages } = mail.page({ session, search: '', limit: 1000 });
  return messages.map(({ id, upstream, at, from, to, size }) => {
    let raw = '';
    while (raw.length < size) {
      const part = mail.window(id, raw.length, MESSAGE_WINDOW);
      if (part === null || part.length === 0) break;
      raw += part.toString('latin1');
      if (raw.length > SESSION_FILE_MAX) break;
    }
    return { upstream, at, from, to, raw };
  });
}

/** Puts a session into the journal; its new number. It is over, whatever it was when it was exported. */
function keep(journal: Journal, { summary: filed, entries }: FiledSession, imported: string): number {
  const ms = filed.ms ?? Math.ceil((entries.at(-1)?.at ?? 0) / 1000);
  const summary: SessionSummary = { ...filed, id: journal.allocate(), ms, entries: entries.length, imported };
  journal.began(summary);
  for (const entry of entries) journal.recorded(summary, entry);
  journal.ended(summary);
  return summary.id;
}

/** Keeps a message with its session, in nobody's mailbox; 1 where there was room for it. */
async function keepMessage({ mail }: Journal, session: number, message: FiledMessage): Promise<number> {
  const raw = Buffer.from(message.raw, 'latin1');
  return mail.keep({ ...message, raw, session, owners: [] }).then(
    () => 1,
    () => 0,
  );
}
