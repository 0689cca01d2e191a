/** The stages of a session with a played server, as a strip: press one to say what goes wrong there. */
import { Menu, VisuallyHidden } from '@mantine/core';
import { type JSX, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../shared/machine/machine.ts';
import { type ArmedUpstreamFault, type Stage, stages } from '../../shared/upstream/fault.ts';
import { presets } from '../../shared/upstream/presets.ts';
import { Button } from '../shell/button.tsx';
import { note, report } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { ArmFault } from './arm-fault.tsx';
import { ArmedFaults } from './armed-faults.tsx';
import { useUpstreamsUi } from './state.ts';
import style from './upstreams.module.css';

interface StageStripProps {
  readonly upstream: string;
  readonly protocol: Protocol;
}

const nothing: readonly ArmedUpstreamFault[] = [];

export function StageStrip({ upstream, protocol }: StageStripProps): JSX.Element {
  const { t } = useTranslation('upstreams');
  const all = useLab((state) => state.lab?.upstreamFaults) ?? nothing;
  const armed = all.filter((one) => one.upstream === upstream && one.protocol === protocol);
  const open = useUpstreamsUi((state) =>
    state.stage?.upstream === upstream && state.stage.protocol === protocol ? state.stage.stage : null,
  );
  const setStage = useUpstreamsUi((state) => state.setStage);
  const form = useId();
  const label = t('strip', { name: upstream, protocol: protocol.toUpperCase() });
  return (
    <section aria-label={label} className={style.strip}>
      <div className={style.stripHead}>
        <h4>{protocol.toUpperCase()}</h4>
        <Presets protocol={protocol} upstream={upstream} />
      </div>
      <ol className={style.stages}>
        {stages[protocol].map((stage) => (
          <li key={stage}>
            <StageButton
              armed={armed.filter((one) => one.stage === stage).length}
              controls={form}
              onPress={() => setStage(open === stage ? null : { upstream, protocol, stage })}
              open={open === stage}
              stage={stage}
            />
          </li>
        ))}
      </ol>
      <ArmedFaults armed={armed} />
      {open === null ? null : (
        <ArmFault id={form} key={open} place={{ upstream, protocol, stage: open }} onClose={() => setStage(null)} />
      )}
    </section>
  );
}

interface StageButtonProps {
  readonly stage: Stage;
  readonly armed: number;
  readonly open: boolean;
  readonly controls: string;
  readonly onPress: () => void;
}

function StageButton({ stage, armed, open, controls, onPress }: StageButtonProps) {
  const { t } = useTranslation('upstreams');
  const name = t(`stage.${stage}`);
  return (
    <button
      aria-controls={open ? controls : undefined}
      aria-expanded={open}
      className={style.stage}
      data-armed={armed > 0}
      onClick={onPress}
      title={t('stage.title')}
      type="button"
    >
      {armed === 0 ? (
        name
      ) : (
        <>
          <span aria-hidden="true">{name}</span>
          <b aria-hidden="true">{armed}</b>
          <VisuallyHidden>{t('stage.armed', { stage: name, count: armed })}</VisuallyHidden>
        </>
      )}
    </button>
  );
}

/** What mail servers do to people, under one name each. */
function Presets({ upstream, protocol }: StageStripProps) {
  const { t } = useTranslation('upstreams');
  const { bridge } = useLabStore();
  const offered = presets.filter(({ parts }) => parts[protocol] !== undefined);
  const arm = (preset: string) => {
    const said = t('preset.done', { preset: t(`preset.${preset}`), name: upstream });
    bridge.call('upstream.fault.preset', { upstream, protocol, preset }).then(() => note('good', said), report);
  };
  return (
    <Menu position="bottom-end" returnFocus shadow="md" width={330} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          aria-label={t('presets.of', { name: upstream, protocol: protocol.toUpperCase() })}
          icon="chevron"
          look="chip"
        >
          {t('presets')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={style.presets}>
        {offered.map(({ name }) => (
          <Menu.Item key={name} onClick={() => arm(name)}>
            <b>{t(`preset.${name}`)}</b>
            <small>{t(`preset.${name}.text`)}</small>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
