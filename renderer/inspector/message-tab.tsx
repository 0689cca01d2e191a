/** The message this session carried: its envelope beside its headers, and its text, as far as the journal kept it. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { recipientsAt } from '../store/route.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { Empty } from './empty.tsx';
import styles from './inspector.module.css';
import { messageOf } from './message.ts';

export function MessageTab() {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const entry = useMemo(() => entries.slice(0, shown + 1).findLast((one) => one.kind === 'data'), [entries, shown]);
  if (entry === undefined) return <Empty of="message" />;
  const size = entry.size ?? entry.bytes.length;
  const { headers, body } = messageOf(entry.bytes);
  return (
    <>
      <Envelope until={entry.seq} />
      <h2 className={styles.title}>{t('message.headers')}</h2>
      <p className={styles.note}>{t('message.headers.text')}</p>
      <table className={styles.table} aria-label={t('message.headers')}>
        <tbody>
          {headers.map(([name, value], i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and their order never changes
            <tr key={i}>
              <th scope="row">{name}</th>
              <td>{decode(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2 className={styles.title}>{t('message.body')}</h2>
      {entry.bytes === '' ? (
        <p className={styles.note}>{t('message.none')}</p>
      ) : (
        <pre className={styles.body}>{decode(body)}</pre>
      )}
      <Facts entry={entry} size={size} />
    </>
  );
}

function Envelope({ until }: { readonly until: number }) {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const session = useLab(selectedSession);
  const recipients = useMemo(() => recipientsAt(entries, until), [entries, until]);
  return (
    <>
      <h2 className={styles.title}>{t('message.envelope')}</h2>
      <p className={styles.note}>{t('message.envelope.text')}</p>
      <table className={styles.table} aria-label={t('message.envelope')}>
        <tbody>
          <tr>
            <th scope="row">{t('message.from')}</th>
            <td>{session?.from ?? ''}</td>
          </tr>
          {recipients.map((one) => (
            <tr key={one.position}>
              <th scope="row">{t('message.to')}</th>
              <td>{decode(one.address)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Facts({ entry, size }: { readonly entry: Entry; readonly size: number }) {
  const { t } = useTranslation('inspector');
  const kept = entry.bytes.length;
  return (
    <div className={styles.facts}>
      <p>{kept < size ? t('message.cut', { kept, size }) : t('message.size', { size })}</p>
      {entry.hash !== undefined && (
        <p>
          {t('message.hash')} <code>{entry.hash}</code>
        </p>
      )}
    </div>
  );
}
