/** The list of messages in a component: asked for, and kept true by the lab's feed. */
import { useEffect, useRef, useState } from 'react';
import type { MessagePage, MessageView } from '../../shared/contract/messages.ts';
import { report } from '../shell/report.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { emptyMailbox, type Mailbox, mustAsk, PAGE, pageOf, type Wanted, withMore, withNew } from './mailbox.ts';

/** A list and the way to its next page. */
export interface UsedMailbox {
  readonly box: Mailbox;
  more(): void;
}

/** ms after which a changed mailbox is asked for again: changes come in many. */
const SETTLE_MS = 120;
/** The most that one call answers with. */
const CALL_MAX = 1000;

/** The messages that are wanted. */
export function useMailbox({ upstream, owner, search }: Wanted): UsedMailbox {
  const store = useLabStore();
  const connected = useLab((state) => state.connected);
  const [box, setBox] = useState(emptyMailbox);
  const more = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!connected) return;
    const list = followMailbox(store, { upstream, owner, search }, setBox);
    more.current = list.more;
    return list.stop;
  }, [store, connected, upstream, owner, search]);
  return { box, more: () => more.current() };
}

/** Follows the messages that are wanted until it is stopped. */
function followMailbox(store: LabStore, wanted: Wanted, tell: (box: Mailbox) => void) {
  let box = emptyMailbox;
  let stopped = false;
  let timer: number | undefined;
  let frame = 0;
  let asking = false;
  const fresh: MessageView[] = [];
  const set = (now: Mailbox) => {
    box = now;
    if (!stopped) tell(now);
  };
  const ask = (before: number | null, limit: number) =>
    store.bridge.call('messages.list', pageOf(wanted, before, limit));
  /** As much as is shown, so that nobody loses their place. */
  const load = async () => {
    const first: MessagePage = await ask(null, Math.min(CALL_MAX, Math.max(PAGE, box.messages.length)));
    const { messages, matching, total, problem } = first;
    let now: Mailbox = { loaded: true, messages, matching, total, problem };
    while (!stopped && now.messages.length < Math.min(box.messages.length, matching)) {
      const page = await ask(now.messages.at(-1)?.id ?? 0, CALL_MAX);
      if (page.messages.length === 0) break;
      now = withMore(now, page);
    }
    set(now);
  };
  const again = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => load().catch(report), SETTLE_MS);
  };
  const flush = () => set(withNew(box, fresh.splice(0)));
  const unfeed = store.bridge.feed((feed) => {
    if (feed.type !== 'messages' && feed.type !== 'mailboxes') return;
    if (wanted.upstream !== null && wanted.upstream !== feed.upstream) return;
    if (feed.type === 'mailboxes' || mustAsk(wanted) || !box.loaded) again();
    else {
      fresh.push(feed.message);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(flush);
    }
  });
  load().catch(report);
  return {
    more: () => {
      if (asking || !box.loaded || box.messages.length >= box.matching) return;
      asking = true;
      ask(box.messages.at(-1)?.id ?? 0, PAGE)
        .then((page) => set(withMore(box, page)))
        .catch(report)
        .finally(() => {
          asking = false;
        });
    },
    stop: () => {
      stopped = true;
      unfeed();
      window.clearTimeout(timer);
      cancelAnimationFrame(frame);
    },
  };
}
