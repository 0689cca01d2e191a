/** Before a session is ended while its client waits. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { useUi } from '../shell/ui-store.ts';
import { useLabStore } from '../store/use-store.ts';
import { kill } from './acts.ts';
import { useGatesUi } from './gates-ui.ts';

export function KillDialog(): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const id = useGatesUi((state) => state.killing);
  const open = useUi((state) => state.open);
  return (
    <Dialog name="kill" title={t('kill.ask', { id })}>
      <div className={form.form}>
        <p>{t('kill.text')}</p>
        <div className={form.end}>
          <Button onClick={() => open(null)}>{t('no')}</Button>
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
        </div>
      </div>
    </Dialog>
  );
}
