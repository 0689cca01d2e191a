/** What menus and the system ask of the window. */
import { useEffect } from 'react';
import { useLab, useLabStore } from '../store/use-store.ts';
import { openLab, saveLab } from './files.ts';
import { useUi } from './ui-store.ts';

export function useCommands(): void {
  const store = useLabStore();
  const command = useLab((state) => state.command);
  useEffect(() => {
    if (command === null) return;
    const { open, setTelnet } = useUi.getState();
    if (command.name === 'open') openLab(store);
    else if (command.name === 'save') void saveLab(store);
    else if (command.name === 'telnet') setTelnet(true);
    else open(command.name);
  }, [command, store]);
}
