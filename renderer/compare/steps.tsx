/** The steps of two sessions, stage by stage, each beside the one it belongs to. */
import { Fragment, type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, Comparison, Mark, Row, StageView } from '../../shared/journal/compare.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { gistOf } from '../../shared/journal/travel.ts';
import { Button } from '../shell/button.tsx';
import hearing from '../shell/spoken.module.css';
import { useUi } from '../shell/ui-store.ts';
import { speakerOf } from '../store/playback.ts';
import { useActions, useLabStore } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import style from './compare.module.css';

/** Rows drawn at once: a table of thousands takes seconds. */
const ROWS_MAX = 400;

/** How a mark is written; its word is read aloud. */
export const signs: Readonly<Record<Mark, string>> = { same: '=', changed: '≠', missing: '−', added: '+' };

interface StepsProps {
  readonly compared: Comparison;
  readonly ids: readonly [number, number];
  readonly only: boolean;
}

export function Steps({ compared, ids, only }: StepsProps): JSX.Element | null {
  const { t } = useTranslation('compare');
  const [max, setMax] = useState(ROWS_MAX);
  const stages = compared.stages
    .map((stage) => ({ ...stage, rows: only ? stage.rows.filter(({ mark }) => mark !== 'same') : stage.rows }))
    .filter(({ rows }) => rows.length > 0);
  const { drawn, left } = cut(stages, max);
  if (drawn.length === 0) return null;
  return (
    <>
      <table className={style.table}>
        <caption>{t('steps')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('way')}</th>
            <th scope="col">{t('session', { id: ids[0] })}</th>
            <th className={style.mark} scope="col">
              <span className={hearing.spoken}>{t('mark')}</span>
            </th>
            <th scope="col">{t('session', { id: ids[1] })}</th>
          </tr>
        </thead>
        {drawn.map((stage) => (
          <Stage ids={ids} key={`${stage.rows[0]?.a?.entry.seq} ${stage.rows[0]?.b?.entry.seq}`} stage={stage} />
        ))}
      </table>
      {left > 0 ? <Button onClick={() => setMax(max + ROWS_MAX)}>{t('more', { count: left })}</Button> : null}
    </>
  );
}

function cut(
  stages: readonly StageView[],
  max: number,
): { readonly drawn: readonly StageView[]; readonly left: number } {
  let room = max;
  let left = 0;
  const drawn: StageView[] = [];
  for (const stage of stages) {
    const rows = stage.rows.slice(0, room);
    left += stage.rows.length - rows.length;
    room -= rows.length;
    if (rows.length > 0) drawn.push({ ...stage, rows });
  }
  return { drawn, left };
}

function Stage({ stage, ids }: { readonly stage: StageView; readonly ids: readonly [number, number] }) {
  const { t } = useTranslation(['compare', 'transcript']);
  return (
    <tbody>
      <tr className={style.stage}>
        <th colSpan={4} scope="rowgroup">
          {stage.name === '' ? t('start') : t('stage', { place: stage.name })}
          {stage.mark === 'missing' || stage.mark === 'added' ? (
            <span className={style.alone}> {t('alone', { id: stage.mark === 'missing' ? ids[0] : ids[1] })}</span>
          ) : null}
        </th>
      </tr>
      {stage.rows.map((row) => (
        <StepRow ids={ids} key={`${row.a?.entry.seq} ${row.b?.entry.seq}`} row={row} />
      ))}
    </tbody>
  );
}

function StepRow({ row, ids }: { readonly row: Row; readonly ids: readonly [number, number] }) {
  const { t } = useTranslation('compare');
  const entry = row.a?.entry ?? row.b?.entry;
  if (entry === undefined) return null;
  const why = row.a !== null && row.b !== null && row.a.entry.why !== row.b.entry.why;
  return (
    <tr data-difference={row.mark === 'same' ? undefined : ''} data-leg={entry.leg} data-mark={row.mark}>
      <td className={style.way}>
        <Way entry={entry} />
      </td>
      <Side cell={row.a} id={ids[0]} mark={row.mark} why={why} />
      <td className={style.mark} title={t(`mark.${row.mark}`)}>
        <span aria-hidden="true">{signs[row.mark]}</span>
        <span className={hearing.spoken}>{t(`mark.${row.mark}`)}</span>
      </td>
      <Side cell={row.b} id={ids[1]} mark={row.mark} why={why} />
    </tr>
  );
}

/** From whom to whom. */
function Way({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('transcript');
  const proxy = t('room.proxy');
  if (entry.direction === 'none') return proxy;
  const far = t(`room.${entry.leg}`);
  return speakerOf(entry) === 'proxy' ? `${proxy} → ${far}` : `${far} → ${proxy}`;
}

interface SideProps {
  readonly cell: Cell | null;
  readonly id: number;
  readonly mark: Mark;
  readonly why: boolean;
}

function Side({ cell, id, mark, why }: SideProps) {
  const { t } = useTranslation(['compare', 'transcript', 'reasons']);
  const store = useLabStore();
  const { select } = useActions();
  if (cell === null) return <td className={style.absent} />;
  const { entry } = cell;
  const show = () => {
    useUi.getState().open(null);
    select(id, 'replay');
    // The entries come with the answer of the lab; until then there is nowhere to go.
    const stop = store.subscribe(({ selected, loading, entries }) => {
      if (selected !== id) return stop();
      if (loading || entries.length === 0) return;
      stop();
      store.actions.goTo(entry.seq);
    });
  };
  return (
    <td className={style.side}>
      <Text cell={cell} mark={mark} />
      {entry.kind === 'http' && mark === 'changed' ? <span className={style.why}>{t('below')}</span> : null}
      {why ? (
        <span className={style.why}>{t(`${entry.why}.title`, { ns: 'reasons', defaultValue: entry.why })}</span>
      ) : null}
      {mark === 'same' ? null : (
        <button className={style.show} onClick={show} type="button">
          {t('show', { step: entry.seq + 1, id })}
        </button>
      )}
    </td>
  );
}

/** A line as it was; what has no bytes, and what is long and told elsewhere, as its gist. */
function Text({ cell: { entry, pieces }, mark }: { readonly cell: Cell; readonly mark: Mark }) {
  const { t } = useTranslation('transcript');
  const long = entry.kind === 'http' || (entry.kind === 'data' && mark === 'same');
  if (entry.bytes === '' || long) {
    const gist = gistOf(entry);
    return <span className={style.gist}>{t(gist.key, gist.params)}</span>;
  }
  return (
    <code className={style.text}>
      {pieces.map(({ text, changed }, at) => {
        const said = at === pieces.length - 1 ? readable(text.replace(/\r\n$/, '')) : readable(text);
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change or move
        return changed ? <mark key={at}>{said}</mark> : <Fragment key={at}>{said}</Fragment>;
      })}
    </code>
  );
}

/** Control bytes as the pictures that Unicode has for them. */
const readable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible.
  decode(text.replaceAll('\r\n', '\n')).replace(/[\u0000-\u0009\u000b-\u001f]/g, (char) =>
    String.fromCharCode(0x2400 + char.charCodeAt(0)),
  );
