/** The navigation rail: the places of the window, then help and settings. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabDraft } from '../lab/draft.ts';
import { useLab } from '../store/use-store.ts';
import { failing, useTests } from '../tests/runs.ts';
import { Icon, type IconName } from './icon.tsx';
import style from './rail.module.css';
import { type Place, useUi } from './ui-store.ts';
import { toggle } from './use-shortcuts.ts';

const places: readonly Place[] = ['sessions', 'rules', 'lab', 'upstreams', 'messages', 'tests'];

export function Rail(): JSX.Element {
  const { t } = useTranslation('shell');
  const here = useUi((state) => state.place);
  const open = useUi((state) => state.open);
  const broken = useBroken();
  const failed = useTests(failing);
  const armed = useLab((state) => state.lab?.upstreamFaults.length ?? 0);
  const marks: Readonly<Partial<Record<Place, string>>> = {
    ...(broken ? { lab: t('rail.lab.broken') } : {}),
    ...(armed > 0 ? { upstreams: t('rail.upstreams.armed', { count: armed }) } : {}),
    ...(failed > 0 ? { tests: t('rail.tests.failing', { count: failed }) } : {}),
  };
  return (
    <nav aria-label={t('rail')} className={style.rail}>
      {places.map((place) => (
        <RailButton
          current={here === place}
          icon={place}
          key={place}
          label={marks[place] ?? t(`rail.${place}`)}
          mark={marks[place] !== undefined}
          onClick={() => toggle(place)}
          place={place}
          text={t(`rail.${place}`)}
        />
      ))}
      <span className={style.gap} />
      <RailButton icon="help" label={t('rail.help')} onClick={() => open('shortcuts')} text={t('rail.help')} />
      <RailButton
        icon="settings"
        label={t('rail.settings')}
        onClick={() => open('settings')}
        text={t('rail.settings')}
      />
    </nav>
  );
}

/** Whether the Lab file, as edited or as last tried, has errors. */
function useBroken(): boolean {
  const last = useLab((state) => state.lab?.problems);
  const checked = useLabDraft((state) => state.problems);
  return (checked ?? last ?? []).some((one) => one.severity === 'error');
}

interface RailButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly text: string;
  readonly onClick: () => void;
  readonly current?: boolean;
  readonly mark?: boolean;
  readonly place?: Place;
}

function RailButton({ icon, label, text, onClick, current = false, mark = false, place }: RailButtonProps) {
  return (
    <button
      aria-current={current ? 'page' : undefined}
      aria-label={label === text ? undefined : label}
      className={style.item}
      data-focus={place === undefined ? undefined : `rail-${place}`}
      onClick={onClick}
      type="button"
    >
      <Icon name={icon} size={19} />
      <span>{text}</span>
      {mark ? <span aria-hidden="true" className={style.mark} /> : null}
    </button>
  );
}
