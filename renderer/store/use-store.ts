/** The store in components. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { LabState } from './state.ts';
import type { Actions, LabStore } from './store.ts';

const StoreContext = createContext<LabStore | null>(null);

/** Wraps the window: `<StoreProvider value={store}>`. */
export const StoreProvider = StoreContext.Provider;

/** The store itself, for its bridge or for reading without drawing again. */
export function useLabStore(): LabStore {
  const store = useContext(StoreContext);
  if (store === null) throw new Error('a component that needs the store is drawn outside of StoreProvider');
  return store;
}

/** A part of the state. The selector must return the same value for the same state (no new objects). */
export function useLab<T>(selector: (state: LabState) => T): T {
  return useStore(useLabStore(), selector);
}

export function useActions(): Actions {
  return useLabStore().actions;
}
