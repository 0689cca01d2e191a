/** nginx's own log of this session: what it would have written, and what it keeps to itself at the configured level. */
import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type LoggedLine, type NginxLog, nginxLog } from '../store/log.ts';
import { selectedSession } from '../store/selectors.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { Empty } from './empty.tsx';
import styles from './log-tab.module.css';

/** The log of the selected session; traffic is drawn first. */
export function useNginxLog(): NginxLog {
  const entries = useDeferredValue(useLab((state) => state.entries));
  return useMemo(() => nginxLog(entries), [entries]);
}

/** Line ends that a client managed to get into a line are shown, not followed. */
export const lineText = (text: string): string => decode(text).replaceAll('\r', '␍').replaceAll('\n', '␊');

export function LogTab() {
  const { t } = useTranslation('inspector');
  const session = useLab(selectedSession);
  const log = useNginxLog();
  if (session === null || log.lines.length === 0) return <Empty of="log" />;
  const { level, lines } = log;
  const written = lines.filter((line) => line.written).length;
  const more = lines.find((line) => !line.written)?.level;
  return (
    <>
      <p className={styles.gist}>
        {written === 0 ? t('log.nothing', { level }) : t('log.written', { level, count: written })}{' '}
        {more !== undefined && t('log.more', { level: more, count: lines.length - written })}
      </p>
      <ol className={styles.lines} aria-label={t('log.lines')}>
        {lines.map((line) => (
          <Line key={line.seq} line={line} id={session.id} level={level} />
        ))}
      </ol>
      <p className={styles.note}>{t('log.shape')}</p>
    </>
  );
}

function Line({ line, id, level }: { readonly line: LoggedLine; readonly id: number; readonly level: string }) {
  const { t } = useTranslation('inspector');
  const shown = useLab((state) => state.shown);
  const { goTo } = useActions();
  return (
    <li data-level={line.level} data-written={line.written}>
      <button
        type="button"
        className={styles.line}
        aria-current={line.seq === shown ? 'step' : undefined}
        onClick={() => goTo(line.seq)}
      >
        <span className={styles.level}>[{line.level}]</span> *{id} <bdi>{lineText(line.text)}</bdi>
        {!line.written && <span className={styles.unwritten}> {t('log.unwritten', { level })}</span>}
      </button>
    </li>
  );
}
