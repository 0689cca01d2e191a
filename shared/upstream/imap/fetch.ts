/** FETCH (RFC 3501 6.4.5): message by message, so that no more than a slice of them is held at a time. */
import type { Bytes } from '../../machine/machine.ts';
import type { MailboxAnswer } from '../mailbox.ts';
import type { MockEffect } from '../mock.ts';
import type { Command } from './commands.ts';
import { envelope } from './envelope.ts';
import type { FetchItem } from './fetch-items.ts';
import { hasFlag } from './flags.ts';
import { type Part, scanMessage } from './mime.ts';
import { dateTime, literal } from './print.ts';
import { headerSection, needsHeaderOnly, sectionBytes } from './section.ts';
import { finish, refreshed } from './session.ts';
import { ask, type ImapState, type ImapStep, type Known, reply, say, saying, type View } from './state.ts';
import { structure } from './structure.ts';
import { beyond, placesOf, shownFlags, withFlags } from './view.ts';

type Fetch = Extract<Command, { name: 'FETCH' }>;

/** Messages whose answers are put together before they are said. */
const SLICE = 500;
/** Header blocks that are asked for at once: so many messages, of so many bytes together. */
const HEADERS_SLICE = 250;
const HEADERS_BYTES = 4 * 1024 * 1024;

/** What has to be read of each message. */
type Need = 'nothing' | 'header' | 'all';

/** What a FETCH does, once it is known for which messages. */
interface Plan {
  readonly items: readonly FetchItem[];
  readonly need: Need;
  /** Places whose `\Seen` was set by this command: their flags are told. */
  readonly seen: ReadonlySet<number>;
}

/** FETCH and UID FETCH. */
export function fetch(state: ImapState, command: Fetch): ImapStep {
  const { view } = state;
  if (view === null) return reply(state, 'BAD No mailbox is selected');
  const no = command.uid ? '' : beyond(view, command.set);
  if (no !== '') return reply(state, no);
  const items: readonly FetchItem[] =
    command.uid && !command.items.some(({ item }) => item === 'UID')
      ? [{ item: 'UID' }, ...command.items]
      : command.items;
  const marks = !view.readOnly && items.some((item) => item.item === 'SECTION' && !item.peek);
  if (!marks) return start(state, command, { items, need: needOf(items), seen: new Set() });
  return refreshed(state, true, (next) => markSeen(next, command, items));
}

function needOf(items: readonly FetchItem[]): Need {
  const headerOnly = (one: FetchItem): boolean =>
    one.item === 'ENVELOPE' || (one.item === 'SECTION' && needsHeaderOnly(one.section));
  const all = (one: FetchItem): boolean =>
    one.item === 'BODY' || one.item === 'BODYSTRUCTURE' || (one.item === 'SECTION' && !needsHeaderOnly(one.section));
  return items.some(all) ? 'all' : items.some(headerOnly) ? 'header' : 'nothing';
}

/** Sets `\Seen` where it is missing, before the messages are read: whoever leaves in the middle has asked for them. */
function markSeen(state: ImapState, command: Fetch, items: readonly FetchItem[]): ImapStep {
  const view = state.view;
  if (view === null) return reply(state, 'BAD No mailbox is selected');
  const changes = new Map<number, readonly string[]>();
  for (const place of placesOf(view, command.set, command.uid)) {
    const mail = view.mails[place];
    if (mail && !mail.gone && !hasFlag(mail.flags, '\\Seen')) changes.set(place, [...mail.flags, '\\Seen']);
  }
  const plan: Plan = { items, need: needOf(items), seen: new Set(changes.keys()) };
  if (changes.size === 0) return start(state, command, plan);
  const request = {
    do: 'flags',
    folder: view.folder,
    changes: [...changes].map(([place, flags]) => ({ uid: view.mails[place]?.uid ?? 0, flags })),
  } as const;
  return ask(state, request, (next, answer) =>
    answer.done === 'ok' && next.view !== null
      ? start({ ...next, view: withFlags(next.view, changes) }, command, plan)
      : start(next, command, { ...plan, seen: new Set() }),
  );
}

function start(state: ImapState, command: Fetch, plan: Plan): ImapStep {
  const { view } = state;
  if (view === null) return reply(state, 'BAD No mailbox is selected');
  const fetching = { view, plan, places: placesOf(view, command.set, command.uid), uid: command.uid };
  switch (plan.need) {
    case 'nothing':
      return known(state, fetching);
    case 'header':
      return headers(state, fetching, 0, false);
    case 'all':
      return whole(state, fetching, 0, false);
  }
}

/** A FETCH at work. The view does not change meanwhile: news waits for the end. */
interface Fetching {
  readonly view: View;
  readonly plan: Plan;
  readonly places: readonly number[];
  readonly uid: boolean;
}

/** The end; messages that another session expunged could not be read (RFC 5530 EXPUNGEISSUED). */
const over = (state: ImapState, { uid }: Fetching, missed: boolean): ImapStep =>
  finish(
    missed ? { ...state, stale: true } : state,
    missed ? 'NO [EXPUNGEISSUED] Some of the messages were expunged meanwhile' : 'OK FETCH done',
    !uid,
  );

/** Everything asked for is known already. */
function known(state: ImapState, fetching: Fetching): ImapStep {
  const { places, uid } = fetching;
  const effects: MockEffect[] = [];
  for (let from = 0; from < places.length; from += SLICE) {
    const lines = places.slice(from, from + SLICE).flatMap((place) => lineOf(fetching, place, null));
    effects.push(say(lines.join('')));
  }
  const end = finish(state, 'OK FETCH done', !uid);
  return { state: end.state, effects: [...effects, ...end.effects] };
}

/** The next slice of header blocks. */
function headers(state: ImapState, fetching: Fetching, from: number, missed: boolean): ImapStep {
  const { places, view } = fetching;
  if (from >= places.length) return over(state, fetching, missed);
  let to = from;
  for (let bytes = 0; to < places.length && to - from < HEADERS_SLICE && bytes < HEADERS_BYTES; to += 1)
    bytes += view.mails[places[to] ?? 0]?.size ?? 0;
  const slice = places.slice(from, to);
  const uids = slice.map((place) => view.mails[place]?.uid ?? 0);
  return ask(state, { do: 'headers', folder: view.folder, uids }, (next, answer) => {
    const blocks = blocksOf(answer);
    const found = slice.filter((place) => blocks.has(view.mails[place]?.uid ?? 0));
    const lines = found.map((place) => {
      const bytes = blocks.get(view.mails[place]?.uid ?? 0) ?? '';
      return lineOf(fetching, place, { bytes, part: null }).join('');
    });
    return saying(lines.join(''), headers(next, fetching, to, missed || found.length < slice.length));
  });
}

/** Header blocks by UID. */
export const blocksOf = (answer: MailboxAnswer): ReadonlyMap<number, Bytes> =>
  new Map(answer.done === 'headers' ? answer.headers.map(({ uid, bytes }) => [uid, bytes]) : []);

/** The next message. */
function whole(state: ImapState, fetching: Fetching, nth: number, missed: boolean): ImapStep {
  const { places, view, plan } = fetching;
  const place = places[nth];
  if (place === undefined) return over(state, fetching, missed);
  const request = { do: 'raw', folder: view.folder, uid: view.mails[place]?.uid ?? 0 } as const;
  return ask(state, request, (next, answer) => {
    const bytes = answer.done === 'raw' ? answer.bytes : null;
    if (bytes === null) return whole(next, fetching, nth + 1, true);
    const part = plan.items.some(needsParts) ? scanMessage(bytes) : null;
    const after = whole(next, fetching, nth + 1, missed);
    // One item at a time: several sections of a large message are more than a string can hold.
    return { state: after.state, effects: [...lineOf(fetching, place, { bytes, part }).map(say), ...after.effects] };
  });
}

/** RFC822 and BODY[] are the message as it is. */
const needsParts = (one: FetchItem): boolean =>
  one.item === 'BODY' ||
  one.item === 'BODYSTRUCTURE' ||
  one.item === 'ENVELOPE' ||
  (one.item === 'SECTION' && (one.section.part.length > 0 || one.section.what !== 'ALL'));

/** What was read of a message: all of it with its parts, or only its header block. */
interface Read {
  readonly bytes: Bytes;
  readonly part: Part | null;
}

/** The answer for one message, item by item. */
function lineOf({ view, plan }: Fetching, place: number, read: Read | null): readonly Bytes[] {
  const mail = view.mails[place];
  if (mail === undefined) return [];
  const line = plan.items.map((item, nth) => {
    const value = itemOf(view, mail, item, read);
    return nth === 0 ? `* ${place + 1} FETCH (${value}` : ` ${value}`;
  });
  const seen = plan.seen.has(place) && !plan.items.some(({ item }) => item === 'FLAGS');
  return [...line, seen ? ` FLAGS ${shownFlags(view, mail)})\r\n` : ')\r\n'];
}

function itemOf(view: View, mail: Known, item: FetchItem, read: Read | null): Bytes {
  switch (item.item) {
    case 'FLAGS':
      return `FLAGS ${shownFlags(view, mail)}`;
    case 'UID':
      return `UID ${mail.uid}`;
    case 'INTERNALDATE':
      return `INTERNALDATE "${dateTime(mail.at)}"`;
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${mail.size}`;
    case 'ENVELOPE':
      return `ENVELOPE ${envelope(read === null ? '' : headerOf(read))}`;
    case 'BODY':
    case 'BODYSTRUCTURE':
      return read?.part ? `${item.item} ${structure(read.bytes, read.part, item.item !== 'BODY')}` : '';
    case 'SECTION':
      return `${item.label} ${sectionValue(item, read)}`;
  }
}

const headerOf = ({ bytes, part }: Read): Bytes => (part === null ? bytes : bytes.slice(0, part.body));

function sectionValue({ section, partial }: Extract<FetchItem, { item: 'SECTION' }>, read: Read | null): Bytes {
  if (read === null) return 'NIL';
  const { bytes, part } = read;
  const found = needsHeaderOnly(section)
    ? headerSection(headerOf(read), section.what, section.fields)
    : part === null
      ? bytes
      : sectionBytes(bytes, part, section);
  if (found === null) return 'NIL';
  return literal(partial === null ? found : found.slice(partial.from, partial.from + partial.count));
}
