/** What a tab says when it has nothing to show: why, and what to do. */
import { useTranslation } from 'react-i18next';
import { countdown } from '../gates/held.ts';
import { useNow } from '../gates/use-now.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import styles from './inspector.module.css';

export function Empty({ of }: { readonly of: 'why' | 'route' | 'auth' | 'message' | 'log' }) {
  const { t } = useTranslation('inspector');
  const session = useLab(selectedSession);
  const protocol = session?.protocol ?? 'smtp';
  // When the auth service is asked, and whether a message comes by at all, is another matter in each protocol.
  const text = of === 'why' || of === 'log' ? t(`empty.${of}.text`) : t(`empty.${of}.text.${protocol}`);
  return (
    <div className={styles.empty}>
      <b>{t(`empty.${of}.title`)}</b>
      <p>{text}</p>
      {of === 'route' && session !== null && session.ms === null ? <Waiting since={session.startedAt} /> : null}
    </div>
  );
}

/** How long a session that is open has had no route. */
function Waiting({ since }: { readonly since: number }) {
  const { t } = useTranslation('inspector');
  return <p>{t('empty.route.waiting', { time: countdown(useNow() - since) })}</p>;
}
