/** Before mail is deleted for good. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { DialogFrame } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';

/** What is to be deleted: one message, or all of an upstream that are not pinned. */
export type Doomed = { readonly id: number; readonly subject: string } | { readonly upstream: string };

interface DeleteDialogProps {
  readonly doomed: Doomed | null;
  readonly onClose: () => void;
  readonly onDelete: (doomed: Doomed) => void;
}

export function DeleteDialog({ doomed, onClose, onDelete }: DeleteDialogProps): JSX.Element {
  const { t } = useTranslation('messages');
  const title = doomed !== null && 'upstream' in doomed ? t('delete.all', { name: doomed.upstream }) : t('delete.one');
  return (
    <DialogFrame onClose={onClose} shown={doomed !== null} title={title}>
      <div className={form.form}>
        <p className={form.text}>
          {doomed === null
            ? null
            : 'upstream' in doomed
              ? t('delete.all.why')
              : t(doomed.subject === '' ? 'delete.why.unnamed' : 'delete.why', { subject: doomed.subject })}
        </p>
        <div className={form.end}>
          <Button data-autofocus onClick={onClose}>
            {t('delete.keep')}
          </Button>
          <Button
            look="primary"
            onClick={() => {
              if (doomed !== null) onDelete(doomed);
            }}
          >
            {t('delete.do')}
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}
