/** How the state diagram is shown; nothing of it outlives the window. */
import { create } from 'zustand';

interface MachineUi {
  /** Whether it stands in place of the flow diagram. */
  readonly open: boolean;
  /** Which machine; server: the upstream itself. */
  readonly side: 'front' | 'back' | 'server';
  readonly form: 'picture' | 'table';
  setOpen(open: boolean): void;
  setSide(side: 'front' | 'back' | 'server'): void;
  setForm(form: 'picture' | 'table'): void;
}

export const useMachineUi = create<MachineUi>((set) => ({
  open: false,
  side: 'front',
  form: 'picture',
  setOpen: (open) => set({ open }),
  setSide: (side) => set({ side }),
  setForm: (form) => set({ form }),
}));
