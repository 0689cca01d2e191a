/** Takes the running lab out of the lab: asks for a folder, and says what was written there. */
import { Checkbox, TextInput } from '@mantine/core';
import { type JSX, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Exported } from '../../shared/contract/export.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLabStore } from '../store/use-store.ts';
import { useLabDraft } from './draft.ts';

/** Opens the dialog. */
export function ExportButton(): JSX.Element {
  const { t } = useTranslation('export');
  const open = useUi((state) => state.open);
  return <Button onClick={() => open('export')}>{t('open')}</Button>;
}

export function ExportDialog(): JSX.Element {
  const { t } = useTranslation('export');
  return (
    <Dialog name="export" size="lg" title={t('title')}>
      <Body />
    </Dialog>
  );
}

/** What was written is forgotten when the dialog is closed. */
function Body() {
  const [made, setMade] = useState<Exported | null>(null);
  return made === null ? <Form onMade={setMade} /> : <Made made={made} onAgain={() => setMade(null)} />;
}

/** What is shown next has the focus: the part that had it is gone. */
function useFocus<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}

function Form({ onMade }: { readonly onMade: (made: Exported) => void }) {
  const { t } = useTranslation('export');
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  const edited = useLabDraft((state) => state.text !== null);
  const [folder, setFolder] = useState('');
  const [force, setForce] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const input = useFocus<HTMLInputElement>();
  const write = async () => {
    if (folder.trim() === '') return;
    try {
      onMade(await bridge.call('lab.export', { folder: folder.trim(), force }));
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        void write();
      }}
    >
      <p className={form.text}>{t('what')}</p>
      {edited ? <p className={form.text}>{t('edited')}</p> : null}
      <TextInput
        data-autofocus
        description={t('folder.hint')}
        error={problem}
        errorProps={{ role: 'alert' }}
        label={t('folder')}
        onChange={(event) => {
          setFolder(event.currentTarget.value);
          setProblem(null);
        }}
        placeholder={t('folder.example')}
        ref={input}
        value={folder}
      />
      <Checkbox checked={force} label={t('force')} onChange={(event) => setForce(event.currentTarget.checked)} />
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('cancel')}</Button>
        <Button look="primary" type="submit">
          {t('do')}
        </Button>
      </div>
    </form>
  );
}

function Made({ made, onAgain }: { readonly made: Exported; readonly onAgain: () => void }) {
  const { t } = useTranslation('export');
  const done = useFocus<HTMLButtonElement>();
  const open = useUi((state) => state.open);
  return (
    <div className={form.form}>
      <p className={form.text} role="status">
        {t('written', { folder: made.folder })}
      </p>
      <ul aria-label={t('files')} className={form.rows}>
        {made.files.map(({ name, what }) => (
          <li key={name}>
            <code>{name}</code> <span className={form.hint}>{what}</span>
          </li>
        ))}
      </ul>
      {made.notes.length > 0 ? (
        <section aria-label={t('notes')}>
          <h3 className={form.label}>{t('notes')}</h3>
          <ul className={form.notes}>
            {made.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      ) : null}
      <p className={form.text}>{t('next')}</p>
      <div className={form.end}>
        <Button onClick={onAgain}>{t('again')}</Button>
        <Button data-autofocus look="primary" onClick={() => open(null)} ref={done}>
          {t('done')}
        </Button>
      </div>
    </div>
  );
}
