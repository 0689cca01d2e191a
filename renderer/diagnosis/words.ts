/** The sentences of a finding, in the window's language. */
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import { decode } from '../transcript/pieces.ts';

/** What a finding says: `title`, `text` (what happened), `why`, `fix`. */
export type Part = 'title' | 'text' | 'why' | 'fix';

/** Says a part of a finding. */
export function useFindingWords(): (finding: Diagnostic, part: Part) => string {
  const { t } = useTranslation(['diagnosis', 'diagnostics', 'reasons', 'auth']);
  return ({ key, params }, part) => {
    const values = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? decode(value) : value] as const),
    );
    const cause = params.why === undefined ? '' : t(`${params.why}.title`, { ns: 'reasons' });
    const what = key === 'LAB.fault' ? faultText(values) : '';
    return t(`${key}.${part}`, { ns: 'diagnostics', ...values, cause, what });
  };

  function faultText({ stage, fault, where }: Readonly<Record<string, string | number>>): string {
    if (stage === 'auth') return t('fault.auth', { kind: t(`kind.${fault}`, { ns: 'auth' }) });
    return t('fault.upstream', { where, stage, act: t(`act.${fault}`) });
  }
}
