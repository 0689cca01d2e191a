/** Holding the traffic itself: step mode of the chosen session, holding what comes, slow motion, breakpoints. */
import { Tooltip } from '@mantine/core';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LadderToggle, MachineToggle } from '../ladder/flow-view.tsx';
import bar from '../shell/bar.module.css';
import { useLab, useLabStore } from '../store/use-store.ts';
import { setSlow, setStep, toggleAllHeld } from './acts.ts';
import { BreakpointList } from './breakpoint-list.tsx';
import styles from './gates.module.css';
import { Hand } from './hand.tsx';
import { isAllHeld, isStepped, openSession } from './held.ts';

/** ms that slow motion holds at every gate. */
const paces = [0, 250, 500, 1000, 2000] as const;

export function TrafficBar(): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const all = useLab((state) => isAllHeld(state.gates));
  return (
    <section aria-label={t('bar')} className={styles.bar}>
      <Mode />
      <Choice hint={t('all.hint')} on={all} onClick={() => toggleAllHeld(store)}>
        <Hand />
        <span className={styles.long}>{t('all')}</span>
        <span aria-hidden="true" className={styles.brief}>
          {t('all.short')}
        </span>
        <span aria-hidden="true" className={styles.tiny}>
          {t('all.tiny')}
        </span>
      </Choice>
      <Slow />
      <span className={styles.space} />
      <LadderToggle />
      <MachineToggle />
      <BreakpointList />
    </section>
  );
}

/** Live or step by step, for the session that is chosen while it is open. */
function Mode() {
  const { t } = useTranslation(['gates', 'playback']);
  const store = useLabStore();
  const selected = useLab((state) => state.selected);
  const session = useLab(openSession);
  const replay = useLab((state) => state.replay);
  const stepped = useLab((state) => session !== null && isStepped(state.gates, session));
  const whose = selected === null ? t('mode.none') : t(session === null ? 'mode.over' : 'mode', { id: selected });
  const set = (on: boolean) => {
    if (session !== null && on !== stepped) setStep(store, session, on);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are two buttons of which one is down
    <div aria-label={whose} className={styles.mode} role="group">
      <span aria-hidden="true" className={styles.whose} title={whose}>
        {selected === null ? t('mode.short.none') : t('mode.short', { id: selected })}
      </span>
      <Choice
        disabled={session === null}
        hint={t('live.hint')}
        on={session !== null && !stepped && !replay}
        onClick={() => {
          if (replay) store.actions.follow();
          set(false);
        }}
      >
        {t('live')}
      </Choice>
      <Choice
        disabled={session === null}
        hint={t(session === null ? 'step.hint.over' : 'step.hint')}
        on={stepped}
        onClick={() => set(true)}
      >
        <Hand />
        {t('step')}
      </Choice>
      <Choice
        disabled={selected === null}
        hint={t(replay ? 'replay.hint.on' : 'replay.hint', { ns: 'playback' })}
        on={replay}
        onClick={() => selected !== null && store.actions.select(selected, replay ? 'end' : 'replay')}
      >
        <span aria-hidden="true">⟲</span>
        <span className={styles.long}>{t('replay', { ns: 'playback' })}</span>
      </Choice>
    </div>
  );
}

interface ChoiceProps {
  readonly on: boolean;
  readonly hint: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button that is down or up. */
function Choice({ on, hint, disabled = false, onClick, children }: ChoiceProps) {
  return (
    <Tooltip label={hint} maw={320} multiline openDelay={500} withArrow>
      <button
        aria-disabled={disabled}
        aria-pressed={on}
        className={`${bar.choice} ${styles.choice}`}
        onClick={() => {
          // Stays focusable where it can do nothing: a disabled button would throw the focus away.
          if (!disabled) onClick();
        }}
        type="button"
      >
        {children}
      </button>
    </Tooltip>
  );
}

function Slow() {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const slowMs = useLab((state) => state.gates.slowMs);
  const known = paces.some((ms) => ms === slowMs) ? paces : [...paces, slowMs];
  return (
    <label className={styles.slow} data-on={slowMs > 0} title={t('slow.hint')}>
      <span className={styles.long}>{t('slow')}</span>
      <span aria-hidden="true" className={styles.brief}>
        {t('slow.short')}
      </span>
      <select
        aria-label={t('slow')}
        onChange={(event) => setSlow(store, Number(event.currentTarget.value))}
        value={slowMs}
      >
        {known.map((ms) => (
          <option key={ms} value={ms}>
            {ms === 0 ? t('slow.off') : ms < 1000 ? t('slow.ms', { ms }) : t('slow.s', { s: ms / 1000 })}
          </option>
        ))}
      </select>
    </label>
  );
}
