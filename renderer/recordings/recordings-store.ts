/** What the dialogs about recorded sessions are about. */
import { create } from 'zustand';
import { useUi } from '../shell/ui-store.ts';

interface Recordings {
  /** The session that *Export* and *Send again* are about. */
  readonly session: number | null;
  /** The session that is being sent again right now. */
  readonly sending: number | null;
  /** Whose password has to be typed before the session can be sent again; null: nobody's. */
  readonly asks: string | null;
}

export const useRecordings = create<Recordings>()(() => ({ session: null, sending: null, asks: null }));

/** Opens the dialog that writes sessions into a file. */
export function openExport(session: number | null): void {
  useRecordings.setState({ session });
  useUi.getState().open('export-sessions');
}

/** Opens the dialog that sends a session again. */
export function openAgain(session: number): void {
  useRecordings.setState({ session, asks: null });
  useUi.getState().open('again');
}
