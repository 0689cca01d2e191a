/** *Answer this instead next time*: from a line of a recorded session to a fault that strikes once. */
import { TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encodeUtf8 } from '../../shared/auth/text.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { note, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLabStore } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { useUpstreamsUi } from './state.ts';

export function AnswerDialog(): JSX.Element {
  const { t } = useTranslation('upstreams');
  const answering = useUpstreamsUi((state) => state.answering);
  return (
    <Dialog name="answer" title={t('answer')}>
      {answering === null ? null : (
        <AnswerForm
          key={`${answering.session} ${answering.entry.seq}`}
          seq={answering.entry.seq}
          session={answering.session}
          text={answering.text}
        />
      )}
    </Dialog>
  );
}

interface AnswerFormProps {
  readonly session: number;
  readonly seq: number;
  readonly text: string;
}

function AnswerForm({ session, seq, text }: AnswerFormProps) {
  const { t } = useTranslation('upstreams');
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  const was = decode(text.trim());
  const [instead, setInstead] = useState(was);
  const [problem, setProblem] = useState<string | null>(null);
  const arm = () => {
    bridge.call('upstream.fault.answer', { session, seq, text: encodeUtf8(instead.trim()) }).then(
      () => {
        open(null);
        note('good', t('answer.done'));
      },
      (error: unknown) => setProblem(sentence(error)),
    );
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (instead.trim() !== '') arm();
      }}
    >
      <p className={form.soft}>{t('answer.text', { step: seq + 1 })}</p>
      {was === '' ? null : (
        <p>
          {t('answer.was')} <code>{was}</code>
        </p>
      )}
      <TextInput
        autoComplete="off"
        data-autofocus
        error={problem}
        label={t('answer.instead')}
        maxLength={2000}
        onChange={(event) => {
          setInstead(event.currentTarget.value);
          setProblem(null);
        }}
        spellCheck={false}
        value={instead}
      />
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('answer.no')}</Button>
        <Button disabled={instead.trim() === ''} look="primary" type="submit">
          {t('answer.arm')}
        </Button>
      </div>
    </form>
  );
}
