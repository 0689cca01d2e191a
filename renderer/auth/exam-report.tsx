/** The result of an exam: the grade, the findings with what to do, and the bytes of any of its exchanges. */
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExamExchange, ExamFinding, ExamReport } from '../../shared/auth/exam.ts';
import styles from './auth.module.css';
import { MarkedBytes, MarkList, signs } from './marked-bytes.tsx';

export function Report({ report }: { readonly report: ExamReport }): JSX.Element {
  const { t } = useTranslation('auth');
  const [shown, setShown] = useState<string | null>(report.findings[0]?.questions[0] ?? null);
  const { grade, counts, exchanges, findings, unasked, ms } = report;
  const exchange = exchanges.find(({ id }) => id === shown) ?? exchanges[0];
  return (
    <section aria-label={t('report')} className={styles.report}>
      <p className={styles.grade} data-grade={grade}>
        <b>{t(`grade.${grade}`)}</b> {t('report.counts', { ...counts })}{' '}
        <small>{t('report.asked', { count: exchanges.length, seconds: (ms / 1000).toFixed(1) })}</small>
      </p>
      {unasked > 0 ? <p>{t('report.unasked', { count: unasked })}</p> : null}
      {findings.length === 0 ? (
        <p>{t('report.clean')}</p>
      ) : (
        <ul aria-label={t('report.findings')} className={styles.findings}>
          {findings.map((one) => (
            <Finding exchanges={exchanges} finding={one} key={one.key} onShow={setShown} shown={shown} />
          ))}
        </ul>
      )}
      {exchange === undefined ? null : <Exchange exchange={exchange} onShow={setShown} report={report} />}
    </section>
  );
}

interface FindingProps {
  readonly finding: ExamFinding;
  readonly exchanges: readonly ExamExchange[];
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
}

/** Lookups that are named under a finding; the others are in the list below. */
const NAMED_MAX = 4;

function Finding({ finding, exchanges, shown, onShow }: FindingProps) {
  const { t } = useTranslation('auth');
  const { id, severity, sentence, fix, questions } = finding;
  const named = questions.slice(0, NAMED_MAX);
  const more = questions.length - named.length;
  return (
    <li data-severity={severity}>
      <p>
        <span aria-hidden="true" className={styles.sign}>
          {signs[severity]}
        </span>{' '}
        <b>{id}</b> {sentence}
      </p>
      <p className={styles.fix}>
        <b>{t('report.fix')}</b> {fix}
      </p>
      <p className={styles.where}>
        {named.map((question) => (
          <button aria-pressed={question === shown} key={question} onClick={() => onShow(question)} type="button">
            {exchanges.find((one) => one.id === question)?.about ?? question}
          </button>
        ))}
        {more > 0 ? <small>{t('report.more', { count: more })}</small> : null}
      </p>
    </li>
  );
}

interface ExchangeProps {
  readonly exchange: ExamExchange;
  readonly report: ExamReport;
  readonly onShow: (id: string) => void;
}

function Exchange({ exchange, report, onShow }: ExchangeProps) {
  const { t } = useTranslation('auth');
  const { id, request, response, marks, verdict, ms } = exchange;
  return (
    <div className={styles.exchange}>
      <label>
        {t('report.exchange')}
        <select onChange={(event) => onShow(event.currentTarget.value)} value={id}>
          {report.exchanges.map((one) => (
            <option key={one.id} value={one.id}>
              {one.id}: {one.about}
            </option>
          ))}
        </select>
      </label>
      <h3>{t('report.question')}</h3>
      <MarkedBytes bytes={request} label={t('report.question')} marks={[]} />
      <h3>{t('report.answer')}</h3>
      {response === '' ? (
        <p>{t('report.nothing')}</p>
      ) : (
        <MarkedBytes bytes={response} label={t('report.answer')} marks={marks} />
      )}
      <p>{t('report.verdict', { verdict, ms })}</p>
      <MarkList marks={marks} />
    </div>
  );
}
