/** IMAP commands as they are read (RFC 3501 6 and 9; RFC 2177, 2342, 2971, 3691, 4315, 4959, 6851). */
import type { Bytes } from '../../machine/machine.ts';
import { type FetchItem, readFetchItems } from './fetch-items.ts';
import { distinct, readFlag } from './flags.ts';
import { monthOf } from './print.ts';
import { Scanner, SyntaxFault } from './scanner.ts';
import { readSearch, type Search } from './search-keys.ts';
import { type NumberSet, readSet } from './sets.ts';
import type { Piece } from './state.ts';

/** Which state a command belongs to: any, before the login, behind it, with a mailbox selected. */
export type When = 'any' | 'before' | 'behind' | 'selected';

/** One member of the union for each of the names. */
type Named<N extends string, Arguments> = N extends string ? { readonly name: N } & Readonly<Arguments> : never;

/** Names of mailboxes are as they were on the wire. `uid`: with UID before the command. */
export type Command =
  | { readonly name: (typeof bare)[number] }
  | { readonly name: 'ID' }
  | { readonly name: 'LOGIN'; readonly user: Bytes; readonly password: Bytes }
  | { readonly name: 'AUTHENTICATE'; readonly mechanism: Bytes; readonly initial: Bytes | null }
  | Named<OnMailbox, { mailbox: Bytes }>
  | { readonly name: 'RENAME'; readonly mailbox: Bytes; readonly to: Bytes }
  | Named<'LIST' | 'LSUB', { reference: Bytes; pattern: Bytes }>
  | { readonly name: 'STATUS'; readonly mailbox: Bytes; readonly items: readonly string[] }
  | {
      readonly name: 'APPEND';
      readonly mailbox: Bytes;
      readonly flags: readonly string[];
      /** ms since 1970; null: now. */
      readonly at: number | null;
      readonly raw: Bytes;
    }
  | { readonly name: 'EXPUNGE'; readonly set: NumberSet | null }
  | { readonly name: 'FETCH'; readonly uid: boolean; readonly set: NumberSet; readonly items: readonly FetchItem[] }
  | {
      readonly name: 'STORE';
      readonly uid: boolean;
      readonly set: NumberSet;
      readonly how: 'set' | 'add' | 'remove';
      readonly silent: boolean;
      readonly flags: readonly string[];
    }
  | Named<'COPY' | 'MOVE', { uid: boolean; set: NumberSet; to: Bytes }>
  | ({ readonly name: 'SEARCH'; readonly uid: boolean } & Search);

/** Commands with nothing but a mailbox behind them. */
export type OnMailbox = 'SELECT' | 'EXAMINE' | 'CREATE' | 'DELETE' | 'SUBSCRIBE' | 'UNSUBSCRIBE';

/** Commands with nothing behind them. */
const bare = ['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS', 'CHECK', 'CLOSE', 'UNSELECT', 'IDLE', 'NAMESPACE'] as const;

/** A command's word. */
export type Verb = Command['name'];

type Read = (scanner: Scanner, uid: boolean) => Command;

const alone =
  (name: (typeof bare)[number]): Read =>
  () => ({ name });

const onMailbox =
  (name: OnMailbox): Read =>
  (scanner) => ({ name, mailbox: mailbox(scanner) });

function mailbox(scanner: Scanner): Bytes {
  scanner.space();
  return scanner.astring('the name of a mailbox');
}

const listing =
  (name: 'LIST' | 'LSUB'): Read =>
  (scanner) => {
    const reference = mailbox(scanner);
    scanner.space();
    return { name, reference, pattern: scanner.pattern('a pattern') };
  };

const moving =
  (name: 'COPY' | 'MOVE'): Read =>
  (scanner, uid) => {
    scanner.space();
    const set = readSet(scanner);
    return { name, uid, set, to: mailbox(scanner) };
  };

const statusItems = new Set(['MESSAGES', 'RECENT', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN']);
const ATOM_BASE64 = /[A-Za-z0-9+/=]+/y;

/** Every command: when it is allowed, and how its arguments are read. */
export const commands: Readonly<Record<Verb, { readonly when: When; readonly read: Read }>> = {
  CAPABILITY: { when: 'any', read: alone('CAPABILITY') },
  NOOP: { when: 'any', read: alone('NOOP') },
  LOGOUT: { when: 'any', read: alone('LOGOUT') },
  ID: { when: 'any', read: readId },
  STARTTLS: { when: 'before', read: alone('STARTTLS') },
  LOGIN: { when: 'before', read: readLogin },
  AUTHENTICATE: { when: 'before', read: readAuthenticate },
  SELECT: { when: 'behind', read: onMailbox('SELECT') },
  EXAMINE: { when: 'behind', read: onMailbox('EXAMINE') },
  CREATE: { when: 'behind', read: onMailbox('CREATE') },
  DELETE: { when: 'behind', read: onMailbox('DELETE') },
  RENAME: { when: 'behind', read: (scanner) => ({ name: 'RENAME', mailbox: mailbox(scanner), to: mailbox(scanner) }) },
  SUBSCRIBE: { when: 'behind', read: onMailbox('SUBSCRIBE') },
  UNSUBSCRIBE: { when: 'behind', read: onMailbox('UNSUBSCRIBE') },
  LIST: { when: 'behind', read: listing('LIST') },
  LSUB: { when: 'behind', read: listing('LSUB') },
  STATUS: { when: 'behind', read: readStatus },
  APPEND: { when: 'behind', read: readAppend },
  NAMESPACE: { when: 'behind', read: alone('NAMESPACE') },
  IDLE: { when: 'behind', read: alone('IDLE') },
  CHECK: { when: 'selected', read: alone('CHECK') },
  CLOSE: { when: 'selected', read: alone('CLOSE') },
  UNSELECT: { when: 'selected', read: alone('UNSELECT') },
  EXPUNGE: { when: 'selected', read: readExpunge },
  FETCH: { when: 'selected', read: readFetch },
  SEARCH: { when: 'selected', read: readSearchCommand },
  STORE: { when: 'selected', read: readStore },
  COPY: { when: 'selected', read: moving('COPY') },
  MOVE: { when: 'selected', read: moving('MOVE') },
};

/** RFC 2971: what the client says of itself is read and forgotten. */
function readId(scanner: Scanner): Command {
  scanner.space();
  if (scanner.match(/NIL/iy) !== null) return { name: 'ID' };
  const value = () => (scanner.match(/NIL/iy) === null ? scanner.astring('a string') : null);
  const pairs = scanner.list(value, true);
  return pairs.length % 2 === 0 ? { name: 'ID' } : scanner.fail('Expected a value for every field');
}

function readLogin(scanner: Scanner): Command {
  scanner.space();
  const user = scanner.astring('a user name');
  scanner.space();
  return { name: 'LOGIN', user, password: scanner.astring('a password') };
}

function readAuthenticate(scanner: Scanner): Command {
  scanner.space();
  const mechanism = scanner.atom('a mechanism').toUpperCase();
  const initial = scanner.takes(' ') ? (scanner.match(ATOM_BASE64) ?? scanner.fail('Expected base64')) : null;
  return { name: 'AUTHENTICATE', mechanism, initial };
}

function readStatus(scanner: Scanner): Command {
  const name = mailbox(scanner);
  scanner.space();
  const items = scanner.list(() => {
    const item = scanner.atom('what to tell').toUpperCase();
    return statusItems.has(item) ? item : scanner.fail(`${item.slice(0, 30)} is no status item`);
  }, false);
  return { name: 'STATUS', mailbox: name, items: distinct(items) };
}

function readAppend(scanner: Scanner): Command {
  const name = mailbox(scanner);
  scanner.space();
  let flags: readonly string[] = [];
  if (scanner.peek() === '(') {
    flags = distinct(scanner.list(() => readFlag(scanner), true));
    scanner.space();
  }
  let at: number | null = null;
  if (scanner.peek() === '"') {
    at = readDateTime(scanner);
    scanner.space();
  }
  return { name: 'APPEND', mailbox: name, flags, at, raw: scanner.literal('the message as a literal') };
}

const DATE_TIME = /"(?: \d|\d\d)-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"/y;

/** `"17-Jul-1996 02:44:25 -0700"` as ms since 1970. */
function readDateTime(scanner: Scanner): number {
  const text = scanner.match(DATE_TIME) ?? scanner.fail('Expected a date such as "17-Jul-1996 02:44:25 -0700"');
  const [day = 0, year = 0, hour = 0, minute = 0, second = 0, zone = 0] = [
    [1, 3],
    [8, 12],
    [13, 15],
    [16, 18],
    [19, 21],
    [23, 27],
  ].map(([from, to]) => Number(text.slice(from, to)));
  const month = monthOf(text.slice(4, 7));
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (month < 0 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60)
    return scanner.fail(`${text} is no date`);
  const offset = (Math.floor(zone / 100) * 60 + (zone % 100)) * (text[22] === '-' ? -1 : 1);
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000;
}

function readExpunge(scanner: Scanner, uid: boolean): Command {
  if (!uid) return { name: 'EXPUNGE', set: null };
  scanner.space();
  return { name: 'EXPUNGE', set: readSet(scanner) };
}

function readFetch(scanner: Scanner, uid: boolean): Command {
  scanner.space();
  const set = readSet(scanner);
  scanner.space();
  return { name: 'FETCH', uid, set, items: readFetchItems(scanner) };
}

function readSearchCommand(scanner: Scanner, uid: boolean): Command {
  scanner.space();
  return { name: 'SEARCH', uid, ...readSearch(scanner) };
}

const STORE_ITEM = /([+-]?)FLAGS(\.SILENT)?/iy;

function readStore(scanner: Scanner, uid: boolean): Command {
  scanner.space();
  const set = readSet(scanner);
  scanner.space();
  const item = (scanner.match(STORE_ITEM) ?? scanner.fail('Expected FLAGS, +FLAGS or -FLAGS')).toUpperCase();
  scanner.space();
  const flags = scanner.peek() === '(' ? scanner.list(() => readFlag(scanner), true) : bareFlags(scanner);
  const how = item.startsWith('+') ? 'add' : item.startsWith('-') ? 'remove' : 'set';
  return { name: 'STORE', uid, set, how, silent: item.endsWith('.SILENT'), flags: distinct(flags) };
}

function bareFlags(scanner: Scanner): readonly string[] {
  const flags: string[] = [];
  do flags.push(readFlag(scanner));
  while (scanner.takes(' '));
  return flags;
}

const TAG = /[!#$&',-[\]-z|}~]+/y;
const WORD = /[A-Za-z]+/y;
const WITH_UID: ReadonlySet<string> = new Set(['FETCH', 'SEARCH', 'STORE', 'COPY', 'MOVE', 'EXPUNGE']);

/** The beginning of a command: '' stands for a tag or a word that there is not. */
export interface Head {
  readonly tag: Bytes;
  readonly verb: Verb | '';
  readonly uid: boolean;
  /** What is wrong with it, for the client. */
  readonly fault: string;
}

const isVerb = (word: string): word is Verb => Object.hasOwn(commands, word);

/** Reads tag and word; the scanner stands behind them then. */
export function readHead(scanner: Scanner): Head {
  const tag = scanner.match(TAG) ?? '';
  if (tag === '' || !scanner.takes(' '))
    return { tag, verb: '', uid: false, fault: tag === '' ? 'A command begins with a tag' : 'The command is missing' };
  const first = scanner.match(WORD)?.toUpperCase() ?? '';
  const uid = first === 'UID' && scanner.takes(' ');
  const word = uid ? (scanner.match(WORD)?.toUpperCase() ?? '') : first;
  if (!isVerb(word) || (uid && !WITH_UID.has(word)))
    return { tag, verb: '', uid, fault: `Unknown command ${uid ? 'UID ' : ''}${word.slice(0, 30)}` };
  return { tag, verb: word, uid, fault: '' };
}

/** Reads the whole of a command that has a word. */
export function readCommand(pieces: readonly Piece[]): Command | { readonly fault: string } {
  const scanner = new Scanner(pieces);
  const { verb, uid, fault } = readHead(scanner);
  if (verb === '') return { fault };
  try {
    const command = commands[verb].read(scanner, uid);
    scanner.end();
    return command;
  } catch (error) {
    if (error instanceof SyntaxFault) return { fault: error.message };
    throw error;
  }
}
