/** Arms faults of the lab's own auth service, and clears them. */
import { NumberInput, Select } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ArmedFault, type FaultKind, type FaultScope, faultKinds } from '../../shared/auth/fault.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { report } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { clearAllFaults } from '../upstreams/clear-faults.ts';
import styles from './auth.module.css';

export function FaultsDialog(): JSX.Element {
  const { t } = useTranslation('auth');
  return (
    <Dialog name="faults" size="lg" title={t('faults')}>
      <div className={form.form}>
        <p className={form.soft}>{t('faults.text')}</p>
        <ArmForm />
        <ArmedList />
        <p className={form.soft}>{t('faults.closed')}</p>
      </div>
    </Dialog>
  );
}

type ScopeType = FaultScope['type'];
const scopes: readonly ScopeType[] = ['always', 'next', 'every', 'chance'];
const isKind = (value: string | null): value is FaultKind => faultKinds.some((kind) => kind === value);
const isScope = (value: string | null): value is ScopeType => scopes.some((scope) => scope === value);

/** The numbers of every scope, so that changing it forgets none. */
interface Numbers {
  readonly ms: number;
  readonly status: number;
  readonly times: number;
  readonly nth: number;
  readonly percent: number;
  readonly seed: number;
}

const firstNumbers: Numbers = { ms: 3000, status: 500, times: 1, nth: 2, percent: 50, seed: 1 };

const ranges: Readonly<Record<keyof Numbers, readonly [number, number]>> = {
  ms: [0, 600_000],
  status: [100, 999],
  times: [1, 1_000_000],
  nth: [1, 1_000_000],
  percent: [0, 100],
  seed: [0, 2_147_483_647],
};

function scopeOf(type: ScopeType, { times, nth, percent, seed }: Numbers): FaultScope {
  switch (type) {
    case 'always':
      return { type };
    case 'next':
      return { type, times };
    case 'every':
      return { type, nth };
    case 'chance':
      return { type, percent, seed };
  }
}

const wanted: Readonly<Record<ScopeType, readonly (keyof Numbers)[]>> = {
  always: [],
  next: ['times'],
  every: ['nth'],
  chance: ['percent', 'seed'],
};

function ArmForm() {
  const { t } = useTranslation('auth');
  const { bridge } = useLabStore();
  const [kind, setKind] = useState<FaultKind>('silent');
  const [type, setType] = useState<ScopeType>('always');
  const [numbers, setNumbers] = useState(firstNumbers);
  const [busy, setBusy] = useState(false);
  const own: readonly (keyof Numbers)[] = kind === 'slow' ? ['ms'] : kind === 'status' ? ['status'] : [];
  const arm = () => {
    setBusy(true);
    bridge
      .call('fault.arm', { kind, ms: numbers.ms, status: numbers.status, scope: scopeOf(type, numbers) })
      .catch(report)
      .finally(() => setBusy(false));
  };
  return (
    <form
      className={styles.arm}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) arm();
      }}
    >
      <Select
        allowDeselect={false}
        data={faultKinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
        data-autofocus
        label={t('faults.kind')}
        maxDropdownHeight={260}
        onChange={(value) => (isKind(value) ? setKind(value) : undefined)}
        value={kind}
      />
      <Select
        allowDeselect={false}
        data={scopes.map((value) => ({ value, label: t(`scope.${value}`) }))}
        label={t('faults.scope')}
        onChange={(value) => (isScope(value) ? setType(value) : undefined)}
        value={type}
      />
      {[...own, ...wanted[type]].map((name) => (
        <NumberInput
          allowDecimal={name === 'percent'}
          clampBehavior="strict"
          key={name}
          label={t(`faults.${name}`)}
          max={ranges[name][1]}
          min={ranges[name][0]}
          onChange={(value) => {
            if (typeof value === 'number') setNumbers((before) => ({ ...before, [name]: value }));
          }}
          value={numbers[name]}
        />
      ))}
      <p className={form.soft}>{t(`kind.${kind}.text`)}</p>
      <Button look="primary" type="submit">
        {t('faults.arm')}
      </Button>
    </form>
  );
}

function ArmedList() {
  const { t } = useTranslation('auth');
  const faults = useLab((state) => state.lab?.faults) ?? [];
  const store = useLabStore();
  const clear = (id: number) => {
    store.bridge.call('fault.clear', { id }).catch(report);
  };
  return (
    <section aria-label={t('faults.armed')} aria-live="polite" className={styles.armed}>
      {faults.length === 0 ? (
        <p>{t('faults.none')}</p>
      ) : (
        <>
          <ul>
            {faults.map((fault) => (
              <li key={fault.id}>
                <span>
                  <b>{t(`kind.${fault.kind}`)}</b> {scopeText(t, fault)}
                </span>
                <small>{t('faults.struck', { struck: fault.struck, asked: fault.asked })}</small>
                <Button
                  aria-label={t('faults.clear.one', { name: t(`kind.${fault.kind}`) })}
                  onClick={() => clear(fault.id)}
                >
                  {t('faults.clear')}
                </Button>
              </li>
            ))}
          </ul>
          <Button onClick={() => clearAllFaults(store)}>{t('faults.clear.all')}</Button>
        </>
      )}
    </section>
  );
}

type Translate = ReturnType<typeof useTranslation<'auth'>>['t'];

function scopeText(t: Translate, { kind, ms, status, scope }: ArmedFault): string {
  const own = kind === 'slow' ? t('faults.by.ms', { ms }) : kind === 'status' ? t('faults.by.status', { status }) : '';
  return [own, t(`scoped.${scope.type}`, { ...scope })].filter(Boolean).join(', ');
}
