/** Reduced motion: the system's wish or the person's, told to the store (parcels) and to the style sheets. */
import { useReducedMotion } from '@mantine/hooks';
import { useEffect } from 'react';
import { useActions } from '../store/use-store.ts';
import { useUi } from './ui-store.ts';

export function useMotion(): void {
  const { setStill } = useActions();
  const system = useReducedMotion();
  const own = useUi((state) => state.settings.motion === 'reduced');
  const still = system || own;
  useEffect(() => {
    setStill(still);
    document.documentElement.dataset.motion = still ? 'reduced' : 'full';
  }, [still, setStill]);
}
