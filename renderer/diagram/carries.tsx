/** Before there is a session: each edge says what it will carry. */
import { useTranslation } from 'react-i18next';
import styles from './diagram.module.css';
import type { Layout } from './layout.ts';

export function Carries({ layout }: { readonly layout: Layout }) {
  const { t } = useTranslation('diagram');
  return (['client', 'auth', 'upstream'] as const).map((leg) => {
    const { x, y, width } = layout.captions[leg];
    return (
      <span key={leg} className={styles.carries} data-leg={leg} style={{ left: x, top: y, width }}>
        {t(`edge.carries.${leg}`)}
      </span>
    );
  });
}
