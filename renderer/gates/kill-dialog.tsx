/** Before a session is ended while its client waits. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLabStore } from '../store/use-store.ts';
import { kill } from './acts.ts';
import styles from './gates.module.css';
import { useGatesUi } from './gates-ui.ts';

export function KillDialog(): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const id = useGatesUi((state) => state.killing);
  const open = useUi((state) => state.open);
  return (
    <Dialog name="kill" title={t('kill.ask', { id })}>
      <div className={styles.form}>
        <p>{t('kill.text')}</p>
        <div className={styles.formEnd}>
          <Button
            data-autofocus
            look="primary"
            onClick={() => {
              if (id !== null) kill(store, id);
              open(null);
            }}
          >
            {t('kill.yes')}
          </Button>
          <Button onClick={() => open(null)}>{t('no')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
