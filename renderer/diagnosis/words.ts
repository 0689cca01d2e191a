/** The sentences of a finding, in the window's language. */
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import { CARRIED, type Doing } from '../../shared/journal/doing.ts';
import { decode } from '../transcript/pieces.ts';

/** What a finding says: `title`, `text` (what happened), `why`, `fix`. */
export type Part = 'title' | 'text' | 'why' | 'fix';

/** Says what the lab did: `eng was told to fail at stage rcpt (another answer)`. */
export function useDoingText(): (doing: Omit<Doing, 'by'>) => string {
  const { t } = useTranslation(['diagnosis', 'auth']);
  return ({ act, stage, where }) =>
    stage === 'auth'
      ? t('fault.auth', { kind: t(`kind.${act}`, { ns: 'auth' }) })
      : t('fault.upstream', { where: decode(where), stage, act: t(`act.${act}`) });
}

/** Says a part of a finding. */
export function useFindingWords(): (finding: Diagnostic, part: Part) => string {
  const { t } = useTranslation(['diagnosis', 'diagnostics', 'reasons', 'auth']);
  const doingText = useDoingText();
  return ({ key, params }, part) => {
    const values = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? decode(value) : value] as const),
    );
    const text = (name: string): string => String(params[name] ?? '');
    const cause = params.why === undefined ? '' : t(`${params.why}.title`, { ns: 'reasons' });
    const what =
      key === 'LAB.fault' ? doingText({ act: text('fault'), stage: text('stage'), where: text('where') }) : '';
    if (key === 'LAB.fault' && params.id === CARRIED && part !== 'text') return t(`fault.carried.${part}`);
    const said = t(`${key}.${part}`, { ns: 'diagnostics', ...values, cause, what });
    if (params.by === undefined || part === 'why') return said;
    const doing = doingText({ act: text('byAct'), stage: text('byStage'), where: text('byWhere') });
    return t(`by.${params.by}.${part}`, { said, what: doing });
  };
}
