/** A finding in full: what happened, why, how to fix it, where to look, and the lesson that explains it. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { type Diagnostic, lessonOf } from '../../shared/journal/diagnostics.ts';
import { useActions } from '../store/use-store.ts';
import { ClearFault } from './clear-fault.tsx';
import style from './diagnosis.module.css';
import { useFindingWords } from './words.ts';

/** Steps that are named one by one. */
const STEPS_MAX = 4;

export function FindingBody({ finding }: { readonly finding: Diagnostic }): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const say = useFindingWords();
  const lesson = lessonOf(finding.key);
  return (
    <div className={style.body}>
      <dl>
        {(['text', 'why', 'fix'] as const).map((part) => (
          <div key={part}>
            <dt>{t(part === 'text' ? 'what' : part)}</dt>
            <dd>{say(finding, part)}</dd>
          </div>
        ))}
      </dl>
      <p className={style.acts}>
        <Steps seqs={finding.seqs} />
        {finding.key === 'LAB.fault' ? <ClearFault finding={finding} /> : null}
        {lesson === null ? null : (
          <span className={style.lesson}>{t('lesson', { number: lesson, title: t(`lesson.${lesson}`) })}</span>
        )}
      </p>
    </div>
  );
}

function Steps({ seqs }: { readonly seqs: readonly number[] }): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const { goTo } = useActions();
  const more = seqs.length - STEPS_MAX;
  return (
    <>
      {seqs.slice(0, STEPS_MAX).map((seq) => (
        <button className={style.show} key={seq} onClick={() => goTo(seq)} type="button">
          {t('show', { step: seq + 1 })}
        </button>
      ))}
      {more > 0 ? <span>{t('show.more', { count: more })}</span> : null}
    </>
  );
}
