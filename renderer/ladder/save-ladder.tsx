/** The ladder on paper, in a file or on the clipboard. */
import { Checkbox, Popover, Radio } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SessionForm, sessionFile, sessionForms } from '../../shared/export/session-forms.ts';
import { hasSecrets } from '../../shared/journal/masking.ts';
import { say } from '../i18n/say.ts';
import { saveFile } from '../messages/save-file.ts';
import { Button, IconButton } from '../shell/button.tsx';
import layout from '../shell/form.module.css';
import { note, report } from '../shell/report.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import styles from './ladder.module.css';
import { printPage } from './print-page.ts';

export function SaveLadder(): JSX.Element {
  const { t } = useTranslation('ladder');
  const [opened, setOpened] = useState(false);
  const empty = useLab((state) => state.entries.length === 0 || selectedSession(state) === null);
  return (
    <span className={styles.end}>
      <Popover
        onChange={setOpened}
        opened={opened && !empty}
        position="bottom-end"
        returnFocus
        shadow="md"
        trapFocus
        width={330}
        withArrow
      >
        <Popover.Target>
          <IconButton disabled={empty} icon="print" label={t('save.open')} onClick={() => setOpened(!opened)} />
        </Popover.Target>
        <Popover.Dropdown aria-label={t('save.open')}>
          <Form onDone={() => setOpened(false)} />
        </Popover.Dropdown>
      </Popover>
    </span>
  );
}

function Form({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation('ladder');
  const store = useLabStore();
  const secret = useLab((state) => hasSecrets(state.entries));
  const [form, setForm] = useState<SessionForm>('svg');
  const [secrets, setSecrets] = useState(false);
  const made = (as: SessionForm) => {
    const state = store.getState();
    const summary = selectedSession(state);
    if (summary === null) return null;
    const { entries, settings } = state;
    return sessionFile({ summary, entries }, as, { say, time: settings.time, secrets });
  };
  const save = () => {
    const file = made(form);
    if (file !== null) saveFile(new TextEncoder().encode(file.text), file.name);
    onDone();
  };
  const copy = () => {
    const file = made(form);
    if (file === null) return;
    navigator.clipboard.writeText(file.text).then(() => note('good', t('save.copied')), report);
    onDone();
  };
  const print = () => {
    const file = made('html');
    if (file !== null) printPage(file.text, t('save.print'));
    onDone();
  };
  return (
    <div className={layout.form}>
      <Radio.Group label={t('save.form')} onChange={(value) => setForm(formOf(value))} value={form}>
        {sessionForms.map((one) => (
          <Radio description={t(`save.form.${one}.text`)} key={one} label={t(`save.form.${one}`)} mt={8} value={one} />
        ))}
      </Radio.Group>
      <Checkbox
        checked={secrets}
        description={t(secret ? 'save.secrets.text' : 'save.secrets.none')}
        disabled={!secret}
        label={t('save.secrets')}
        onChange={(event) => setSecrets(event.currentTarget.checked)}
      />
      <div className={layout.end}>
        <Button onClick={print}>{t('save.print')}</Button>
        <Button onClick={copy}>{t('save.copy')}</Button>
        <Button look="primary" onClick={save}>
          {t('save.do')}
        </Button>
      </div>
    </div>
  );
}

const formOf = (value: string): SessionForm => sessionForms.find((one) => one === value) ?? 'svg';
