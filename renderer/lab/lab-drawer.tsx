/** The Lab file: the one text that is the lab. Checked while it is typed, run when it is applied. */
import i18next from 'i18next';
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../shared/lab/problem.ts';
import { BlastRadius } from '../blast/blast-radius.tsx';
import { Button } from '../shell/button.tsx';
import { Drawer } from '../shell/drawer.tsx';
import { openLab, openTutorial, saveLab } from '../shell/files.ts';
import { note, report } from '../shell/report.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { useLabDraft } from './draft.ts';
import { Editor, type Jump } from './editor.tsx';
import { ExportButton, ExportDialog } from './export-dialog.tsx';
import style from './lab.module.css';
import { Problems } from './problems.tsx';

/** ms of rest before what is typed is checked. */
const REST_MS = 250;

export function LabDrawer(): JSX.Element {
  const { t } = useTranslation('lab');
  const store = useLabStore();
  const running = useLab((state) => state.lab?.text ?? '');
  const file = useLab((state) => state.lab?.file ?? null);
  const { text, problems, refused, edit } = useLabDraft();
  const [jump, setJump] = useState<Jump | null>(null);
  const shown = text ?? running;
  useChecks(store, shown, text !== null);
  const found = problems ?? none;
  const errors = found.filter((one) => one.severity === 'error').length;
  return (
    <Drawer note={file ?? t('builtIn')} title={t('title')}>
      <Toolbar />
      <BlastRadius />
      <Stale running={running} />
      {refused && errors > 0 ? (
        <p className={style.refused} role="alert">
          {t('refused', { count: errors })}
        </p>
      ) : null}
      <div className={style.editor}>
        <Editor
          jump={jump}
          label={t('editor')}
          onApply={() => void apply(store)}
          onEdit={(next) => edit(next, running)}
          problems={found}
          text={shown}
        />
      </div>
      <Problems edited={text !== null} onJump={setJump} problems={found} />
      <ExportDialog />
    </Drawer>
  );
}

/** Something else runs than when the edits began: neither is thrown away without a word. */
function Stale({ running }: { readonly running: string }) {
  const { t } = useTranslation('lab');
  const stale = useLabDraft((state) => state.text !== null && state.base !== running);
  const rebase = useLabDraft((state) => state.rebase);
  const drop = useLabDraft((state) => state.drop);
  if (!stale) return null;
  return (
    <div className={style.refused} role="alert">
      <p>{t('stale')}</p>
      <div className={style.choices}>
        <Button onClick={drop}>{t('stale.take')}</Button>
        <Button onClick={() => rebase(running)}>{t('stale.keep')}</Button>
      </div>
    </div>
  );
}

function Toolbar() {
  const { t } = useTranslation('lab');
  const store = useLabStore();
  const edited = useLabDraft((state) => state.text !== null);
  const drop = useLabDraft((state) => state.drop);
  return (
    <div className={style.tools}>
      <Button disabled={!edited} look="primary" onClick={() => void apply(store)}>
        {t('apply')}
      </Button>
      <Button disabled={!edited} onClick={drop}>
        {t('revert')}
      </Button>
      <Button onClick={() => void save(store)}>{t('save')}</Button>
      <Button onClick={() => openLab(store)}>{t('open')}</Button>
      <ExportButton />
      <Button look="link" onClick={() => openTutorial(store)}>
        {t('tutorial')}
      </Button>
    </div>
  );
}

/** Runs the draft. With errors the lab goes on as it was, and the drawer says so. */
async function apply(store: LabStore): Promise<boolean> {
  const { text, refuse, drop } = useLabDraft.getState();
  if (text === null) return true;
  try {
    const { ok, problems } = await store.bridge.call('lab.apply', { text });
    if (!ok) {
      refuse(problems);
      return false;
    }
    if (useLabDraft.getState().text === text) drop();
    else useLabDraft.getState().rebase(text);
    await tellApplied(store);
    return true;
  } catch (error) {
    report(error);
    return false;
  }
}

/** A lab that runs need not be heard: a port may be taken. */
async function tellApplied(store: LabStore): Promise<void> {
  const { listeners } = await store.bridge.call('lab.get', {});
  const count = listeners.filter((one) => one.state === 'failed').length;
  if (count === 0) note('good', i18next.t('lab:applied'));
  else note('bad', i18next.t('lab:applied.deaf', { count }));
}

async function save(store: LabStore): Promise<void> {
  if (await apply(store)) await saveLab(store);
}

/** Checks the text shown a moment after the last key, and once when it is the running one. */
function useChecks(store: LabStore, shown: string, edited: boolean): void {
  useEffect(() => {
    const check = () => {
      store.bridge.call('lab.check', { text: shown }).then(({ problems }) => {
        const now = useLabDraft.getState().text ?? store.getState().lab?.text;
        if (now === shown) useLabDraft.getState().found(problems);
      }, report);
    };
    const timer = window.setTimeout(check, edited ? REST_MS : 0);
    return () => window.clearTimeout(timer);
  }, [store, shown, edited]);
}

const none: readonly Problem[] = [];
