/** The traps in the answer that the Auth tab shows. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Mark, markAnswer } from '../../shared/auth/answer-marks.ts';
import { lookupOf } from '../../shared/auth/request.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { parseHttp } from '../../shared/journal/http.ts';
import { param } from '../../shared/journal/travel.ts';
import styles from './auth.module.css';
import { MarkList } from './marked-bytes.tsx';

/** The marks of an answer to a question of the journal. */
export function useMarks(question: Entry | undefined, answer: Entry | undefined): readonly Mark[] {
  return useMemo(() => {
    if (!question || !answer) return [];
    return markAnswer(answer.bytes, lookupOf(parseHttp(question.bytes).headers));
  }, [question, answer]);
}

interface AnswerMarksProps {
  readonly answer: Entry;
  readonly marks: readonly Mark[];
}

/** Whether the answer was made wrong on purpose, and what is wrong with it. */
export function AnswerMarks({ answer, marks }: AnswerMarksProps): JSX.Element {
  const { t } = useTranslation('auth');
  const fault = param(answer, 'fault');
  return (
    <>
      {fault === '' ? null : <p className={styles.struck}>⚠ {t('struck', { fault: t(`kind.${fault}`) })}</p>}
      <MarkList marks={marks} />
    </>
  );
}
