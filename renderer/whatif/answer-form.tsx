/** The auth service's answer, typed: header lines, as they come. */
import { type JSX, type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bytes } from '../../shared/machine/machine.ts';
import { readTypedAnswer, type TypedAnswer, typedAnswer } from '../../shared/proxy/typed-answer.ts';
import type { Cue } from '../../shared/proxy/what-if.ts';
import { Button } from '../shell/button.tsx';
import { bytesOfLine } from '../telnet/bytes.ts';
import { decode } from '../transcript/pieces.ts';
import styles from './whatif.module.css';

interface AnswerFormProps {
  /** The bytes that the rules would answer with, to begin with; '' where they would not. */
  readonly ruled: Bytes;
  readonly onCue: (cue: Cue) => void;
}

type Problem = Extract<TypedAnswer, { problem: string }>;

/** A password of the rules is not shown for being edited. */
const first = (ruled: Bytes): string => (/^Auth-Pass:/im.test(ruled) ? '' : decode(typedAnswer(ruled)));

export function AnswerForm({ ruled, onCue }: AnswerFormProps): JSX.Element {
  const { t } = useTranslation('whatif');
  const [text, setText] = useState(() => first(ruled));
  const [problem, setProblem] = useState<Problem | null>(null);
  const hint = useId();
  const wrong = useId();
  const submit = () => {
    const read = readTypedAnswer(bytesOfLine(text, false));
    if ('bytes' in read) onCue({ type: 'answer', text: read.bytes });
    else setProblem(read);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={styles.form}>
        <textarea
          aria-describedby={problem === null ? hint : `${wrong} ${hint}`}
          aria-invalid={problem !== null}
          aria-label={t('line.auth')}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => {
            setText(event.currentTarget.value);
            setProblem(null);
          }}
          onKeyDown={onKeyDown}
          placeholder={t('example.auth')}
          rows={3}
          spellCheck={false}
          value={text}
        />
        <Button type="submit">{t('ask')}</Button>
      </div>
      <p className={styles.problem} id={wrong} role="alert">
        {problem && t(`answer.${problem.problem}`, { line: problem.line, text: shortened(decode(problem.text)) })}
      </p>
      <p className={styles.hint} id={hint}>
        {t('answer.hint')}
      </p>
    </form>
  );
}

/** Characters of a wrong line that are told back. */
const TOLD_MAX = 60;

const shortened = (text: string): string => (text.length > TOLD_MAX ? `${text.slice(0, TOLD_MAX)}…` : text);
