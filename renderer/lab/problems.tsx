/** What is wrong with the Lab file: every problem with its place, a click away. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../shared/lab/problem.ts';
import type { Jump } from './editor.tsx';
import style from './lab.module.css';

interface ProblemsProps {
  readonly problems: readonly Problem[];
  readonly edited: boolean;
  readonly onJump: (jump: Jump) => void;
}

export function Problems({ problems, edited, onJump }: ProblemsProps): JSX.Element {
  const { t } = useTranslation('lab');
  return (
    <section aria-label={t('problems')} className={style.problems}>
      <h3 aria-live="polite">
        {problems.length === 0
          ? t(edited ? 'problems.none.edited' : 'problems.none')
          : t('problems.count', { count: problems.length })}
      </h3>
      <ol>
        {problems.map((one) => (
          <li key={`${one.file}:${one.line}:${one.column}:${one.message}`}>
            <button
              data-severity={one.severity}
              onClick={() => onJump({ line: one.line, column: one.column })}
              type="button"
            >
              <span className={style.place}>
                {one.file === 'lab' ? null : `${one.file} `}
                {one.line}:{one.column}
              </span>
              <span className={style.severity}>{t(`severity.${one.severity}`)}</span>
              <span>{one.message}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
