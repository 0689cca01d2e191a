/** The session as a diagram or as a ladder, whichever the person chose; V goes from one to the other. */
import { Tooltip } from '@mantine/core';
import { type JSX, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAskAgain } from '../blast/again.ts';
import { Diagram } from '../diagram/diagram.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import styles from './ladder.module.css';
import { Ladder } from './ladder.tsx';

export function FlowView(): JSX.Element {
  const ladder = useLab((state) => state.settings.ladder);
  useLadderKey();
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
  const on = useLab((state) => state.settings.ladder);
  const { setSettings } = useActions();
  return (
    <Tooltip label={t('toggle.hint')} maw={320} multiline openDelay={500} withArrow>
      <button aria-pressed={on} className={styles.toggle} onClick={() => setSettings({ ladder: !on })} type="button">
        {t('toggle')}
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
      store.actions.setSettings({ ladder: !store.getState().settings.ladder });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store, letters]);
}
