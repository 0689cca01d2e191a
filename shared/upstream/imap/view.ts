/** What a session knows of the selected mailbox, and what it has to be told when that changed (RFC 3501 5.2, 7.3, 7.4). */
import type { Bytes } from '../../machine/machine.ts';
import type { Mail, MailboxAnswer } from '../mailbox.ts';
import { hasFlag, sameFlags, spelled, systemFlags } from './flags.ts';
import { flagList } from './print.ts';
import { type NumberSet, placesIn, resolveSet } from './sets.ts';
import type { Known, View } from './state.ts';

/** The mailbox as it is when it is selected. */
export function newView({ folder, mails }: Extract<MailboxAnswer, { done: 'open' }>, readOnly: boolean): View {
  return {
    folder: folder.name,
    uidValidity: folder.uidValidity,
    readOnly,
    mails,
    keywords: withKeywords([], mails),
  };
}

/** The keywords with those that only these messages have. */
export function withKeywords(known: readonly string[], mails: readonly Pick<Mail, 'flags'>[]): readonly string[] {
  let all = known;
  const names = new Set(known.map((word) => word.toLowerCase()));
  for (const { flags } of mails)
    for (const flag of flags) {
      if (flag.startsWith('\\') || names.has(flag.toLowerCase())) continue;
      names.add(flag.toLowerCase());
      all = [...all, flag];
    }
  return all;
}

/** FLAGS and PERMANENTFLAGS. */
export function flagLines({ keywords, readOnly }: View): Bytes {
  const flags = [...systemFlags, ...keywords];
  const permanent = readOnly
    ? '* OK [PERMANENTFLAGS ()] Read-only mailbox\r\n'
    : `* OK [PERMANENTFLAGS ${flagList([...flags, '\\*'])}] Flags that are kept\r\n`;
  return `* FLAGS ${flagList(flags)}\r\n${permanent}`;
}

/** The flags of a message as FETCH shows them. */
export const shownFlags = (view: View, { flags, recent }: Known): Bytes =>
  flagList([
    ...flags.map((flag) => (flag.startsWith('\\') ? flag : spelled(view.keywords, flag))),
    ...(recent ? ['\\Recent'] : []),
  ]);

/** EXISTS and RECENT. */
export const countLines = ({ mails }: View): Bytes =>
  `* ${mails.length} EXISTS\r\n* ${mails.filter(({ recent }) => recent).length} RECENT\r\n`;

/** What changed, for the client, and the view behind it. */
export interface Told {
  readonly view: View;
  readonly text: Bytes;
}

/**
 * Compares with the mailbox as it is now. Messages that went away keep their sequence numbers until `tellExpunged`. A
 * mailbox that is there no more, or is another one by the same name, counts as empty.
 */
export function merge(view: View, answer: MailboxAnswer): Told {
  const same = answer.done === 'open' && answer.folder.uidValidity === view.uidValidity;
  const fresh = same ? answer.mails : [];
  const keywords = withKeywords(view.keywords, fresh);
  const base: View = { ...view, keywords };
  const mails: Known[] = [];
  let changed = '';
  let at = 0;
  for (const known of view.mails) {
    while ((fresh[at]?.uid ?? Number.POSITIVE_INFINITY) < known.uid) at += 1;
    const now = fresh[at]?.uid === known.uid ? fresh[at] : undefined;
    const next = compared(known, now);
    mails.push(next);
    if (next !== known && now !== undefined && !sameFlags(next.flags, known.flags))
      changed += `* ${mails.length} FETCH (UID ${next.uid} FLAGS ${shownFlags(base, next)})\r\n`;
  }
  const last = view.mails.at(-1)?.uid ?? 0;
  for (const mail of fresh.slice(at)) if (mail.uid > last) mails.push(mail);
  const next: View = { ...base, mails };
  const arrived = mails.length > view.mails.length;
  const flags = keywords === view.keywords ? '' : flagLines(next);
  return { view: next, text: `${flags}${arrived ? countLines(next) : ''}${changed}` };
}

function compared(known: Known, now: Mail | undefined): Known {
  if (now === known) return known;
  if (now === undefined) return known.gone ? known : { ...known, gone: true };
  return sameFlags(now.flags, known.flags) ? known : { ...known, flags: now.flags };
}

/** EXPUNGE for every message that went away, the last one first, so that no number shifts under another. */
export function tellExpunged(view: View): Told {
  if (!view.mails.some(({ gone }) => gone)) return { view, text: '' };
  let text = '';
  for (let at = view.mails.length; at > 0; at -= 1) if (view.mails[at - 1]?.gone) text += `* ${at} EXPUNGE\r\n`;
  return { view: { ...view, mails: view.mails.filter(({ gone }) => !gone) }, text };
}

/** The messages with these flags instead, by their places from 0. */
export function withFlags(view: View, changes: ReadonlyMap<number, readonly string[]>): View {
  if (changes.size === 0) return view;
  const mails = view.mails.map((mail, place) => {
    const flags = changes.get(place);
    return flags === undefined ? mail : { ...mail, flags };
  });
  return {
    ...view,
    mails,
    keywords: withKeywords(
      view.keywords,
      [...changes.values()].map((flags) => ({ flags })),
    ),
  };
}

/** Places (from 0) of the messages that a set means. UIDs that are not there are passed over. */
export function placesOf({ mails }: View, set: NumberSet, uid: boolean): readonly number[] {
  const last = uid ? (mails.at(-1)?.uid ?? 0) : mails.length;
  return placesIn(resolveSet(set, last), mails.length, (place) => (uid ? (mails[place]?.uid ?? 0) : place + 1));
}

/**
 * Why a set of sequence numbers is refused; '' where all of them are there. A number beyond the last message is the
 * client's mistake (RFC 3501 9, seq-number), and in an empty mailbox every number is, `*` included.
 */
export function beyond({ mails }: View, set: NumberSet): string {
  const ranges = resolveSet(set, mails.length);
  if ((ranges.at(-1)?.[1] ?? 0) <= mails.length && (ranges[0]?.[0] ?? 0) >= 1) return '';
  return mails.length === 0 ? 'BAD The mailbox is empty' : `BAD The last message has number ${mails.length}`;
}

/** The sequence number of the first message without `\Seen`, 0 where all have been seen. */
export const firstUnseen = ({ mails }: View): number => mails.findIndex(({ flags }) => !hasFlag(flags, '\\Seen')) + 1;
