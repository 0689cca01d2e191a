/** What a tab says when it has nothing to show: why, and what to do. */
import { useTranslation } from 'react-i18next';
import styles from './inspector.module.css';

export function Empty({ of }: { readonly of: 'why' | 'route' | 'auth' | 'message' | 'log' }) {
  const { t } = useTranslation('inspector');
  return (
    <div className={styles.empty}>
      <b>{t(`empty.${of}.title`)}</b>
      <p>{t(`empty.${of}.text`)}</p>
    </div>
  );
}
