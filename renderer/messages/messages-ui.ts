/** What is chosen in the Messages place. Other places open it at a message or an upstream. */
import { create } from 'zustand';
import { useUi } from '../shell/ui-store.ts';

interface MessagesUi {
  /** null: of all upstreams. */
  readonly upstream: string | null;
  /** The mailbox of the upstream; '' is the catch-all, null all of them. */
  readonly owner: string | null;
  readonly search: string;
  /** The message that is shown. */
  readonly open: number | null;
  set(change: Partial<Pick<MessagesUi, 'upstream' | 'owner' | 'search' | 'open'>>): void;
}

export const useMessages = create<MessagesUi>()((set) => ({
  upstream: null,
  owner: null,
  search: '',
  open: null,
  set: (change) => set(change),
}));

/** Goes to the Messages place and shows this message there. */
export function openMessage(id: number): void {
  useMessages.setState({ upstream: null, owner: null, search: '', open: id });
  useUi.getState().go('messages');
}

/** Goes to the Messages place and lists what this upstream took. */
export function openMessagesOf(upstream: string): void {
  useMessages.setState({ upstream, owner: null, search: '', open: null });
  useUi.getState().go('messages');
}
