/** Settings: they stay on this machine, never in the lab file. */
import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { type JSX, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import form from './form.module.css';
import { useUi } from './ui-store.ts';

export function SettingsDialog(): JSX.Element {
  const { t } = useTranslation('shell');
  return (
    <Dialog name="settings" title={t('settings')}>
      <Fields />
    </Dialog>
  );
}

function Fields() {
  const { t } = useTranslation('shell');
  const settings = useUi((state) => state.settings);
  const set = useUi((state) => state.set);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const scheme = useId();
  return (
    <div className={form.form}>
      <div className={form.field}>
        <span className={form.label} id={scheme}>
          {t('settings.theme')}
        </span>
        <SegmentedControl
          aria-labelledby={scheme}
          data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
          fullWidth
          onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
          value={colorScheme}
        />
      </div>
      <Switch
        checked={settings.motion === 'reduced'}
        description={t('settings.motion.hint')}
        label={t('settings.motion')}
        onChange={(event) => set({ motion: event.currentTarget.checked ? 'reduced' : 'system' })}
      />
      <Switch
        checked={settings.singleKeys}
        description={t('settings.keys.hint')}
        label={t('settings.keys')}
        onChange={(event) => set({ singleKeys: event.currentTarget.checked })}
      />
      <Switch
        checked={settings.suggestions}
        description={t('settings.suggestions.hint')}
        label={t('settings.suggestions')}
        onChange={(event) => set({ suggestions: event.currentTarget.checked })}
      />
    </div>
  );
}
