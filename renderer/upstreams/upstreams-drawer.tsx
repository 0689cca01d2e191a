/** The mail servers behind the proxy: how each is played, what is armed on it, and what leaves this machine. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UpstreamView } from '../../shared/contract/upstreams.ts';
import { Drawer } from '../shell/drawer.tsx';
import { report } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { AllFaults } from './all-faults.tsx';
import { UpstreamCard } from './upstream-card.tsx';
import style from './upstreams.module.css';

export function UpstreamsDrawer(): JSX.Element {
  const { t } = useTranslation('upstreams');
  const upstreams = useUpstreams();
  return (
    <Drawer note={t('note')} title={t('title')}>
      <div className={style.body}>
        <AllFaults />
        {upstreams?.length === 0 ? <p className={style.empty}>{t('empty')}</p> : null}
        {upstreams?.map((one) => (
          <UpstreamCard key={one.name} upstream={one} />
        ))}
        <Magic />
      </div>
    </Drawer>
  );
}

/** Asked again whenever the lab's text has changed; null until the first answer. */
function useUpstreams(): readonly UpstreamView[] | null {
  const { bridge } = useLabStore();
  const text = useLab((state) => state.lab?.text);
  const [upstreams, setUpstreams] = useState<readonly UpstreamView[] | null>(null);
  useEffect(() => {
    if (text === undefined) return;
    let isLate = false;
    bridge.call('upstreams.get', {}).then((answer) => {
      if (!isLate) setUpstreams(answer.upstreams);
    }, report);
    return () => {
      isLate = true;
    };
  }, [bridge, text]);
  return upstreams;
}

const examples = [
  '550-5.1.1',
  '451',
  'data-550',
  'end-552',
  'close',
  'reset',
  'silent',
  'delay-3000',
  'drip-100',
] as const;

/** Addresses that carry their fault: nothing has to be armed. */
function Magic() {
  const { t } = useTranslation('upstreams');
  return (
    <details className={style.magic}>
      <summary>{t('magic')}</summary>
      <p>{t('magic.text')}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('magic.address')}</th>
            <th scope="col">{t('magic.does')}</th>
          </tr>
        </thead>
        <tbody>
          {examples.map((one) => (
            <tr key={one}>
              <td>
                <code>{`${one}@fault.test`}</code>
              </td>
              <td>{t(`magic.${one}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
