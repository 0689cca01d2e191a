/** What can be done with a held item, each with its key. */
import { Tooltip } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Held } from '../../shared/contract/gates.ts';
import { useLabStore } from '../store/use-store.ts';
import { drop, release, releaseAll } from './acts.ts';
import styles from './gates.module.css';
import { edit, setAnswering, useGatesUi } from './gates-ui.ts';
import { askKill } from './kill.ts';

interface ActProps {
  readonly name: string;
  readonly hint: string;
  /** The keys as they are printed, and as `aria-keyshortcuts` wants them. */
  readonly cap?: string;
  readonly keys?: string;
  readonly look?: 'primary' | 'danger';
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function Act({ name, hint, cap, keys, look, disabled = false, onClick }: ActProps) {
  return (
    <Tooltip label={hint} maw={320} multiline openDelay={500} withArrow>
      <button
        aria-disabled={disabled}
        aria-keyshortcuts={keys}
        className={styles.act}
        data-look={look}
        onClick={() => {
          if (!disabled) onClick();
        }}
        type="button"
      >
        {name}
        {cap === undefined ? null : (
          <span aria-hidden="true">
            <span aria-hidden="true" className={styles.cap}>
              {cap}
            </span>
          </span>
        )}
      </button>
    </Tooltip>
  );
}

export function HeldActs({ held }: { readonly held: Held }): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const revealed = useGatesUi((state) => state.revealed.has(held.id));
  const hidden = held.secret.length > 0 && !revealed;
  const tellOther = () => {
    setAnswering(held.id);
    // A person asked for the field: it may have the focus.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-focus="answer"]')?.focus());
  };
  const say = (key: string) => ({ name: t(key), hint: t(`${key}.hint`) });
  return (
    <div className={styles.acts}>
      <Act {...say('release')} cap="A →" keys="A ArrowRight" look="primary" onClick={() => release(store, held)} />
      <Act {...say('turn')} cap="⇧→" keys="Shift+ArrowRight" onClick={() => release(store, held, 'turn')} />
      <Act {...say('stage')} cap="Ctrl →" keys="Control+ArrowRight" onClick={() => release(store, held, 'stage')} />
      <Act {...say('release.all')} onClick={() => releaseAll(store, held.session)} />
      <span className={styles.space} />
      <Act
        disabled={!held.editable}
        hint={t(held.editable ? 'edit.hint' : 'edit.never')}
        name={t(hidden ? 'edit.reveal' : 'edit')}
        onClick={() => edit(held)}
      />
      <Act {...say('answer')} onClick={tellOther} />
      <Act {...say('drop')} onClick={() => drop(store, held)} />
      <Act {...say('kill')} cap="K" keys="K" look="danger" onClick={() => askKill(store, held.session)} />
    </div>
  );
}
