/** The auth call as a band across both legs: the question comes from the left, the answer from the right. */
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { parseHttp } from '../../shared/journal/http.ts';
import { masked } from '../../shared/journal/travel.ts';
import { lookupsAt } from '../store/route.ts';
import { useLab } from '../store/use-store.ts';
import { LineText } from './line-text.tsx';
import { decode } from './pieces.ts';
import styles from './transcript.module.css';

interface BandProps {
  readonly entry: Entry;
  readonly hex: boolean;
  readonly revealed: boolean;
}

/** Headers of a question that matter to a reader of routes, in this order. */
const telling = ['auth-smtp-to', 'auth-user', 'auth-smtp-from', 'auth-method'];

export function Band({ entry, hex, revealed }: BandProps) {
  const { t } = useTranslation('transcript');
  if (hex) return <LineText entry={entry} hex revealed={revealed} />;
  const { start, headers } = parseHttp(revealed ? entry.bytes : masked(entry));
  const question = entry.direction === 'out';
  const shown = question ? tellingOf(headers) : headers;
  return (
    <span className={styles.call} data-direction={entry.direction}>
      <span className={styles.callHead}>
        <b>{question ? t('band.question') : t('band.answer')}</b>
        <span>
          {start} · {t('band.headers', { count: headers.length })}
        </span>
      </span>
      {shown.map(([name, value], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the headers of an entry never change or move
        <span key={i} className={styles.header}>
          <span>{name}:</span> <bdi>{decode(value)}</bdi>
        </span>
      ))}
      {!question && <Verdict entry={entry} />}
    </span>
  );
}

/** The most telling headers that have a value, at most two of them. */
function tellingOf(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return telling
    .flatMap((wanted) => headers.filter(([name, value]) => value !== '' && name.toLowerCase() === wanted))
    .slice(0, 2);
}

/** The answer in words: where to, and which rule said so. */
function Verdict({ entry }: Pick<BandProps, 'entry'>) {
  const { t } = useTranslation('transcript');
  const entries = useLab((state) => state.entries);
  const result = lookupsAt(entries, entry.seq).at(-1)?.result;
  if (result === undefined || result.type === 'pending') return null;
  const winner = entry.trail?.find((step) => step.outcome === 'matched');
  const by =
    entry.edited !== undefined
      ? t('verdict.by-hand')
      : winner === undefined
        ? null
        : winner.rule === null
          ? t('verdict.otherwise')
          : winner.rule === 0
            ? t('verdict.accounts')
            : t('verdict.rule', { number: winner.rule, name: winner.name });
  const good = result.type === 'route';
  return (
    <span className={styles.verdict} data-good={good}>
      <i aria-hidden="true">{good ? '✓' : result.type === 'wait' ? '…' : '✗'}</i>{' '}
      {t(`verdict.${result.type}`, 'text' in result ? { ...result, text: decode(result.text) } : { ...result })}
      {by !== null && <span> · {by}</span>}
    </span>
  );
}
