/** How many pitfalls a session of the list ran into, and how bad the worst is. */
import { VisuallyHidden } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { FindingCount } from '../../shared/journal/diagnostics.ts';
import style from './diagnosis.module.css';
import { severitySigns } from './findings.ts';

export function FindingBadge({ findings }: { readonly findings: FindingCount | undefined }): JSX.Element | null {
  const { t } = useTranslation('diagnosis');
  if (findings === undefined || findings.count === 0 || findings.worst === null) return null;
  const { count, worst, keys } = findings;
  const label = t('badge', { count, worst: t(`severity.${worst}`), keys: keys.join(', ') });
  return (
    <span className={style.badge} data-severity={worst} title={label}>
      <VisuallyHidden>{label}</VisuallyHidden>
      <span aria-hidden="true">
        {worst === 'note' ? severitySigns.note : severitySigns.warn} {count}
      </span>
    </span>
  );
}
