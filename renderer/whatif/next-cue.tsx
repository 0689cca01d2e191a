/** Whose turn it is in the supposed dialogue, and what they could say. */
import { type RefObject, useEffect, useId, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Choice, choicesFor, type Material } from '../../shared/proxy/cues.ts';
import { type Cue, type Scene, turnOf } from '../../shared/proxy/what-if.ts';
import { exampleSender, examplesOf, strangerAddress } from '../sessions/examples.ts';
import { Button } from '../shell/button.tsx';
import { useLab } from '../store/use-store.ts';
import { bytesOfLine } from '../telnet/bytes.ts';
import { decode } from '../transcript/pieces.ts';
import { AnswerForm } from './answer-form.tsx';
import { LineForm } from './line-form.tsx';
import styles from './whatif.module.css';

interface NextCueProps {
  readonly scene: Scene;
  readonly onCue: (cue: Cue) => void;
  readonly onBack: (() => void) | undefined;
  readonly onReset: (() => void) | undefined;
}

/** Recipients to suggest. */
const ADDRESSES_MAX = 3;

function useMaterial({ book }: Scene): Material {
  const rules = useLab((state) => state.lab?.rules);
  return useMemo(() => {
    const to = examplesOf(rules ?? []).map(({ address }) => address);
    const account = book?.accounts[0];
    return {
      from: exampleSender,
      to: [...to.slice(0, ADDRESSES_MAX), strangerAddress],
      user: bytesOfLine(account?.user ?? 'user', false),
      password: bytesOfLine(account?.password ?? 'secret', false),
    };
  }, [rules, book]);
}

export function NextCue({ scene, onCue, onBack, onReset }: NextCueProps) {
  const { t } = useTranslation('whatif');
  const title = useId();
  const material = useMaterial(scene);
  const turn = turnOf(scene);
  const choices = useMemo(() => choicesFor(scene, material), [scene, material]);
  const ruled =
    choices.flatMap(({ key, cue }) => (key === 'rules' && cue.type === 'answer' ? [cue.text] : []))[0] ?? '';
  const section = useGoOn(scene);
  return (
    <section aria-labelledby={title} className={styles.next} ref={section}>
      <h2 aria-live="polite" id={title} tabIndex={-1}>
        {t(`turn.${turn}`)}
      </h2>
      {turn === 'relay' && scene.service.server.protocol !== 'smtp' && (
        <p className={styles.hint}>{t('relay.played')}</p>
      )}
      {(turn === 'client' || turn === 'upstream') && (
        <LineForm key={turn} onCue={onCue} protocol={scene.service.server.protocol} turn={turn} />
      )}
      {turn === 'auth' && <AnswerForm key={ruled} onCue={onCue} ruled={ruled} />}
      {choices.length > 0 && <Choices choices={choices} onCue={onCue} />}
      {(onBack || onReset) && (
        <p className={styles.acts}>
          {onBack && <Button onClick={onBack}>{t('back')}</Button>}
          {onReset && <Button onClick={onReset}>{t('reset')}</Button>}
        </p>
      )}
    </section>
  );
}

/** Who has just supposed something goes on where the next thing can be said. */
function useGoOn(scene: Scene): RefObject<HTMLElement | null> {
  const section = useRef<HTMLElement>(null);
  const before = useRef(scene);
  useEffect(() => {
    if (before.current === scene) return;
    before.current = scene;
    const tab = section.current?.closest('[role=tabpanel]');
    // The cursor moved, and the person is elsewhere: nothing takes the focus from there.
    if (document.activeElement !== document.body && !tab?.contains(document.activeElement)) return;
    const next =
      section.current?.querySelector<HTMLElement>('input, textarea, ul button') ?? section.current?.querySelector('h2');
    next?.focus({ preventScroll: true });
    section.current?.scrollIntoView({ block: 'nearest' });
  }, [scene]);
  return section;
}

function Choices({ choices, onCue }: { readonly choices: readonly Choice[]; readonly onCue: (cue: Cue) => void }) {
  const { t } = useTranslation('whatif');
  return (
    <ul className={styles.choices}>
      {choices.map(({ key, params, cue }) => {
        const said = key === 'line' && 'text' in cue ? decode(cue.text.trim()) : null;
        const text = said ?? t(`choice.${key}`, params);
        return (
          <li key={text}>
            <button className={styles.choice} data-line={said !== null} onClick={() => onCue(cue)} type="button">
              {text}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
