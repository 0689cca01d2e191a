/** Before unapplied edits of the Lab file would be lost. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabDraft } from '../lab/draft.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import form from './form.module.css';
import { useUi } from './ui-store.ts';

export function DiscardDialog(): JSX.Element {
  const { t } = useTranslation('shell');
  const act = useUi((state) => state.afterDiscard);
  const open = useUi((state) => state.open);
  const discard = () => {
    useLabDraft.getState().drop();
    open(null);
    act?.();
  };
  return (
    <Dialog name="discard" title={t('discard')}>
      <div className={form.form}>
        <p>{t('discard.why')}</p>
        <div className={form.end}>
          <Button data-autofocus onClick={() => open(null)}>
            {t('discard.keep')}
          </Button>
          <Button look="primary" onClick={discard}>
            {t('discard.do')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
