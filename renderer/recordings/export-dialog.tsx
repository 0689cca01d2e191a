/** Recorded sessions into a file: which ones, and whether with their passwords. */
import { Checkbox, Radio } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SESSIONS_IN_FILE_MAX } from '../../shared/contract/session-file.ts';
import { saveFile } from '../messages/save-file.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { note, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { useRecordings } from './recordings-store.ts';

export function ExportSessionsDialog(): JSX.Element {
  const { t } = useTranslation('recordings');
  return (
    <Dialog name="export-sessions" title={t('export.title')}>
      <Body />
    </Dialog>
  );
}

function Body() {
  const { t } = useTranslation('recordings');
  const session = useRecordings((state) => state.session);
  const order = useLab((state) => state.order);
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  const [which, setWhich] = useState<'one' | 'listed'>(session === null ? 'listed' : 'one');
  const [secrets, setSecrets] = useState(false);
  const [messages, setMessages] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const listed = order.slice(0, SESSIONS_IN_FILE_MAX);
  const ids = which === 'one' && session !== null ? [session] : listed;
  const save = async () => {
    if (ids.length === 0) return setProblem(t('export.none'));
    try {
      const made = await bridge.call('sessions.export', { ids: [...ids], secrets, messages });
      saveFile(new TextEncoder().encode(made.text), made.name);
      open(null);
      note('good', t('export.done', { count: made.sessions, name: made.name }));
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p className={form.text}>{t('export.what')}</p>
      <Radio.Group
        aria-label={t('export.which')}
        onChange={(value) => setWhich(value === 'one' ? 'one' : 'listed')}
        value={which}
      >
        <div className={form.choices}>
          {session === null ? null : <Radio data-autofocus label={t('export.one', { session })} value="one" />}
          <Radio
            label={t(order.length > listed.length ? 'export.newest' : 'export.listed', { count: listed.length })}
            value="listed"
          />
        </div>
      </Radio.Group>
      <div className={form.choices}>
        <Checkbox
          checked={secrets}
          description={t(secrets ? 'export.secrets.on' : 'export.secrets.off')}
          label={t('export.secrets')}
          onChange={(event) => setSecrets(event.currentTarget.checked)}
        />
        <Checkbox
          checked={messages}
          description={t('export.messages.hint')}
          label={t('export.messages')}
          onChange={(event) => setMessages(event.currentTarget.checked)}
        />
      </div>
      {problem === null ? null : (
        <p className={form.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('cancel')}</Button>
        <Button look="primary" type="submit">
          {t('export.do')}
        </Button>
      </div>
    </form>
  );
}
