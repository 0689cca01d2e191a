/** SEARCH (RFC 3501 6.4.4): the mailbox is asked only for what the session does not know already. */
import type { Bytes } from '../../machine/machine.ts';
import { decodeUtf8 } from '../../wire/address.ts';
import type { Command } from './commands.ts';
import { fieldText } from './encoded-word.ts';
import { blocksOf } from './fetch.ts';
import { hasFlag } from './flags.ts';
import { fieldValues } from './header.ts';
import { dayNumber, dayOf, type SearchKey } from './search-keys.ts';
import { finish, refreshed } from './session.ts';
import { holds, resolveSet } from './sets.ts';
import { ask, type ImapState, type ImapStep, type Known, reply, saying, type View } from './state.ts';

type Search = Extract<Command, { name: 'SEARCH' }>;
type TextKey = Extract<SearchKey, { key: 'text' | 'body' }>;

/** Header blocks that are asked for at once: so many messages, of so many bytes together. */
const HEADERS_SLICE = 500;
const HEADERS_BYTES = 4 * 1024 * 1024;

const charsets: ReadonlySet<string> = new Set(['UTF-8', 'US-ASCII']);

/** SEARCH and UID SEARCH. */
export function search(state: ImapState, command: Search): ImapStep {
  if (command.charset !== null && !charsets.has(command.charset.toUpperCase()))
    return reply(state, 'NO [BADCHARSET (US-ASCII UTF-8)] Texts can be searched in these charsets only');
  const texts = textKeys(command.key);
  return refreshed(state, !command.uid, (next) => find(next, command, texts, new Map()));
}

function textKeys(key: SearchKey): readonly TextKey[] {
  switch (key.key) {
    case 'and':
      return key.keys.flatMap(textKeys);
    case 'or':
      return [...textKeys(key.one), ...textKeys(key.other)];
    case 'not':
      return textKeys(key.of);
    case 'text':
    case 'body':
      return [key];
    default:
      return [];
  }
}

/** UIDs by TEXT and BODY key. */
type Found = ReadonlyMap<TextKey, ReadonlySet<number>>;

/** Has the mailbox look for the texts, one after the other. */
function find(state: ImapState, command: Search, texts: readonly TextKey[], found: Found): ImapStep {
  const { view } = state;
  if (view === null) return reply(state, 'BAD No mailbox is selected');
  const [key, ...others] = texts;
  if (key === undefined) return evaluate(state, view, command, found);
  const request = { do: 'find', folder: view.folder, text: key.text, within: key.key } as const;
  return ask(state, request, (next, answer) => {
    const uids = answer.done === 'find' ? answer.uids : [];
    return find(next, command, others, new Map(found).set(key, new Set(uids)));
  });
}

/** Header fields of a message: by name in lower case, values as text in lower case. */
type Fields = ReadonlyMap<string, readonly string[]>;

/** Whether a message is meant; undefined where only its header can tell. */
type Test = (mail: Known, place: number, fields: Fields | null) => boolean | undefined;

function evaluate(state: ImapState, view: View, command: Search, found: Found): ImapStep {
  const names = new Set<string>();
  const test = compile(command.key, { view, found, names });
  const verdicts = view.mails.map((mail, place) => test(mail, place, null));
  const open = verdicts.flatMap((verdict, place) => (verdict === undefined ? [place] : []));
  return headers(state, { view, uid: command.uid, names, test, verdicts }, open, 0);
}

/** A search at work; `verdicts` is filled up slice by slice. */
interface Searching {
  readonly view: View;
  readonly uid: boolean;
  readonly names: ReadonlySet<string>;
  readonly test: Test;
  readonly verdicts: readonly (boolean | undefined)[];
}

function headers(state: ImapState, searching: Searching, open: readonly number[], from: number): ImapStep {
  const { view, names, test, verdicts, uid } = searching;
  if (from >= open.length) return told(state, searching);
  let to = from;
  for (let bytes = 0; to < open.length && to - from < HEADERS_SLICE && bytes < HEADERS_BYTES; to += 1)
    bytes += view.mails[open[to] ?? 0]?.size ?? 0;
  const slice = open.slice(from, to);
  const uids = slice.map((place) => view.mails[place]?.uid ?? 0);
  return ask(state, { do: 'headers', folder: view.folder, uids }, (next, answer) => {
    const blocks = blocksOf(answer);
    const after = [...verdicts];
    for (const place of slice) {
      const mail = view.mails[place];
      const block = mail && blocks.get(mail.uid);
      if (mail !== undefined && block !== undefined) after[place] = test(mail, place, fieldsOf(block, names));
    }
    return headers(next, { view, names, test, uid, verdicts: after }, open, to);
  });
}

function fieldsOf(block: Bytes, names: ReadonlySet<string>): Fields {
  const fields = new Map<string, readonly string[]>();
  for (const [name, values] of fieldValues(block, names))
    fields.set(
      name,
      values.map((value) => fieldText(value).toLowerCase()),
    );
  return fields;
}

function told(state: ImapState, { view, uid, verdicts }: Searching): ImapStep {
  let line = '* SEARCH';
  for (const [place, mail] of view.mails.entries())
    if (verdicts[place] === true && !mail.gone) line += ` ${uid ? mail.uid : place + 1}`;
  return saying(`${line}\r\n`, finish(state, 'OK SEARCH done', !uid));
}

/** What the keys are compiled with; `names` gathers the fields that are needed. */
interface Context {
  readonly view: View;
  readonly found: Found;
  readonly names: Set<string>;
}

function compile(key: SearchKey, context: Context): Test {
  switch (key.key) {
    case 'and':
      return every(key.keys.map((one) => compile(one, context)));
    case 'or': {
      const [one, other] = [inverted(compile(key.one, context)), inverted(compile(key.other, context))];
      return inverted(every([one, other]));
    }
    case 'not':
      return inverted(compile(key.of, context));
    case 'header':
      return header(key.field, decodeUtf8(key.text).toLowerCase(), context);
    case 'sent':
      return sent(key, context);
    case 'numbers':
    case 'uids':
      return inSet(key, context.view);
    case 'text':
    case 'body': {
      const uids = context.found.get(key);
      return ({ uid }) => uids?.has(uid) ?? false;
    }
    default:
      return simple(key);
  }
}

type Compound = 'and' | 'or' | 'not' | 'header' | 'sent' | 'numbers' | 'uids' | 'text' | 'body';
type Simple = Exclude<SearchKey, { key: Compound }>;

/** Keys that ask for what is known of every message. */
function simple(key: Simple): Test {
  switch (key.key) {
    case 'all':
      return () => true;
    case 'recent':
      return ({ recent }) => recent;
    case 'new':
      return ({ recent, flags }) => recent && !hasFlag(flags, '\\Seen');
    case 'flag':
      return ({ flags }) => hasFlag(flags, key.flag);
    case 'larger':
      return ({ size }) => size > key.size;
    case 'smaller':
      return ({ size }) => size < key.size;
    case 'before':
      return ({ at }) => dayOf(at) < key.day;
    case 'on':
      return ({ at }) => dayOf(at) === key.day;
    case 'since':
      return ({ at }) => dayOf(at) >= key.day;
  }
}

/** False as soon as one is false, even where another cannot tell yet. */
const every =
  (tests: readonly Test[]): Test =>
  (mail, place, fields) => {
    let verdict: boolean | undefined = true;
    for (const test of tests) {
      const one = test(mail, place, fields);
      if (one === false) return false;
      if (one === undefined) verdict = undefined;
    }
    return verdict;
  };

const inverted =
  (test: Test): Test =>
  (mail, place, fields) => {
    const verdict = test(mail, place, fields);
    return verdict === undefined ? undefined : !verdict;
  };

function header(field: string, text: string, { names }: Context): Test {
  names.add(field);
  return (_mail, _place, fields) =>
    fields === null ? undefined : (fields.get(field) ?? []).some((value) => value.includes(text));
}

const DATE = /^(?:[a-z]+\s*,)?\s*(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{2,4})\b/;

/** The day that a Date field names, whatever its time and zone; years of two and three digits as in RFC 5322 4.3. */
function sentDay(value: string): number | null {
  const [, day = '', month = '', year = ''] = DATE.exec(value) ?? [];
  const short = year.length < 4 ? Number(year) + (year.length === 2 && Number(year) < 50 ? 2000 : 1900) : Number(year);
  return day === '' ? null : dayNumber(Number(day), month, short);
}

function sent({ how, day }: Extract<SearchKey, { key: 'sent' }>, { names }: Context): Test {
  names.add('date');
  return (_mail, _place, fields) => {
    if (fields === null) return undefined;
    const at = sentDay(fields.get('date')?.[0] ?? '');
    if (at === null) return false;
    return how === 'before' ? at < day : how === 'on' ? at === day : at >= day;
  };
}

/** Numbers beyond the last message mean none of them here. */
function inSet({ key, set }: Extract<SearchKey, { key: 'numbers' | 'uids' }>, { mails }: View): Test {
  const ranges = resolveSet(set, key === 'uids' ? (mails.at(-1)?.uid ?? 0) : mails.length);
  return ({ uid }, place) => {
    const number = key === 'uids' ? uid : place + 1;
    return holds(ranges, number);
  };
}
