/** Before anything leaves this machine its address has to be typed: nobody presses that by accident. */
import { TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { note, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLabStore } from '../store/use-store.ts';
import { useUpstreamsUi } from './state.ts';
import style from './upstreams.module.css';

export function ConfirmDialog(): JSX.Element {
  const { t } = useTranslation('upstreams');
  const address = useUpstreamsUi((state) => state.confirming);
  return (
    <Dialog name="confirm" title={t('confirm')}>
      {address === null ? null : <ConfirmForm address={address} key={address} />}
    </Dialog>
  );
}

function ConfirmForm({ address }: { readonly address: string }) {
  const { t } = useTranslation('upstreams');
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const isSame = typed.trim() === address;
  const give = () => {
    bridge.call('consent.give', { address }).then(
      () => {
        open(null);
        note('good', t('confirm.done', { address }));
      },
      (error: unknown) => setProblem(sentence(error)),
    );
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isSame) give();
        else setProblem(t('confirm.differs', { address }));
      }}
    >
      <p>
        <strong className={style.offBox}>{t('offBox')}</strong> {t('confirm.text', { address })}
      </p>
      <p className={form.soft}>{t('confirm.run')}</p>
      <TextInput
        autoComplete="off"
        data-autofocus
        error={problem}
        label={t('confirm.type', { address })}
        maxLength={300}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setProblem(null);
        }}
        spellCheck={false}
        value={typed}
      />
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('confirm.no')}</Button>
        <Button look="primary" type="submit">
          {t('confirm.give')}
        </Button>
      </div>
    </form>
  );
}
