/** Mailboxes as a whole: LIST, LSUB, STATUS, CREATE, DELETE, RENAME, SUBSCRIBE (RFC 3501 6.3; RFC 3348). */
import type { Bytes } from '../../machine/machine.ts';
import type { MailboxAnswer, MailboxRequest } from '../mailbox.ts';
import type { Command } from './commands.ts';
import { hasFlag } from './flags.ts';
import { INBOX, listed, matches } from './hierarchy.ts';
import { NAME_MAX } from './limits.ts';
import { astring } from './print.ts';
import { finish } from './session.ts';
import { ask, type ImapState, type ImapStep, reply, saying, unable } from './state.ts';
import { decodeName, encodeName } from './utf7.ts';

type Of<N extends Command['name']> = Extract<Command, { name: N }>;

/** INBOX has no case (RFC 3501 5.1). */
const canonical = (name: string): string => (/^inbox(?:\/|$)/i.test(name) ? INBOX + name.slice(INBOX.length) : name);

/** The name of a mailbox, or null where it cannot be one. */
export function folderName(wire: Bytes): string | null {
  const name = decodeName(wire);
  return name === null || name.length > NAME_MAX || name === '' ? null : canonical(name);
}

/** Why a name is refused. */
export const BAD_NAME = `NO [CANNOT] The name is empty, no modified UTF-7, or longer than ${NAME_MAX} characters`;

/** What the mailbox refused, in IMAP's words (RFC 5530). */
export function refusal(answer: MailboxAnswer, missing: 'NONEXISTENT' | 'TRYCREATE' = 'NONEXISTENT'): Bytes {
  if (answer.done !== 'no') return 'NO [SERVERBUG] The mailbox gave no usable answer';
  switch (answer.why) {
    case 'no-folder':
      return `NO [${missing}] There is no such mailbox`;
    case 'exists':
      return 'NO [ALREADYEXISTS] There is a mailbox of that name already';
    case 'full':
      return 'NO [OVERQUOTA] The mailbox is full';
    case 'failed':
      return 'NO [UNAVAILABLE] The mailbox cannot be read or written now';
    case 'refused':
      return 'NO [CANNOT] That cannot be done to this mailbox';
  }
}

/** LIST and LSUB. */
export function list(state: ImapState, { name, reference, pattern }: Of<'LIST' | 'LSUB'>): ImapStep {
  // An empty pattern asks for the separator and the root (RFC 3501 6.3.8).
  if (pattern === '') return saying(`* ${name} (\\Noselect) "/" ""\r\n`, finish(state, 'OK Listed'));
  const decoded = decodeName(reference + pattern);
  if (decoded === null || decoded.length > NAME_MAX) return reply(state, BAD_NAME);
  const wanted = canonical(decoded);
  return ask(state, { do: 'folders' }, (next, answer) => {
    if (answer.done !== 'folders') return unable(next);
    const shown = answer.folders.filter(({ subscribed }) => name === 'LIST' || subscribed);
    // Of levels that are not subscribed themselves LSUB tells only where `%` stops at them (RFC 3501 6.3.9).
    const lines = listed(shown.map((folder) => folder.name))
      .filter((one) => matches(wanted, one.name) && (name === 'LIST' || one.exists || wanted.includes('%')))
      .map((one) => `* ${name} (${one.attributes.join(' ')}) "/" ${astring(encodeName(one.name))}\r\n`);
    return saying(lines.join(''), finish(next, 'OK Listed'));
  });
}

/** STATUS. */
export function status(state: ImapState, { mailbox, items }: Of<'STATUS'>): ImapStep {
  const folder = folderName(mailbox);
  if (folder === null) return reply(state, BAD_NAME);
  return ask(state, { do: 'open', folder, look: true }, (next, answer) => {
    if (answer.done !== 'open') return reply(next, refusal(answer));
    const values = items.map((item) => `${item} ${countOf(item, answer)}`);
    return saying(`* STATUS ${astring(mailbox)} (${values.join(' ')})\r\n`, finish(next, 'OK Done'));
  });
}

function countOf(item: string, { folder, mails }: Extract<MailboxAnswer, { done: 'open' }>): number {
  switch (item) {
    case 'MESSAGES':
      return mails.length;
    case 'RECENT':
      return mails.filter(({ recent }) => recent).length;
    case 'UIDNEXT':
      return folder.uidNext;
    case 'UIDVALIDITY':
      return folder.uidValidity;
    default:
      return mails.filter(({ flags }) => !hasFlag(flags, '\\Seen')).length;
  }
}

/** CREATE, DELETE, SUBSCRIBE and UNSUBSCRIBE. */
export function change(
  state: ImapState,
  { name, mailbox }: Of<'CREATE' | 'DELETE' | 'SUBSCRIBE' | 'UNSUBSCRIBE'>,
): ImapStep {
  // A separator at the end only says that there will be children (RFC 3501 6.3.3).
  const folder = folderName(name === 'CREATE' ? mailbox.replace(/\/$/, '') : mailbox);
  if (folder === null) return reply(state, BAD_NAME);
  return ask(state, requestOf(name, folder), (next, answer) =>
    answer.done === 'ok' ? finish(touched(next, folder), `OK ${name} done`) : reply(next, refusal(answer)),
  );
}

function requestOf(name: 'CREATE' | 'DELETE' | 'SUBSCRIBE' | 'UNSUBSCRIBE', folder: string): MailboxRequest {
  if (name === 'CREATE') return { do: 'create', folder };
  if (name === 'DELETE') return { do: 'delete', folder };
  return { do: 'subscribe', folder, on: name === 'SUBSCRIBE' };
}

/** RENAME; of INBOX it moves the messages (RFC 3501 6.3.5), which is the mailbox's affair. */
export function rename(state: ImapState, { mailbox, to }: Of<'RENAME'>): ImapStep {
  const folder = folderName(mailbox);
  const target = folderName(to.replace(/\/$/, ''));
  if (folder === null || target === null) return reply(state, BAD_NAME);
  return ask(state, { do: 'rename', folder, to: target }, (next, answer) =>
    answer.done === 'ok' ? renamed(next, folder, target) : reply(next, refusal(answer)),
  );
}

/** The mailbox that this session has open stays open under its new name; INBOX keeps its own. */
function renamed(state: ImapState, folder: string, target: string): ImapStep {
  const { view } = state;
  const isOpen = view?.folder === folder || view?.folder.startsWith(`${folder}/`);
  if (view === null || !isOpen || folder === INBOX) return finish(touched(state, folder), 'OK RENAME done');
  const name = target + view.folder.slice(folder.length);
  const end = finish({ ...state, view: { ...view, folder: name }, stale: true }, 'OK RENAME done');
  return { state: end.state, effects: [{ type: 'watch', folder: name }, ...end.effects] };
}

/** The selected mailbox has to be looked at again if it is the one that was changed. */
export const touched = (state: ImapState, folder: string): ImapState =>
  state.view?.folder === folder ? { ...state, stale: true } : state;
