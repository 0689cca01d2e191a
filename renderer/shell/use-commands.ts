/** What menus and the system ask of the window. */
import i18next from 'i18next';
import { useEffect } from 'react';
import type { Command } from '../../shared/contract/contract.ts';
import { compareSelected } from '../compare/compare-store.ts';
import { askForFile } from '../recordings/import.ts';
import { openAgain, openExport } from '../recordings/recordings-store.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { openLab, saveLab } from './files.ts';
import { note } from './report.ts';
import { useUi } from './ui-store.ts';

function commands(store: LabStore): Readonly<Record<Command, () => void>> {
  const { open, setTelnet } = useUi.getState();
  const state = store.getState();
  const { selected } = state;
  const withSession = (act: (id: number) => void) => () => {
    if (selected === null) note('bad', i18next.t('shell:command.none'));
    else act(selected);
  };
  return {
    open: () => openLab(store),
    save: () => void saveLab(store),
    send: () => open('send'),
    load: () => open('load'),
    script: () => open('script'),
    telnet: () => setTelnet(true),
    shortcuts: () => open('shortcuts'),
    replay: withSession((id) => store.actions.select(id, 'replay')),
    again: withSession(openAgain),
    compare: () => compareSelected(state),
    'export-sessions': () => openExport(selected),
    'import-sessions': () => askForFile(store),
  };
}

export function useCommands(): void {
  const store = useLabStore();
  const command = useLab((state) => state.command);
  useEffect(() => {
    if (command === null) return;
    commands(store)[command.name]();
  }, [command, store]);
}
