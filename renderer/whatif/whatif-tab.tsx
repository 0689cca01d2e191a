/** What if: somebody says something else at this step, and the machines tell what would come of it. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerView } from '../../shared/contract/machines.ts';
import type { Standing } from '../../shared/proxy/replay.ts';
import { serviceOf } from '../../shared/proxy/service.ts';
import { type Cue, type Outcome, type Scene, sceneOf, suppose } from '../../shared/proxy/what-if.ts';
import styles from '../inspector/inspector.module.css';
import { placeName } from '../machine/names.ts';
import { useServer } from '../machine/use-server.ts';
import { useStanding } from '../machine/use-standing.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import { NextCue } from './next-cue.tsx';
import { Turn } from './turn.tsx';
import own from './whatif.module.css';
import { useWhatIf } from './whatif-store.ts';

export function WhatIfTab() {
  const { t } = useTranslation('whatif');
  const session = useLab(selectedSession);
  const shown = useLab((state) => state.shown);
  const view = useServer();
  if (session === null || shown < 0) return <Empty of="session" />;
  if (view === undefined) return <p className={styles.note}>{t('loading')}</p>;
  return view === null ? <Empty of="server" /> : <Supposing at={`${session.id} ${shown}`} view={view} />;
}

function Empty({ of }: { readonly of: 'session' | 'server' }) {
  const { t } = useTranslation('whatif');
  return (
    <div className={styles.empty}>
      <b>{t(`empty.${of}.title`)}</b>
      <p>{t(`empty.${of}.text`)}</p>
    </div>
  );
}

/** Something that was supposed, and what came of it. */
interface Supposed {
  readonly cue: Cue;
  readonly outcomes: readonly Outcome[];
}

/** Everything that was supposed so far, one after the other. */
function played(first: Scene, cues: readonly Cue[]): { readonly scene: Scene; readonly turns: readonly Supposed[] } {
  let scene = first;
  const turns = cues.map((cue) => {
    const { scene: next, outcomes } = suppose(scene, cue);
    scene = next;
    return { cue, outcomes };
  });
  return { scene, turns };
}

const none: readonly Cue[] = [];

function Supposing({ view, at }: { readonly view: ServerView; readonly at: string }) {
  const { t } = useTranslation('whatif');
  const standing = useStanding(view);
  const cues = useWhatIf((state) => state.cues.get(at)) ?? none;
  const setCues = useWhatIf((state) => state.setCues);
  const service = useMemo(() => serviceOf(view.server), [view.server]);
  const first = useMemo(() => standing && sceneOf(standing, service, view.book), [standing, service, view.book]);
  const dialogue = useMemo(() => first && played(first, cues), [first, cues]);
  if (!standing || !dialogue) return <Empty of="session" />;
  const { scene, turns } = dialogue;
  return (
    <div className={own.whatif}>
      <Start standing={standing} view={view} />
      <ol aria-label={t('dialogue')} className={own.turns}>
        {turns.map((turn, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: turns are only added and taken away at the end
          <Turn cue={turn.cue} key={i} outcomes={turn.outcomes} />
        ))}
      </ol>
      <NextCue
        onBack={cues.length > 0 ? () => setCues(at, cues.slice(0, -1)) : undefined}
        onCue={(cue) => setCues(at, [...cues, cue])}
        onReset={cues.length > 0 ? () => setCues(at, none) : undefined}
        scene={scene}
      />
      <p className={styles.note}>{t('dry')}</p>
    </div>
  );
}

/** Where it begins, and what a reader must know before believing the answers. */
function Start({ standing, view }: { readonly standing: Standing; readonly view: ServerView }) {
  const { t } = useTranslation(['whatif', 'machine']);
  const session = useLab(selectedSession);
  const shown = useLab((state) => state.shown);
  const { differs, front } = standing;
  return (
    <>
      <p className={own.start}>
        {t('start', { step: shown + 1 })} <b>{placeName(t, 'front', front.place)}</b>
      </p>
      {session !== null && !view.exact && (
        <p className={own.warning}>
          {t('machine:other', { listener: session.listener, protocol: session.protocol.toUpperCase() })}
        </p>
      )}
      {differs !== null && (
        <p className={own.warning}>
          {t(differs.what === 'cut' ? 'cut' : `differs.${differs.what}`, {
            step: differs.seq + 1,
            then: differs.what === 'reason' ? t(`${differs.then}.title`, { ns: 'reasons' }) : differs.then.trim(),
            now: differs.what === 'reason' ? t(`${differs.now}.title`, { ns: 'reasons' }) : differs.now.trim(),
          })}
        </p>
      )}
    </>
  );
}
