/** How a load goes and went: progress, numbers beside those of the run before, charts, outcomes, and its sessions. */
import { useClipboard } from '@mantine/hooks';
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoadOutcome } from '../../shared/client/load-stats.ts';
import type { LoadView } from '../../shared/contract/load.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { inOrder } from '../transcript/pieces.ts';
import { Latency, Spread, Throughput } from './charts.tsx';
import { csvOf, figuresOf, fine } from './figures.ts';
import style from './load.module.css';
import { took, useLoads } from './load-store.ts';

export function Result({ load }: { readonly load: LoadView }): JSX.Element {
  const before = useLoads((state) => state.before);
  return (
    <div className={`${form.form} ${style.result}`}>
      <Progress load={load} />
      <Numbers before={before} load={load} />
      {load.points.length === 0 ? null : (
        <div className={style.charts}>
          <Throughput load={load} />
          <Latency load={load} />
          <Spread load={load} />
        </div>
      )}
      <Outcomes load={load} />
      <End load={load} />
    </div>
  );
}

function Progress({ load }: { readonly load: LoadView }) {
  const { t, i18n } = useTranslation('load');
  const number = useMemo(() => new Intl.NumberFormat(i18n.language), [i18n.language]);
  const over = load.done + load.failed;
  const values = {
    over: number.format(over),
    sessions: number.format(load.sessions),
    open: number.format(load.open),
    failed: number.format(load.failed),
  };
  const state = load.state === 'done' && load.failed > 0 ? 'partly' : load.state;
  return (
    <div className={style.progress}>
      <output data-tone={state}>{t(`state.${state}`, values)}</output>
      <progress aria-label={t('progress')} max={load.sessions} value={over} />
      <span className={form.hint}>{t('progress.text', values)}</span>
    </div>
  );
}

function Numbers({ load, before }: { readonly load: LoadView; readonly before: LoadView | null }) {
  const { t, i18n } = useTranslation('load');
  const number = useMemo(() => new Intl.NumberFormat(i18n.language), [i18n.language]);
  const now = figuresOf(load, number);
  const then = before === null ? null : figuresOf(before, number);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section aria-label={t('numbers')} className={style.scroll} tabIndex={0}>
      <table className={style.numbers}>
        <thead>
          <tr>
            <th scope="col">{t('run')}</th>
            {now.map(({ key }) => (
              <th key={key} scope="col" title={t(`figure.${key}.hint`)}>
                {t(`figure.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('run.this', { id: load.id })}</th>
            {now.map(({ key, text }) => (
              <td key={key}>{text}</td>
            ))}
          </tr>
          {load.byProtocol.length < 2
            ? null
            : load.byProtocol.map(({ protocol, latency }) => (
                <tr key={protocol}>
                  <th scope="row">{t('run.protocol', { protocol: protocol.toUpperCase() })}</th>
                  {now.map(({ key }) => (
                    <td key={key}>
                      {key === 'p50' || key === 'p95' || key === 'p99' || key === 'max' ? fine(latency[key]) : ''}
                    </td>
                  ))}
                </tr>
              ))}
          {then === null || before === null ? null : (
            <tr data-before>
              <th scope="row">{t('run.before', { id: before.id })}</th>
              {then.map(({ key, text }) => (
                <td key={key}>{text}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

/** What the server or the system said, and when, in words. */
function useOutcomeText(): (outcome: LoadOutcome) => string {
  const { t, i18n } = useTranslation('load');
  // A server's own words are never looked up: they may be anything.
  const named = (key: string, word: string) => (i18n.exists(key, { ns: 'load' }) ? t(key) : word);
  return ({ protocol, ok, stage, answer }) => {
    const told = /^[A-Z]+$/.test(answer) ? named(`answer.${answer}`, answer) : inOrder(answer);
    const values = { protocol: protocol.toUpperCase(), answer: told, stage: named(`stage.${stage}`, stage) };
    return t(ok ? 'outcome.good' : answer === '' ? 'outcome.bad.silent' : 'outcome.bad', values);
  };
}

function Outcomes({ load }: { readonly load: LoadView }) {
  const { t } = useTranslation('load');
  const textOf = useOutcomeText();
  const all = load.done + load.failed;
  return (
    <div className={form.columns}>
      <Shares
        all={all}
        name={t('outcomes')}
        rows={load.outcomes.map((one) => ({ text: textOf(one), count: one.count, bad: !one.ok }))}
      />
      <Shares
        all={load.recorded}
        name={t('upstreams')}
        rows={load.upstreams.map(({ name, count }) => ({
          text: name === '' ? t('upstreams.none') : name,
          count,
          bad: false,
        }))}
      />
    </div>
  );
}

interface SharesProps {
  readonly name: string;
  readonly all: number;
  readonly rows: readonly { readonly text: string; readonly count: number; readonly bad: boolean }[];
}

function Shares({ name, all, rows }: SharesProps) {
  return (
    <section aria-label={name} className={style.shares}>
      <h3 className={form.label}>{name}</h3>
      <ul aria-label={name}>
        {rows.map(({ text, count, bad }) => (
          <li data-bad={bad || undefined} key={text}>
            <span title={text}>{text}</span>
            <b>{count}</b>
            <span
              aria-hidden="true"
              className={style.share}
              style={{ width: `${(count / Math.max(1, all)) * 100}%` }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The numbers and the outcomes as lines of text. */
function useReport(load: LoadView): string {
  const { t, i18n } = useTranslation('load');
  const textOf = useOutcomeText();
  const number = new Intl.NumberFormat(i18n.language);
  return [
    ...figuresOf(load, number).map(({ key, text }) => `${t(`figure.${key}`)}: ${text}`),
    ...load.outcomes.map((one) => `${textOf(one)}: ${one.count}`),
    ...load.upstreams.map(({ name, count }) => `→ ${name === '' ? t('upstreams.none') : name}: ${count}`),
    '',
  ].join('\n');
}

function End({ load }: { readonly load: LoadView }) {
  const { t } = useTranslation('load');
  const { bridge } = useLabStore();
  const { setFilter } = useActions();
  const connected = useLab((state) => state.connected);
  const { open, go } = useUi.getState();
  const text = useReport(load);
  const { filter } = load;
  const stop = () =>
    void bridge.call('load.stop', {}).then(({ load: last }) => (last === null ? undefined : took(last)), report);
  return (
    <div className={form.end}>
      <div className={form.away}>
        <Copy name={t('copy.text')} text={text} />
        <Copy name={t('copy.csv')} text={csvOf(load)} />
      </div>
      {filter === null ? null : (
        <Button
          onClick={() => {
            setFilter(filter);
            go('sessions');
            open(null);
          }}
        >
          {t('show')}
        </Button>
      )}
      {load.state === 'running' ? (
        <Button disabled={!connected} look="primary" onClick={stop}>
          {t('stop')}
        </Button>
      ) : (
        <Button look="primary" onClick={() => useLoads.setState({ view: 'form' })}>
          {t('again')}
        </Button>
      )}
    </div>
  );
}

function Copy({ name, text }: { readonly name: string; readonly text: string }) {
  const { t } = useTranslation('shell');
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Button icon={clipboard.copied ? 'check' : 'copy'} look="link" onClick={() => clipboard.copy(text)}>
      {clipboard.copied ? t('copied.short') : name}
    </Button>
  );
}
