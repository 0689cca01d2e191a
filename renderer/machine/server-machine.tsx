/** The mail server behind the proxy, where the lab plays it: its state diagram, with the session's way through it. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../shared/machine/machine.ts';
import { type PlayedProtocol, playedAt, playedDiagram } from '../../shared/upstream/diagrams.ts';
import { stages } from '../../shared/upstream/fault.ts';
import { stageOfLine } from '../../shared/upstream/line-stage.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import { Drawing } from './drawing.tsx';
import styles from './machine.module.css';
import { MachineHead } from './machine-head.tsx';
import { placeName } from './names.ts';
import { traceAlong } from './use-standing.ts';
import { type Upstream, useUpstream } from './use-upstream.ts';

export function ServerMachine({ protocol }: { readonly protocol: Protocol }): JSX.Element {
  const { t } = useTranslation('machine');
  const upstream = useUpstream(protocol);
  const spoken = protocol.toUpperCase();
  if (upstream?.kind === 'played' && protocol !== 'smtp') return <Played protocol={protocol} upstream={upstream} />;
  if (upstream?.kind === 'played') return <SmtpStages name={upstream.name} />;
  const names = { name: upstream && 'name' in upstream ? upstream.name : '', protocol: spoken };
  return (
    <>
      <MachineHead forms={false} title={upstream === undefined ? '' : t(`server.${upstream.kind}.title`, names)} />
      {upstream === undefined ? (
        <p className={styles.note}>{t('loading')}</p>
      ) : (
        <div className={styles.nothing}>
          <b>{t(`server.${upstream.kind}.title`, names)}</b>
          <p>{t(`server.${upstream.kind}.text`, names)}</p>
        </div>
      )}
    </>
  );
}

interface PlayedProps {
  readonly protocol: PlayedProtocol;
  readonly upstream: Extract<Upstream, { kind: 'played' }>;
}

function Played({ protocol, upstream }: PlayedProps) {
  const { t } = useTranslation('machine');
  const session = useLab(selectedSession);
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const diagram = useMemo(() => playedDiagram(protocol, upstream), [protocol, upstream]);
  const followed = useMemo(
    () => (shown < 0 ? null : playedAt(protocol, upstream, entries, shown)),
    [protocol, upstream, entries, shown],
  );
  const trace = useMemo(() => traceAlong(followed?.taken ?? [], followed?.place ?? null), [followed]);
  const names = { protocol: protocol.toUpperCase(), name: upstream.name };
  const { here: place } = trace;
  const here =
    place === null
      ? t(session === null ? 'here.none' : 'here.not-dialled')
      : t('server.here', { place: placeName(t, protocol, place) });
  return (
    <>
      <MachineHead forms title={t('server.title', names)} />
      {session?.imported !== undefined && <p className={styles.note}>{t('server.imported', names)}</p>}
      {followed?.lost != null && <p className={styles.note}>{t('server.lost', { step: followed.lost + 1 })}</p>}
      <Drawing
        diagram={diagram}
        side={protocol}
        summary={t('server.summary', { ...names, places: diagram.places.length, here })}
        trace={trace}
      />
    </>
  );
}

/** No machine of the lab's own: no diagram, but the stages that it tells apart. */
function SmtpStages({ name }: { readonly name: string }) {
  const { t } = useTranslation(['machine', 'upstreams']);
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const here = useMemo(() => {
    const entry = entries[shown];
    return entry === undefined ? null : stageOfLine('smtp', entries, entry.seq);
  }, [entries, shown]);
  const at = here === null ? '' : t(`upstreams:stage.${here}`);
  return (
    <>
      <MachineHead forms={false} title={t('server.smtp.title', { name })} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label={t('server.smtp.title', { name })} className={styles.stages} tabIndex={0}>
        <p>{t('server.smtp.text')}</p>
        <ol aria-label={t('server.smtp.stages')}>
          {stages.smtp.map((stage) => (
            <li aria-current={stage === here ? 'step' : undefined} key={stage}>
              {t(`upstreams:stage.${stage}`)}
            </li>
          ))}
        </ol>
        {entries.length > 0 && <p>{here === null ? t('server.smtp.nowhere') : t('server.smtp.here', { stage: at })}</p>}
      </section>
    </>
  );
}
