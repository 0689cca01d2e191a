/** What the chosen session holds, below the last line of its transcript: the next thing that will happen, if it may. */
import { type JSX, type RefObject, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Held } from '../../shared/contract/gates.ts';
import bar from '../shell/bar.module.css';
import { useLab } from '../store/use-store.ts';
import { LineText } from '../transcript/line-text.tsx';
import { AnswerForm } from './answer-form.tsx';
import styles from './gates.module.css';
import { currentOf, pick, reveal, useGatesUi } from './gates-ui.ts';
import { Hand } from './hand.tsx';
import { firstLine, gateText, heldOf } from './held.ts';
import { HeldActs } from './held-acts.tsx';
import { Patience } from './patience.tsx';
import { useHeldPill } from './pill-store.ts';

export function HeldPanel(): JSX.Element | null {
  const selected = useLab((state) => state.selected);
  const gates = useLab((state) => state.gates);
  const picked = useGatesUi((state) => state.picked);
  const all = useMemo(() => heldOf(gates, selected), [gates, selected]);
  const held = currentOf(all, picked);
  return held === undefined ? null : <Panel all={all} held={held} />;
}

interface PanelProps {
  readonly held: Held;
  readonly all: readonly Held[];
}

function Panel({ held, all }: PanelProps) {
  const { t } = useTranslation('gates');
  const answering = useGatesUi((state) => state.answering === held.id);
  const panel = useFocusWhenWanted(held.session);
  useKeepInView(panel);
  const gate = gateText(held.gate);
  return (
    <section aria-label={t('panel', { id: held.session })} className={styles.panel} ref={panel} tabIndex={-1}>
      <header className={styles.panelHead}>
        <b className={styles.panelName}>
          <Hand /> {t('panel.at', { gate })}
        </b>
        <span className={styles.soft}>{t(`gate.${held.gate}`)}</span>
        <span className={styles.space} />
        <Patience held={held} />
      </header>
      {all.length > 1 ? <Others all={all} held={held} /> : null}
      <Text held={held} />
      {answering ? <AnswerForm held={held} key={held.id} /> : <HeldActs held={held} />}
    </section>
  );
}

/** Which of several things is shown. */
function Others({ all, held }: PanelProps) {
  const { t } = useTranslation('gates');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are buttons of which one is down
    <div aria-label={t('panel.several', { count: all.length })} className={styles.others} role="group">
      {all.map((one) => (
        <button
          aria-pressed={one.id === held.id}
          className={`${bar.choice} ${styles.choice}`}
          key={one.id}
          onClick={() => pick(one.id)}
          type="button"
        >
          {gateText(one.gate)} <code className={styles.ellipsis}>{firstLine(one)}</code>
        </button>
      ))}
    </div>
  );
}

function Text({ held }: { readonly held: Held }) {
  const { t } = useTranslation('gates');
  const revealed = useGatesUi((state) => state.revealed.has(held.id));
  const hex = useLab((state) => state.settings.hex);
  const { text, secret, size } = held;
  return (
    <div className={styles.textFrame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach its end */}
      <section aria-label={t('panel.text')} className={styles.text} tabIndex={0}>
        <LineText all entry={{ bytes: text, secret, size }} hex={hex} revealed={revealed} />
      </section>
      {secret.length === 0 ? null : (
        <button
          aria-pressed={revealed}
          className={`${bar.choice} ${styles.choice}`}
          onClick={() => reveal(held.id, !revealed)}
          type="button"
        >
          {t(revealed ? 'hide' : 'reveal')}
        </button>
      )}
    </div>
  );
}

/** ms in which a closing list gives the focus back. */
const FOCUS_MS = 250;

/** Takes the focus once, when a person asked to be led here. */
function useFocusWhenWanted(session: number) {
  const panel = useRef<HTMLElement>(null);
  const wanted = useHeldPill((state) => state.wanted === session);
  useEffect(() => {
    if (!wanted) return;
    // The list that was open gives the focus back to its button first.
    const timer = setTimeout(() => {
      useHeldPill.setState({ wanted: null });
      panel.current?.focus();
    }, FOCUS_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return panel;
}

/** What the panel takes from the transcript must not hide the row at the cursor. */
function useKeepInView(panel: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = panel.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      element.parentElement?.querySelector('[aria-current="step"]')?.scrollIntoView({ block: 'nearest' });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [panel]);
}
