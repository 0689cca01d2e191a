/** Whether the list of what is held is open, and whose held item the focus is to go to once it is drawn. */
import { create } from 'zustand';

interface PillState {
  readonly opened: boolean;
  /** A session; null when nobody asked to be led anywhere. */
  readonly wanted: number | null;
}

export const useHeldPill = create<PillState>()(() => ({ opened: false, wanted: null }));
