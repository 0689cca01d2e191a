/** Several addresses tried at once: one line each, and the trail of the chosen one in the list. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { TryAnswer, TryRequest } from '../../shared/contract/contract.ts';
import style from './rules.module.css';

interface TryTableProps {
  readonly asked: readonly TryRequest[];
  readonly answers: readonly TryAnswer[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

export function TryTable({ asked, answers, chosen, onChoose }: TryTableProps): JSX.Element {
  const { t } = useTranslation('rules');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section aria-label={t('try.results')} className={style.results} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('try.results.address')}</th>
            <th scope="col">{t('try.results.rule')}</th>
            <th scope="col">{t('try.results.goes')}</th>
          </tr>
        </thead>
        <tbody>
          {answers.map((answer, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same address may be typed twice.
            <tr data-chosen={index === chosen} key={index}>
              <th scope="row">
                <button aria-pressed={index === chosen} onClick={() => onChoose(index)} type="button">
                  {asked[index]?.rcpt ?? ''}
                </button>
              </th>
              {answer.problem === null ? (
                <>
                  <td>{answer.rule === 'otherwise' ? t('otherwise') : answer.rule}</td>
                  <td>{answer.upstream === null ? answer.verdict : <b>{answer.upstream}</b>}</td>
                </>
              ) : (
                <td colSpan={2}>{answer.problem}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
