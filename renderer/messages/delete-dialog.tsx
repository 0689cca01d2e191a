/** Before mail is deleted for good. */
import { Modal } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import style from './messages.module.css';

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
    <Modal.Root onClose={onClose} opened={doomed !== null} size="md">
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <h2 className={style.dialogTitle}>{title}</h2>
          <p>
            {doomed === null
              ? null
              : 'upstream' in doomed
                ? t('delete.all.why')
                : t('delete.why', { subject: doomed.subject })}
          </p>
          <div className={style.dialogEnd}>
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
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
