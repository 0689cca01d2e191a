/** Why this step: the documented reason, where it comes from, and what the proxy knows after it. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { signs } from '../../shared/export/session-sheet.ts';
import type { Entry, Knowledge } from '../../shared/journal/entry.ts';
import { gistOf, isRelayed, relayStart, travelOf } from '../../shared/journal/travel.ts';
import { ByHand } from '../gates/by-hand.tsx';
import { changedAt, knowledgeAt } from '../store/fold.ts';
import { shownEntry } from '../store/selectors.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { Empty } from './empty.tsx';
import { FailureCard } from './failure-card.tsx';
import { Findings } from './findings.tsx';
import styles from './inspector.module.css';

export function WhyTab() {
  const entry = useLab(shownEntry);
  if (entry === undefined) return <Empty of="why" />;
  return (
    <>
      <StepHead entry={entry} />
      <ByHand entry={entry} />
      <Reason entry={entry} />
      <FailureCard />
      <Findings />
      <Knows />
    </>
  );
}

function StepHead({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation(['inspector', 'transcript']);
  const entries = useLab((state) => state.entries);
  const { goTo } = useActions();
  const relay = useMemo(() => relayStart(entries), [entries]);
  const travel = travelOf(entry, isRelayed(entry, entry.seq, relay));
  const gist = gistOf(entry);
  const { cause } = entry;
  const room = (name: string) => t(`room.${name}`, { ns: 'transcript' });
  return (
    <header className={styles.head}>
      <p className={styles.step}>
        <span>{t('step', { step: entry.seq + 1, total: entries.length })}</span>
        {cause !== undefined && (
          <button type="button" className={styles.link} onClick={() => goTo(cause)}>
            {t('step.because', { step: cause + 1 })}
          </button>
        )}
      </p>
      <p className={styles.who}>
        {travel === null ? (
          <b data-room="proxy">{room('proxy')}</b>
        ) : (
          <>
            <b data-room={travel.from}>{room(travel.from)}</b> <span aria-hidden="true">→</span>{' '}
            <b data-room={travel.to}>{room(travel.to)}</b>
          </>
        )}
      </p>
      <p className={styles.gist}>{t(gist.key, { ns: 'transcript', ...gist.params })}</p>
    </header>
  );
}

function Reason({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation(['inspector', 'transcript', 'reasons']);
  const say = (part: string) => t(`${entry.why}.${part}`, { ns: 'reasons', ...entry.params });
  return (
    <div className={styles.why}>
      <h2>{say('title')}</h2>
      <p>{say('text')}</p>
      {entry.disposition !== undefined && (
        <p className={styles.disposition}>
          <i aria-hidden="true">{signs[entry.disposition]}</i>{' '}
          {t(`disposition.${entry.disposition}.text`, { ns: 'transcript' })}
        </p>
      )}
      <p className={styles.source}>
        {t('source')}: {say('source')}
      </p>
    </div>
  );
}

type Field = keyof Knowledge;

/** Always shown; the others only once they hold something. */
const always: readonly Field[] = ['place', 'helo', 'from', 'to', 'attempt', 'rule', 'upstream'];
const order: readonly Field[] = [
  'place',
  'helo',
  'esmtp',
  'user',
  'password',
  'tls',
  'from',
  'to',
  'errors',
  'attempt',
  'rule',
  'upstream',
];

function Knows() {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const known = useMemo(() => knowledgeAt(entries, shown), [entries, shown]);
  const before = useMemo(() => knowledgeAt(entries, shown - 1), [entries, shown]);
  const changed = useMemo(() => changedAt(entries, shown), [entries, shown]);
  const value = (of: Knowledge, field: Field) => fieldText(of, field, { yes: t('value.yes'), no: t('value.no') });
  return (
    <>
      <h2 className={styles.title} id="knows">
        {t('knows')}
      </h2>
      <table className={styles.table} aria-labelledby="knows">
        <tbody>
          {order
            .filter((field) => always.includes(field) || value(known, field) !== '' || changed.has(field))
            .map((field) => (
              <tr key={field} data-changed={changed.has(field)}>
                <th scope="row" title={t(`field.${field}.text`)}>
                  {t(`field.${field}`)}
                </th>
                <td>
                  {value(known, field) || <span className={styles.nothing}>–</span>}
                  {changed.has(field) && (
                    <em className={styles.changed}>
                      {value(before, field) === ''
                        ? t('knows.changed')
                        : t('knows.was', { value: value(before, field) })}
                    </em>
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

/** A field as text; '' for nothing known. A password never shows. */
function fieldText(known: Knowledge, field: Field, words: { readonly yes: string; readonly no: string }): string {
  const value = known[field];
  if (field === 'password') return value === null || value === '' ? '' : '••••';
  if (field === 'esmtp') return known.helo === null ? '' : known.esmtp ? words.yes : words.no;
  if (value === null || value === 0) return '';
  return decode(String(value));
}
