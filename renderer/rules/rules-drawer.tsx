/** The rules: the list to edit, and the box to try addresses on all of it. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TryResult } from '../../shared/contract/contract.ts';
import { BlastRadius } from '../blast/blast-radius.tsx';
import { useLabDraft } from '../lab/draft.ts';
import { Button, IconButton } from '../shell/button.tsx';
import { Drawer } from '../shell/drawer.tsx';
import { saveLab } from '../shell/files.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { discard, phrase, undo } from './acts.ts';
import { useEditing } from './editing.ts';
import { blankDraft } from './from-session.ts';
import { Proofs } from './proofs.tsx';
import { RuleList } from './rule-list.tsx';
import style from './rules.module.css';
import { TryBox } from './try-box.tsx';

export function RulesDrawer(): JSX.Element {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const own = useLab((state) => (state.lab?.otherwise ?? null) !== null);
  const [result, setResult] = useState<TryResult | null>(null);
  useUndoKeys(store);
  return (
    <Drawer note={t('order')} title={t('title')}>
      {own ? <Tools /> : null}
      <BlastRadius />
      <Locked />
      <RuleList trail={result?.trail ?? null} />
      {own ? <Proofs /> : null}
      {own ? <TryBox onResult={setResult} result={result} /> : null}
    </Drawer>
  );
}

function Tools() {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const lab = useLab((state) => state.lab);
  const setDraft = useEditing((state) => state.setDraft);
  if (lab === null) return null;
  const { undo: back, redo: again, unsaved } = lab.editing;
  return (
    <div className={style.tools}>
      <Button onClick={() => setDraft(blankDraft(lab.rules.length, t('draft.name'), lab))}>{t('add')}</Button>
      <IconButton
        disabled={back === null}
        icon="undo"
        label={back === null ? t('undo.nothing') : t('undo.what', { what: phrase(back) })}
        onClick={() => void undo(store, 'undo')}
      />
      <IconButton
        disabled={again === null}
        icon="redo"
        label={again === null ? t('redo.nothing') : t('redo.what', { what: phrase(again) })}
        onClick={() => void undo(store, 'redo')}
      />
      {unsaved ? (
        <span className={style.unsaved}>
          {t('unsaved')}
          <Button look="primary" onClick={() => void saveLab(store)}>
            {t('save')}
          </Button>
          <Button onClick={() => void discard(store)}>{t('discard')}</Button>
        </span>
      ) : null}
    </div>
  );
}

/** Edits of the Lab file that are not applied stand in the way: both would change the one text. */
function Locked() {
  const { t } = useTranslation('rules');
  const locked = useLabDraft((state) => state.text !== null);
  const go = useUi((state) => state.go);
  if (!locked) return null;
  return (
    <div className={style.locked} role="alert">
      <span>{t('locked')}</span>
      <Button onClick={() => go('lab')}>{t('edit')}</Button>
    </div>
  );
}

const typingIn =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=dialog]';

function wayOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): 'undo' | 'redo' | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' ? 'redo' : null;
}

/** Ctrl or Cmd with Z, and with Shift or Y to do it again, wherever no text is typed. */
function useUndoKeys(store: LabStore): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest(typingIn) !== null;
      const way = event.defaultPrevented || typing ? null : wayOf(event);
      if (way === null) return;
      event.preventDefault();
      void undo(store, way);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store]);
}
