/** Which session the *Copy as* dialog is about. */
import { create } from 'zustand';
import { useUi } from '../shell/ui-store.ts';

export const useCopied = create<{ readonly session: number | null }>()(() => ({ session: null }));

/** Opens the dialog for a session. */
export function openCopy(session: number): void {
  useCopied.setState({ session });
  useUi.getState().open('copy');
}
