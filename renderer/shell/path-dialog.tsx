/** In the browser there is no file chooser for the lab's machine: the path is typed. */
import { TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabStore } from '../store/use-store.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { openPath, saveLab } from './files.ts';
import form from './form.module.css';
import { useUi } from './ui-store.ts';

export function PathDialog(): JSX.Element {
  const { t } = useTranslation('shell');
  return (
    <>
      <Dialog name="open-path" title={t('path.open')}>
        <Form kind="open" />
      </Dialog>
      <Dialog name="save-path" title={t('path.save')}>
        <Form kind="save" />
      </Dialog>
    </>
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
      className={form.form}
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
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('cancel')}</Button>
        <Button look="primary" type="submit">
          {t(`path.${kind}.do`)}
        </Button>
      </div>
    </form>
  );
}
