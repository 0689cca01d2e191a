/** The armed faults of a strip as chips: what each does, how it fared, and its end. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArmedUpstreamFault } from '../../shared/upstream/fault.ts';
import { report } from '../shell/report.ts';
import { useLabStore } from '../store/use-store.ts';
import { actText, limitText } from './fault-text.ts';
import style from './upstreams.module.css';

export function ArmedFaults({ armed }: { readonly armed: readonly ArmedUpstreamFault[] }): JSX.Element {
  const { t } = useTranslation('upstreams');
  return (
    <ul aria-label={t('armed')} aria-live="polite" className={style.chips}>
      {armed.map((fault) => (
        <Chip fault={fault} key={fault.id} />
      ))}
    </ul>
  );
}

function Chip({ fault }: { readonly fault: ArmedUpstreamFault }) {
  const { t } = useTranslation('upstreams');
  const { bridge } = useLabStore();
  const { id, stage, preset, met, struck, written } = fault;
  const what = actText(t, fault);
  const name = `${t(`stage.${stage}`)}: ${what}`;
  return (
    <li className={style.chip}>
      <span>
        <b>{t(`stage.${stage}`)}</b> {what}
        <small>
          {[
            limitText(t, fault),
            ...(preset === undefined ? [] : [t(`preset.${preset}`)]),
            ...(written === true ? [t('armed.written')] : []),
            t('armed.struck', { struck, met }),
          ].join(' · ')}
        </small>
      </span>
      <button
        aria-label={t('armed.clear', { name })}
        onClick={() => bridge.call('upstream.fault.clear', { id }).catch(report)}
        title={t(written === true ? 'armed.clear.written' : 'armed.clear.title')}
        type="button"
      >
        <span aria-hidden="true">✕</span>
      </button>
    </li>
  );
}
