/** The script in the window: its text, and how it went. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { ScriptResult } from '../../shared/contract/script.ts';
import { useUi } from '../shell/ui-store.ts';

interface Scripts {
  /** null: the first example. */
  readonly text: string | null;
  /** The listener it was meant for; '' for the first that fits. */
  readonly listener: string;
  /** How the last run went, with the text that was run; a text alone: the lab itself could not. */
  readonly ran: { readonly text: string; readonly result: ScriptResult | string } | null;
}

/** The text stays on this machine from one start to the next; results do not. */
export const useScripts = create<Scripts>()(
  persist((): Scripts => ({ text: null, listener: '', ran: null }), {
    name: 'mail-lab.script',
    version: 1,
    storage: createJSONStorage(() => localStorage),
    partialize: ({ text }) => ({ text }),
  }),
);

/** Opens the dialog with this text. `port`: of the listener that it was said to. */
export function openScript(text: string, listener: string): void {
  useScripts.setState({ text, listener, ran: null });
  useUi.getState().open('script');
}
