/** In the browser there is no file chooser for the lab's machine: the path is typed. */
import { Modal, TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabStore } from '../store/use-store.ts';
import { Button } from './button.tsx';
import { openPath, saveLab } from './files.ts';
import style from './shell.module.css';
import { useUi } from './ui-store.ts';

export function PathDialog(): JSX.Element {
  const { t } = useTranslation('shell');
  const dialog = useUi((state) => state.dialog);
  const open = useUi((state) => state.open);
  const kind = dialog === 'save-path' ? 'save' : 'open';
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('close', { name: t(`path.${kind}`) }) }}
      onClose={() => open(null)}
      opened={dialog === 'open-path' || dialog === 'save-path'}
      title={t(`path.${kind}`)}
    >
      <Form kind={kind} />
    </Modal>
  );
}

function Form({ kind }: { readonly kind: 'open' | 'save' }) {
  const { t } = useTranslation('shell');
  const store = useLabStore();
  const open = useUi((state) => state.open);
  const [path, setPath] = useState('');
  const go = () => {
    const chosen = path.trim();
    if (chosen === '') return;
    open(null);
    void (kind === 'open' ? openPath(store, chosen) : saveLab(store, chosen));
  };
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <TextInput
        data-autofocus
        description={t(`path.${kind}.hint`)}
        label={t('path')}
        onChange={(event) => setPath(event.currentTarget.value)}
        placeholder={t('path.example')}
        value={path}
      />
      <div className={style.formEnd}>
        <Button onClick={() => open(null)}>{t('cancel')}</Button>
        <Button look="primary" type="submit">
          {t(`path.${kind}.do`)}
        </Button>
      </div>
    </form>
  );
}
