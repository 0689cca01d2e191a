/** The session as a diagram or as a ladder, whichever the person chose; V goes from one to the other. */
import { Tooltip } from '@mantine/core';
import { type JSX, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAskAgain } from '../blast/again.ts';
import { Diagram } from '../diagram/diagram.tsx';
import { MachinePane } from '../machine/machine-pane.tsx';
import { useMachineUi } from '../machine/machine-ui.ts';
import bar from '../shell/bar.module.css';
import { Icon } from '../shell/icon.tsx';
import { useUi } from '../shell/ui-store.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import styles from './ladder.module.css';
import { Ladder } from './ladder.tsx';

export function FlowView(): JSX.Element {
  const ladder = useLab((state) => state.settings.ladder);
  const machine = useMachineUi((state) => state.open);
  useLadderKey();
  if (machine) return <MachinePane />;
  return ladder ? <LadderPane /> : <Diagram />;
}

/** What the diagram asks for the other panes is asked here too. */
function LadderPane() {
  useAskAgain();
  return <Ladder />;
}

/** Down while the ladder is shown. */
export function LadderToggle(): JSX.Element {
  const { t } = useTranslation('ladder');
  const machine = useMachineUi((state) => state.open);
  const on = useLab((state) => state.settings.ladder) && !machine;
  const store = useLabStore();
  return (
    <Tooltip label={t('toggle.hint')} maw={320} multiline openDelay={500} withArrow>
      <button
        aria-pressed={on}
        className={`${bar.choice} ${styles.toggle}`}
        onClick={() => turnLadder(store, !on)}
        type="button"
      >
        <Icon name="ladder" size={14} />
        <span>{t('toggle')}</span>
      </button>
    </Tooltip>
  );
}

/** Only one of the views stands there: the ladder takes the place of the state diagram too. */
function turnLadder(store: LabStore, ladder: boolean): void {
  useMachineUi.getState().setOpen(false);
  store.actions.setSettings({ ladder });
}

/** Down while the state diagram is shown. */
export function MachineToggle(): JSX.Element {
  const { t } = useTranslation('machine');
  const { open, setOpen } = useMachineUi();
  return (
    <Tooltip label={t('toggle.hint')} maw={320} multiline openDelay={500} withArrow>
      <button
        aria-pressed={open}
        className={`${bar.choice} ${styles.toggle}`}
        onClick={() => setOpen(!open)}
        type="button"
      >
        <Icon name="machine" size={14} />
        <span>{t('toggle')}</span>
      </button>
    </Tooltip>
  );
}

/** Where the letter is text, or belongs to somebody else. */
const busy =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=menu], [role=dialog]';

function useLadderKey(): void {
  const store = useLabStore();
  const letters = useUi((state) => state.settings.singleKeys);
  useEffect(() => {
    if (!letters) return;
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
      if (event.defaultPrevented || key !== 'v' || ctrlKey || metaKey || altKey || shiftKey) return;
      if (target instanceof Element && target.closest(busy) !== null) return;
      event.preventDefault();
      turnLadder(store, !store.getState().settings.ladder || useMachineUi.getState().open);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store, letters]);
}
