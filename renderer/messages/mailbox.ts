/** A list of messages that stays true: pages from the lab, new mail on top at once, asked for again when it changes. Pure. */
import type { CallInput } from '../../shared/contract/contract.ts';
import type { MessagePage, MessageView } from '../../shared/contract/messages.ts';

/** Which messages are wanted. */
export interface Wanted {
  readonly upstream: string | null;
  readonly owner: string | null;
  readonly search: string;
}

/** What is known of them. `loaded` is false until the first page has come. */
export interface Mailbox extends Omit<MessagePage, 'kept'> {
  readonly loaded: boolean;
}

export const emptyMailbox: Mailbox = { loaded: false, messages: [], matching: 0, total: 0, problem: null };

/** Messages of one page. */
export const PAGE = 500;

/** The argument of `messages.list`. */
export function pageOf(
  { upstream, owner, search }: Wanted,
  before: number | null,
  limit: number,
): CallInput<'messages.list'> {
  return {
    search,
    limit,
    ...(upstream === null ? {} : { upstream }),
    ...(upstream === null || owner === null ? {} : { owner }),
    ...(before === null ? {} : { before }),
  };
}

/** Whether the lab must be asked where new mail belongs: only it can search, and knows whose mailbox it is. */
export function mustAsk({ owner, search }: Wanted): boolean {
  return owner !== null || search !== '';
}

/** Puts mail that has just been delivered on top; what is there already stays once. */
export function withNew(box: Mailbox, fresh: readonly MessageView[]): Mailbox {
  const known = new Set(box.messages.slice(0, 1000).map(({ id }) => id));
  const added = fresh.filter(({ id }) => !known.has(id)).sort((a, b) => b.id - a.id);
  if (added.length === 0) return box;
  const { matching, total } = box;
  return {
    ...box,
    messages: [...added, ...box.messages],
    matching: matching + added.length,
    total: total + added.length,
  };
}

/** Adds the next page. */
export function withMore(box: Mailbox, page: MessagePage): Mailbox {
  const last = box.messages.at(-1)?.id ?? Number.POSITIVE_INFINITY;
  return { ...box, messages: [...box.messages, ...page.messages.filter(({ id }) => id < last)] };
}

/** Whether nobody has read it yet: it lies in a mailbox, and in none of them is it marked as seen. */
export function isUnread({ places }: MessageView): boolean {
  return places.length > 0 && places.every(({ flags }) => !flags.includes('\\Seen'));
}
