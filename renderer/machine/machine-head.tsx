/** What is drawn, and the switches for another machine or another form. */
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './machine.module.css';
import { useMachineUi } from './machine-ui.ts';

interface MachineHeadProps {
  readonly title: string;
  /** Whether there is a diagram to be shown in one form or the other. */
  readonly forms: boolean;
}

export function MachineHead({ title, forms }: MachineHeadProps): JSX.Element {
  const { t } = useTranslation('machine');
  const { side, form, setSide, setForm } = useMachineUi();
  return (
    <header className={styles.head}>
      <h2 className={styles.title} title={title}>
        {title}
      </h2>
      <Group label={t('side')}>
        {(['front', 'back', 'server'] as const).map((one) => (
          <button
            aria-pressed={side === one}
            key={one}
            onClick={() => setSide(one)}
            title={t(`side.${one}.hint`)}
            type="button"
          >
            {t(`side.${one}`)}
          </button>
        ))}
      </Group>
      {forms && (
        <Group label={t('form')}>
          {(['picture', 'table'] as const).map((one) => (
            <button aria-pressed={form === one} key={one} onClick={() => setForm(one)} type="button">
              {t(`form.${one}`)}
            </button>
          ))}
        </Group>
      )}
    </header>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are two buttons of which one is down
    <div aria-label={label} className={styles.group} role="group">
      {children}
    </div>
  );
}
