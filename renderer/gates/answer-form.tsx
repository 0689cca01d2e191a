/** Telling the client something else, in the proxy's place. */
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encodeUtf8 } from '../../shared/auth/text.ts';
import type { Held } from '../../shared/contract/gates.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { useLab, useLabStore } from '../store/use-store.ts';
import { answer } from './acts.ts';
import { goAway } from './answers.ts';
import styles from './gates.module.css';
import { setAnswering } from './gates-ui.ts';

export function AnswerForm({ held }: { readonly held: Held }): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const protocol = useLab((state) => state.sessions.get(held.session)?.protocol) ?? 'smtp';
  const [line, setLine] = useState(() => goAway(protocol, held));
  const between = held.gate === 'P>A' || held.gate === 'A>P';
  return (
    <form
      className={form.form}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        setAnswering(null);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (line.trim() === '') return;
        answer(store, held, encodeUtf8(line.trim()));
        setAnswering(null);
      }}
    >
      <label className={form.field}>
        <span className={form.label}>{t('answer.line')}</span>
        <input
          autoComplete="off"
          className={form.input}
          data-focus="answer"
          maxLength={2000}
          onChange={(event) => setLine(event.currentTarget.value)}
          spellCheck={false}
          value={line}
        />
      </label>
      <p className={form.hint}>{t(between ? 'answer.rule.between' : 'answer.rule')}</p>
      <div className={styles.acts}>
        <Button disabled={line.trim() === ''} look="primary" type="submit">
          {t('answer.go')}
        </Button>
        <Button onClick={() => setAnswering(null)}>{t('edit.no')}</Button>
      </div>
    </form>
  );
}
