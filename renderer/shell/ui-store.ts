/** What is open in the window, and the settings that stay on this machine. Nothing here comes from the lab. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

/** A place of the navigation rail; `sessions` is the list itself, the others open over it. */
export type Place = 'sessions' | 'rules' | 'lab' | 'upstreams' | 'messages' | 'tests';

/** A dialog in front of everything. */
export type Dialog =
  | 'send'
  | 'login'
  | 'load'
  | 'script'
  | 'copy'
  | 'shortcuts'
  | 'settings'
  | 'open-path'
  | 'save-path'
  | 'discard'
  | 'export'
  | 'exam'
  | 'faults'
  | 'confirm'
  | 'answer'
  | 'breakpoint'
  | 'kill'
  | 'edit-held'
  | 'export-sessions'
  | 'again'
  | 'compare'
  | 'save-test';

/** What the user chose; kept in the browser's storage. */
export interface Settings {
  /** Whether single letters act when no text field has focus (WCAG 2.1.4). */
  readonly singleKeys: boolean;
  /** `system` follows the operating system. */
  readonly motion: 'system' | 'reduced';
  /** Next-command suggestions of the telnet panel. */
  readonly suggestions: boolean;
}

/** Width of the left pane in px, remembered for each thing that can fill it. */
export type Widths = Readonly<Record<Place | 'telnet', number>>;

interface UiState {
  readonly place: Place;
  readonly dialog: Dialog | null;
  /** What waits for the answer of the `discard` dialog. */
  readonly afterDiscard: (() => void) | null;
  readonly telnet: boolean;
  readonly settings: Settings;
  readonly widths: Widths;
  go(place: Place): void;
  open(dialog: Dialog | null): void;
  /** Asks whether unapplied edits may go, then acts. */
  ask(act: () => void): void;
  setTelnet(open: boolean): void;
  set(change: Partial<Settings>): void;
  setWidth(of: Place | 'telnet', px: number): void;
}

/** The widths a newcomer starts with. */
const firstWidths: Widths = {
  sessions: 318,
  telnet: 380,
  rules: 440,
  lab: 560,
  upstreams: 480,
  messages: 600,
  tests: 440,
};

export const useUi = create<UiState>()(
  persist(
    (set) => ({
      place: 'sessions',
      dialog: null,
      afterDiscard: null,
      telnet: false,
      settings: { singleKeys: true, motion: 'system', suggestions: true },
      widths: firstWidths,
      go: (place) => set({ place }),
      open: (dialog) => set({ dialog }),
      ask: (afterDiscard) => set({ dialog: 'discard', afterDiscard }),
      setTelnet: (telnet) => set(telnet ? { telnet, place: 'sessions' } : { telnet }),
      set: (change) => set((state) => ({ settings: { ...state.settings, ...change } })),
      setWidth: (of, px) => set((state) => ({ widths: { ...state.widths, [of]: Math.round(px) } })),
    }),
    {
      name: 'mail-lab.window',
      version: 1,
      storage: createJSONStorage(() => localStorage),
      partialize: ({ settings, widths }) => ({ settings, widths }),
      // What an older version kept does not know every place.
      merge: (kept, fresh) => {
        const known = kept as Partial<UiState> | undefined;
        return { ...fresh, ...known, widths: { ...fresh.widths, ...known?.widths } };
      },
    },
  ),
);

/** What fills the left pane now: it decides which remembered width applies. */
export function filling(state: { place: Place; telnet: boolean }): Place | 'telnet' {
  return state.place === 'sessions' && state.telnet ? 'telnet' : state.place;
}
