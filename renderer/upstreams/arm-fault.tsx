/** What goes wrong at a stage, when, and for whom. */
import { NumberInput, Select, TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { sentence } from '../shell/report.ts';
import { useLabStore } from '../store/use-store.ts';
import {
  actsAt,
  type FaultForm,
  type FaultPlace,
  faultOf,
  formAt,
  isForAll,
  isOdd,
  missing,
  numbersOf,
  ranges,
  scopeKinds,
} from './fault-form.ts';
import style from './upstreams.module.css';

interface ArmFaultProps {
  readonly id: string;
  readonly place: FaultPlace;
  readonly onClose: () => void;
}

export function ArmFault({ id, place, onClose }: ArmFaultProps): JSX.Element {
  const { t } = useTranslation('upstreams');
  const { form, change, problem, busy, arm } = useForm(place);
  const name = t(`stage.${place.stage}`);
  const gap = missing(form);
  return (
    <form
      aria-label={t('arm.at', { stage: name, name: place.upstream })}
      className={style.arm}
      id={id}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (gap === null && !busy) arm();
      }}
    >
      <Choices change={change} form={form} place={place} />
      <Limits change={change} form={form} place={place} />
      {problem === null ? null : (
        <p className={style.problem} role="alert">
          ✗ {problem}
        </p>
      )}
      <div className={style.actions}>
        <Button disabled={gap !== null} look="primary" type="submit">
          {t('arm')}
        </Button>
        <Button onClick={onClose}>{t('arm.close')}</Button>
        {gap === null ? null : <span className={style.soft}>{t(gap)}</span>}
        {isOdd(form, place.protocol) ? <span className={style.soft}>{t(`odd.${place.protocol}`)}</span> : null}
      </div>
    </form>
  );
}

type Change = (change: Partial<FaultForm>) => void;

function useForm(place: FaultPlace) {
  const { bridge } = useLabStore();
  const [form, setForm] = useState(() => formAt(place.protocol, place.stage));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change: Change = (part) => {
    setForm((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const arm = () => {
    setBusy(true);
    bridge
      .call('upstream.fault.arm', faultOf(form, place))
      .catch((error: unknown) => setProblem(sentence(error)))
      .finally(() => setBusy(false));
  };
  return { form, change, problem, busy, arm };
}

interface PartProps {
  readonly form: FaultForm;
  readonly place: FaultPlace;
  readonly change: Change;
}

/** What goes wrong. */
function Choices({ form, place, change }: PartProps) {
  const { t } = useTranslation('upstreams');
  const acts = actsAt(place.protocol, place.stage);
  return (
    <>
      <Select
        allowDeselect={false}
        data={acts.map((value) => ({ value, label: t(`act.${value}`) }))}
        className={style.wide}
        label={t('arm.act')}
        maxDropdownHeight={280}
        onChange={(value) => {
          const act = acts.find((one) => one === value);
          if (act !== undefined) change({ act });
        }}
        value={form.act}
      />
      {form.act === 'reply' ? (
        <TextInput
          autoComplete="off"
          className={style.wide}
          label={t(place.protocol === 'imap' ? 'arm.text.imap' : 'arm.text')}
          maxLength={2000}
          onChange={(event) => change({ text: event.currentTarget.value })}
          spellCheck={false}
          value={form.text}
        />
      ) : null}
    </>
  );
}

/** How often, and for whom. */
function Limits({ form, place, change }: PartProps) {
  const { t } = useTranslation('upstreams');
  if (isForAll(form)) return <p className={`${style.soft} ${style.wide}`}>{t('arm.refuse')}</p>;
  return (
    <>
      <Select
        allowDeselect={false}
        data={scopeKinds.map((value) => ({ value, label: t(`scope.${value}`) }))}
        label={t('arm.scope')}
        onChange={(value) => {
          const scope = scopeKinds.find((one) => one === value);
          if (scope !== undefined) change({ scope });
        }}
        value={form.scope}
      />
      {numbersOf(form).map((name) => (
        <NumberInput
          allowDecimal={name === 'percent'}
          clampBehavior="strict"
          key={name}
          label={t(`arm.${name}`)}
          max={ranges[name][1]}
          min={ranges[name][0]}
          onChange={(value) => (typeof value === 'number' ? change({ [name]: value }) : undefined)}
          value={form[name]}
        />
      ))}
      {place.stage === 'connect' ? null : (
        <TextInput
          autoComplete="off"
          label={t('arm.address')}
          maxLength={1000}
          onChange={(event) => change({ address: event.currentTarget.value })}
          placeholder={t('arm.address.hint')}
          spellCheck={false}
          value={form.address}
        />
      )}
      <TextInput
        autoComplete="off"
        label={t('arm.client')}
        maxLength={1000}
        onChange={(event) => change({ client: event.currentTarget.value })}
        placeholder="192.0.2.0/24"
        spellCheck={false}
        value={form.client}
      />
    </>
  );
}
