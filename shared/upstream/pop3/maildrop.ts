/** The TRANSACTION and UPDATE states: what can be said about the messages (RFC 1939 5, 6 and 7). */
import type { Bytes } from '../../machine/machine.ts';
import type { MailboxAnswer } from '../mailbox.ts';
import { argumentsOf, type Command } from './commands.ts';
import { answer, go, type Held, line, type Pop3MockState, type Pop3MockStep } from './state.ts';

const INBOX = 'INBOX';

/** A number from 0; null for anything else, or an absurd one. */
const numberOf = (word: Bytes | undefined): number | null =>
  word !== undefined && /^\d{1,9}$/.test(word) ? Number(word) : null;

function octets(mails: readonly Held[]): number {
  let sum = 0;
  for (const { size, deleted } of mails) if (!deleted) sum += size;
  return sum;
}

const kept = (mails: readonly Held[]): readonly Held[] => mails.filter(({ deleted }) => !deleted);

function summary(mails: readonly Held[]): Bytes {
  const { length } = kept(mails);
  return `${length} ${length === 1 ? 'message' : 'messages'} (${octets(mails)} octets)`;
}

/** The message of that number that is still there, or why there is none. */
function find(
  { mails }: Pop3MockState,
  word: Bytes | undefined,
): { readonly number: number; readonly mail: Held } | Bytes {
  const number = numberOf(word);
  if (number === null) return '-ERR expected the number of a message';
  const mail = mails[number - 1];
  if (!mail) return `-ERR no such message, only ${mails.length} in maildrop`;
  return mail.deleted ? `-ERR message ${number} is deleted` : { number, mail };
}

/** The answer to `open`. */
export function open(state: Pop3MockState, result: MailboxAnswer): Pop3MockStep {
  if (result.done !== 'open')
    return go(state, { place: 'authorization', user: null }, line('-ERR [SYS/TEMP] the maildrop cannot be opened'));
  const mails = result.mails.map(({ uid, size }) => ({ uid, size, deleted: false }));
  const { uidValidity } = result.folder;
  return go(state, { place: 'transaction', mails, uidValidity }, line(`+OK maildrop has ${summary(mails)}`));
}

export const sayStat = (state: Pop3MockState): Pop3MockStep =>
  answer(state, `+OK ${kept(state.mails).length} ${octets(state.mails)}`);

/** LIST and UIDL: of one message, or of all that are there. */
function listing(state: Pop3MockState, command: Command, head: Bytes, show: (mail: Held) => string): Pop3MockStep {
  const [word, ...more] = argumentsOf(command);
  if (more.length > 0) return answer(state, '-ERR expected one number at most');
  if (word !== undefined) {
    const found = find(state, word);
    return answer(state, typeof found === 'string' ? found : `+OK ${found.number} ${show(found.mail)}`);
  }
  const lines = state.mails.flatMap((mail, index) => (mail.deleted ? [] : [`${index + 1} ${show(mail)}\r\n`]));
  return go(state, {}, { type: 'say', text: `${head}\r\n${lines.join('')}.\r\n` });
}

export const sayList = (state: Pop3MockState, command: Command): Pop3MockStep =>
  listing(state, command, `+OK ${summary(state.mails)}`, ({ size }) => `${size}`);

/** A UID of IMAP and the folder's UIDVALIDITY together never come again (RFC 3501 2.3.1.1). */
export const sayUidl = (state: Pop3MockState, command: Command): Pop3MockStep =>
  listing(state, command, '+OK', ({ uid }) => `${state.uidValidity}.${uid}`);

export function sayRetr(state: Pop3MockState, command: Command): Pop3MockStep {
  const [word, ...more] = argumentsOf(command);
  return more.length > 0 ? answer(state, '-ERR RETR needs one number') : fetch(state, word, null);
}

export function sayTop(state: Pop3MockState, command: Command): Pop3MockStep {
  const [word, count, ...more] = argumentsOf(command);
  const lines = numberOf(count);
  if (lines === null || more.length > 0) return answer(state, '-ERR TOP needs a message and a number of lines');
  return fetch(state, word, lines);
}

function fetch(state: Pop3MockState, word: Bytes | undefined, lines: number | null): Pop3MockStep {
  const found = find(state, word);
  if (typeof found === 'string') return answer(state, found);
  const request = { do: 'raw', folder: INBOX, uid: found.mail.uid } as const;
  return go(state, { place: 'fetching', lines }, { type: 'mailbox', request });
}

/** The answer to `raw`; IMAP may have removed the message meanwhile. */
export function fetched(state: Pop3MockState, result: MailboxAnswer): Pop3MockStep {
  const raw = result.done === 'raw' ? result.bytes : null;
  const back: Pop3MockState = { ...state, place: 'transaction', lines: null };
  if (raw === null) return answer(back, '-ERR the message is gone');
  const text = whole(raw);
  const { lines } = state;
  const head = lines === null ? `+OK ${text.length} octets` : '+OK top of the message follows';
  const shown = lines === null ? text : top(text, lines);
  return go(back, {}, { type: 'say', text: `${head}\r\n${stuffed(shown)}.\r\n` });
}

/** Lines end with CR LF, the last one too. */
function whole(raw: Bytes): Bytes {
  const text = /(?<!\r)\n/.test(raw) ? raw.replaceAll(/\r?\n/g, '\r\n') : raw;
  return text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
}

/** The headers, the empty line, and so many lines of the body. */
function top(text: Bytes, lines: number): Bytes {
  const blank = text.startsWith('\r\n') ? -2 : text.indexOf('\r\n\r\n');
  if (blank < 0 && !text.startsWith('\r\n')) return text;
  let end = blank + 4;
  for (let left = lines; left > 0 && end < text.length; left -= 1) end = text.indexOf('\r\n', end) + 2;
  return text.slice(0, end);
}

/** A line that begins with a dot gets another one (RFC 1939 3). */
const stuffed = (text: Bytes): Bytes => (text.startsWith('.') ? '.' : '') + text.replaceAll('\r\n.', '\r\n..');

export function sayDele(state: Pop3MockState, command: Command): Pop3MockStep {
  const [word, ...more] = argumentsOf(command);
  const found = more.length > 0 ? '-ERR DELE needs one number' : find(state, word);
  if (typeof found === 'string') return answer(state, found);
  const { number, mail } = found;
  const mails = state.mails.with(number - 1, { ...mail, deleted: true });
  return go(state, { mails }, line(`+OK message ${number} deleted`));
}

export function sayRset(state: Pop3MockState): Pop3MockStep {
  const mails = state.mails.map((mail) => ({ ...mail, deleted: false }));
  return go(state, { mails }, line(`+OK maildrop has ${summary(mails)}`));
}

/** QUIT: what was deleted is removed now, and only now. */
export function update(state: Pop3MockState): Pop3MockStep {
  const uids = state.mails.flatMap(({ uid, deleted }) => (deleted ? [uid] : []));
  if (uids.length === 0) return updated(state, { done: 'ok' });
  return go(state, { place: 'updating' }, { type: 'mailbox', request: { do: 'expunge', folder: INBOX, uids } });
}

/** The answer to `expunge`. */
export function updated(state: Pop3MockState, result: MailboxAnswer): Pop3MockStep {
  const text = result.done === 'no' ? '-ERR some deleted messages were not removed' : '+OK bye';
  return go(state, { place: 'over' }, line(text), { type: 'close' });
}
