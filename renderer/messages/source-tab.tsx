/** The message byte for byte: line ends and odd bytes named, what is wrong marked where it is. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { BadPlace, Defect } from '../../shared/mime/part.ts';
import { Lines, type Wish } from './lines.tsx';
import style from './mail.module.css';
import type { MailState } from './open-mail.ts';
import { rowAt, rowText } from './rows.ts';
import { sourcePieces } from './source-pieces.ts';

/** A byte that is to be seen. */
export interface Jump {
  readonly at: number;
  readonly n: number;
}

const none: readonly Defect[] = [];

export function SourceTab({ mail, jump }: { readonly mail: MailState; readonly jump: Jump | null }): JSX.Element {
  const { t } = useTranslation('messages');
  const { raw, rows, lines } = mail;
  const defects = mail.shape?.defects ?? none;
  const places = useMemo(() => defects.flatMap((one) => one.places), [defects]);
  const wish = useMemo<Wish | null>(
    () => (jump === null || rows === null ? null : { row: rowAt(rows, jump.at), n: jump.n }),
    [jump, rows],
  );
  if (rows === null) return <p className={style.note}>{t('loading')}</p>;
  return (
    <Lines
      count={rows.length}
      gutter={(row) => (row > 0 && lines?.[row] === lines?.[row - 1] ? '' : lines?.[row])}
      label={t('source')}
      wish={wish}
    >
      {(row) => (
        <SourceRow at={rows[row] ?? 0} last={row === rows.length - 1} places={places} text={rowText(raw, rows, row)} />
      )}
    </Lines>
  );
}

interface SourceRowProps {
  readonly text: string;
  readonly at: number;
  readonly last: boolean;
  readonly places: readonly BadPlace[];
}

function SourceRow({ text, at, last, places }: SourceRowProps) {
  const { t } = useTranslation('messages');
  return sourcePieces(text, at, last, places).map((piece, index) => {
    const shown = piece.here ? t('source.here') : piece.kind === 'end' ? 'CRLF' : piece.text;
    const Tag = piece.bad ? 'mark' : 'span';
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a row never change their order.
      <Tag className={style.piece} data-here={piece.here} data-kind={piece.kind} key={index}>
        {shown}
      </Tag>
    );
  });
}
