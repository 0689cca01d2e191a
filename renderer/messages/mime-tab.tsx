/** The parts of a message as a tree; the chosen one's content below, decoded or as it came. */
import { type JSX, type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Part } from '../../shared/mime/part.ts';
import { target } from '../sessions/move.ts';
import { size } from '../shell/format.ts';
import { decode, inOrder } from '../transcript/pieces.ts';
import { Lines } from './lines.tsx';
import style from './mail.module.css';
import { Decoded } from './part-content.tsx';
import { rowStarts, rowText } from './rows.ts';
import { sourcePieces } from './source-pieces.ts';
import type { UsedMail } from './use-mail.ts';

const none: readonly Part[] = [];

export function MimeTab({ mail }: { readonly mail: UsedMail }): JSX.Element {
  const { t } = useTranslation('messages');
  const parts = mail.state.shape?.parts ?? none;
  const [chosen, setChosen] = useState(0);
  const [isRaw, setRaw] = useState(false);
  const part = parts[chosen];
  const { part: partOf } = mail;
  const read = useCallback(() => partOf(chosen), [partOf, chosen]);
  if (part === undefined) return <p className={style.note}>{t('loading')}</p>;
  return (
    <div className={style.mime}>
      <Tree chosen={chosen} onChoose={setChosen} parts={parts} />
      <fieldset className={style.switch}>
        <legend className={style.hidden}>{t('part.how')}</legend>
        {[false, true].map((raw) => (
          <button aria-pressed={isRaw === raw} key={String(raw)} onClick={() => setRaw(raw)} type="button">
            {t(raw ? 'part.raw' : 'part.decoded')}
          </button>
        ))}
      </fieldset>
      {isRaw ? (
        <Raw part={part} raw={mail.state.raw} />
      ) : part.type.startsWith('multipart/') ? (
        <p className={style.note}>{t(isPartless(parts, chosen) ? 'part.partless' : 'part.multipart')}</p>
      ) : (
        <Decoded key={chosen} part={part} read={read} />
      )}
    </div>
  );
}

/** Whether no part of this one was found: the next row is none of its own. */
const isPartless = (parts: readonly Part[], index: number): boolean =>
  (parts[index + 1]?.depth ?? 0) <= (parts[index]?.depth ?? 0);

interface TreeProps {
  readonly parts: readonly Part[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

/** Rows that a page key moves by. */
const PAGE = 8;

function Tree({ parts, chosen, onChoose }: TreeProps) {
  const { t } = useTranslation('messages');
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[data-part="${chosen}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = target(event, chosen, parts.length, PAGE);
    if (to === null) return;
    event.preventDefault();
    onChoose(to);
  };
  return (
    <div
      aria-activedescendant={`${id}-${chosen}`}
      aria-label={t('mime.tree')}
      className={style.tree}
      onKeyDown={onKeyDown}
      ref={list}
      role="tree"
      tabIndex={0}
    >
      {parts.map((part, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and points at the part (aria-activedescendant).
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys for all parts.
        <div
          aria-level={part.depth + 1}
          aria-selected={index === chosen}
          className={style.part}
          data-part={index}
          id={`${id}-${index}`}
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message never change their order.
          key={index}
          onClick={() => onChoose(index)}
          role="treeitem"
          style={{ paddingLeft: 10 + Math.min(part.depth, 12) * 14 }}
        >
          <PartFacts part={part} />
        </div>
      ))}
    </div>
  );
}

function PartFacts({ part }: { readonly part: Part }) {
  const { t } = useTranslation('messages');
  const words = (text: string) => inOrder(decode(text));
  return (
    <>
      <span className={style.path}>{part.path === '' ? t('mime.whole') : part.path}</span>
      <b className={style.partType}>{words(part.type)}</b>
      {part.charset === null ? null : <span>{words(part.charset)}</span>}
      <span>{words(part.encoding)}</span>
      <span>{size(part.end - part.body)}</span>
      {part.disposition === null ? null : <span>{words(part.disposition)}</span>}
      {part.name === null ? null : <span className={style.partName}>{words(part.name)}</span>}
    </>
  );
}

/** The part as it came, its headers included. */
function Raw({ part, raw }: { readonly part: Part; readonly raw: string }) {
  const { t } = useTranslation('messages');
  const text = raw.slice(part.from, part.end);
  const rows = rowStarts(text);
  return (
    <Lines count={rows.length} label={t('part.raw')}>
      {(row) =>
        sourcePieces(rowText(text, rows, row), 0, false, []).map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a row never change their order.
          <span className={style.piece} data-kind={piece.kind} key={index}>
            {piece.kind === 'end' ? 'CRLF' : piece.text}
          </span>
        ))
      }
    </Lines>
  );
}
