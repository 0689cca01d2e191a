/** Two sessions side by side: their steps, what was asked and answered, what the proxy knew, and how long it took. */
import { Checkbox, NativeSelect, VisuallyHidden } from '@mantine/core';
import { type JSX, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Comparison, compareSessions, type Recording } from '../../shared/journal/compare.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { verdictOf, whoOf } from '../sessions/outcome.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { clock } from '../shell/format.ts';
import { sentence } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import style from './compare.module.css';
import { useCompared } from './compare-store.ts';
import { Fields, Timings } from './fields.tsx';
import { Steps } from './steps.tsx';

export function CompareDialog(): JSX.Element {
  const { t } = useTranslation('compare');
  return (
    <Dialog name="compare" size="min(1320px, 96vw)" title={t('title')}>
      <Body />
    </Dialog>
  );
}

function Body() {
  const { t } = useTranslation('compare');
  const { a, b } = useCompared();
  const [one, other] = [useRecording(a), useRecording(b)];
  const compared = useMemo(
    () => (one.found && other.found ? compareSessions(one.found, other.found) : null),
    [one, other],
  );
  return (
    <div className={style.body}>
      <div className={style.pickers}>
        <Picker
          label={t('first')}
          onPick={(id) => useCompared.setState({ a: id })}
          summary={one.found?.summary}
          value={a}
        />
        <Picker
          label={t('second')}
          onPick={(id) => useCompared.setState({ b: id })}
          summary={other.found?.summary}
          value={b}
        />
      </div>
      {[one, other].map(({ problem }, at) =>
        problem === null ? null : (
          <p className={style.problem} key={at === 0 ? 'first' : 'second'} role="alert">
            {problem}
          </p>
        ),
      )}
      {compared === null || a === null || b === null ? null : <Compared compared={compared} ids={[a, b]} />}
    </div>
  );
}

interface Loaded {
  readonly found: Recording | null;
  readonly problem: string | null;
}

const loading: Loaded = { found: null, problem: null };

function useRecording(id: number | null): Loaded {
  const { t } = useTranslation('compare');
  const { bridge } = useLabStore();
  const [loaded, setLoaded] = useState<Loaded>(loading);
  // A session that goes on is compared as far as it is, and again when it has ended.
  const ended = useLab((state) => id !== null && state.sessions.get(id)?.ms !== null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ended` asks again, and is not read.
  useEffect(() => {
    let here = true;
    setLoaded(loading);
    if (id === null) return;
    bridge.call('session.get', { id }).then(
      (found) => here && setLoaded({ found, problem: found === null ? t('gone', { id }) : null }),
      (error: unknown) => here && setLoaded({ found: null, problem: sentence(error) }),
    );
    return () => {
      here = false;
    };
  }, [bridge, id, ended, t]);
  return loaded;
}

interface PickerProps {
  readonly label: string;
  readonly value: number | null;
  readonly summary: SessionSummary | undefined;
  readonly onPick: (id: number) => void;
}

/** Sessions offered: what is far down in the list is reached by filtering it. */
const OFFERED_MAX = 200;

function Picker({ label, value, summary, onPick }: PickerProps) {
  const { t } = useTranslation('sessions');
  const order = useLab((state) => state.order);
  const sessions = useLab((state) => state.sessions);
  const named = (one: SessionSummary) => {
    const verdict = verdictOf(one);
    const who = whoOf(one)?.first ?? t('nobody');
    return `${one.id} · ${one.protocol.toUpperCase()} · ${clock(one.startedAt)} · ${who} · ${t(verdict.key, { code: one.reply })}`;
  };
  const offered = order.slice(0, OFFERED_MAX).flatMap((id) => sessions.get(id) ?? []);
  const all = summary === undefined || offered.some(({ id }) => id === summary.id) ? offered : [summary, ...offered];
  return (
    <NativeSelect
      data={all.map((one) => ({ value: String(one.id), label: named(one) }))}
      label={label}
      onChange={(event) => onPick(Number(event.currentTarget.value))}
      value={value === null ? '' : String(value)}
    />
  );
}

function Compared({ compared, ids }: { readonly compared: Comparison; readonly ids: readonly [number, number] }) {
  const { t } = useTranslation('compare');
  const only = useCompared((state) => state.onlyDifferences);
  const region = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<At | null>(null);
  const { differences } = compared;
  const go = (by: 1 | -1) => setAt(jump(region.current, by));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another pair, or other rows, begin anew.
  useEffect(() => setAt(null), [compared, only]);
  return (
    <>
      <div className={style.tools}>
        <p className={style.verdict} data-same={differences === 0} role="status">
          {at === null ? t('differences', { count: differences }) : t('at', { number: at.number, total: at.total })}
          {at === null ? null : <VisuallyHidden>: {at.text}</VisuallyHidden>}
        </p>
        <Checkbox
          checked={only}
          label={t('only')}
          onChange={(event) => useCompared.setState({ onlyDifferences: event.currentTarget.checked })}
        />
        <Button disabled={differences === 0} onClick={() => go(-1)}>
          {t('previous')}
        </Button>
        <Button disabled={differences === 0} onClick={() => go(1)}>
          {t('next')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section aria-label={t('result')} className={style.result} ref={region} tabIndex={0}>
        <Steps compared={compared} ids={ids} only={only} />
        {compared.exchanges.map(({ number, way, fields }) => (
          <Fields
            fields={fields}
            ids={ids}
            key={`${number} ${way}`}
            name={t(`exchange.${way}`, { number })}
            only={only}
          />
        ))}
        <Fields fields={compared.knowledge} ids={ids} name={t('knowledge')} named="knows" only={only} />
        <Timings ids={ids} timings={compared.timings} />
        {only && differences === 0 ? <p className={style.none}>{t('none')}</p> : null}
      </section>
    </>
  );
}

/** One of the differences, from 1, and its row as it reads. */
interface At {
  readonly number: number;
  readonly total: number;
  readonly text: string;
}

/** Brings the next difference, seen from the last one, into the middle of its region and marks it; says which it is. */
function jump(region: HTMLElement | null, by: 1 | -1): At | null {
  const rows = [...(region?.querySelectorAll<HTMLTableRowElement>('tr[data-difference]') ?? [])];
  const here = rows.findIndex((row) => row.dataset.here === 'true');
  const to = here < 0 && by < 0 ? rows.length - 1 : (here + by + rows.length) % rows.length;
  const row = rows[to];
  if (region === null || row === undefined) return null;
  if (here >= 0) delete rows[here]?.dataset.here;
  row.dataset.here = 'true';
  // `scrollIntoView` would move the dialog around the region, too.
  const [outer, inner] = [region.getBoundingClientRect(), row.getBoundingClientRect()];
  region.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
  return { number: to + 1, total: rows.length, text: [...row.cells].map((cell) => cell.innerText).join(', ') };
}
