/** What is wrong with the Lab file: every problem with its place, a click away. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../shared/lab/problem.ts';
import { Confirmation } from '../upstreams/off-box-mark.tsx';
import type { Jump } from './editor.tsx';
import style from './lab.module.css';

interface ProblemsProps {
  readonly problems: readonly Problem[];
  readonly edited: boolean;
  readonly onJump: (jump: Jump) => void;
}

/** Without an error it runs, whatever else there is to say. */
function headingOf(problems: readonly Problem[], edited: boolean): string {
  if (problems.length === 0) return edited ? 'problems.none.edited' : 'problems.none';
  if (problems.some(({ severity }) => severity === 'error')) return 'problems.count';
  return edited ? 'problems.advice.edited' : 'problems.advice';
}

export function Problems({ problems, edited, onJump }: ProblemsProps): JSX.Element {
  const { t } = useTranslation('lab');
  return (
    <section aria-label={t('problems')} className={style.problems}>
      <h3 aria-live="polite">{t(headingOf(problems, edited), { count: problems.length })}</h3>
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
              <span>
                {one.message}
                {one.id === undefined ? null : <small className={style.id}>{one.id}</small>}
                {one.hint === undefined ? null : <span className={style.hint}>{one.hint}</span>}
              </span>
            </button>
            {one.confirm?.map((address) => (
              <Confirmation address={address} brief key={address} />
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
