/** Which listeners take part, how often, and what is done at each. */
import { Checkbox, NumberInput, Select } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListenerView } from '../../shared/contract/contract.ts';
import form from '../shell/form.module.css';
import { nameOf } from '../telnet/telnet-panel.tsx';
import type { DraftPart, Typed } from './draft.ts';
import style from './load.module.css';
import type { LoadFields } from './load-form.tsx';

const afters = ['nothing', 'count', 'fetch'] as const;

export function Parts({
  draft,
  change,
  targets,
}: LoadFields & { readonly targets: readonly ListenerView[] }): JSX.Element {
  const { t } = useTranslation('load');
  return (
    <fieldset className={style.parts}>
      <legend className={form.label}>{t('parts')}</legend>
      {draft.parts.map((part) => {
        const target = targets.find(({ id }) => id === part.listener);
        if (target === undefined) return null;
        const set = (more: Partial<DraftPart>) =>
          change({ parts: draft.parts.map((one) => (one === part ? { ...one, ...more } : one)) });
        return <Part key={part.listener} part={part} set={set} target={target} />;
      })}
    </fieldset>
  );
}

interface PartProps {
  readonly part: DraftPart;
  readonly target: ListenerView;
  readonly set: (more: Partial<DraftPart>) => void;
}

function Part({ part, target, set }: PartProps) {
  const { t } = useTranslation('load');
  const name = nameOf(target);
  return (
    <div className={style.part}>
      <Checkbox checked={part.used} label={name} onChange={(event) => set({ used: event.currentTarget.checked })} />
      {part.used ? (
        <>
          <NumberInput
            allowNegative={false}
            aria-label={t('weight', { name })}
            clampBehavior="none"
            hideControls
            leftSection={<span aria-hidden="true">×</span>}
            onChange={(value: Typed) => set({ weight: value })}
            title={t('weight', { name })}
            value={part.weight}
          />
          {target.protocol === 'smtp' ? (
            <Checkbox
              aria-label={t('login.of', { name })}
              checked={part.login}
              label={t('login')}
              onChange={(event) => set({ login: event.currentTarget.checked })}
            />
          ) : (
            <Select
              allowDeselect={false}
              aria-label={t('after', { name })}
              data={afters.map((after) => ({ value: after, label: t(`after.${after}`) }))}
              onChange={(value) => set({ after: afters.find((one) => one === value) ?? 'count' })}
              value={part.after}
            />
          )}
          {target.ssl ? (
            <span className={form.hint}>{t('ssl')}</span>
          ) : (
            <Checkbox
              aria-label={t('starttls.of', { name })}
              checked={part.starttls}
              label={t('starttls')}
              onChange={(event) => set({ starttls: event.currentTarget.checked })}
            />
          )}
        </>
      ) : null}
    </div>
  );
}
