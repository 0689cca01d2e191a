/** The bytes of a line on the screen: line ends faint, odd bytes marked, secrets hidden. */
import type { TFunction } from 'i18next';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { hexOf, linesOf, type Piece, piecesOf } from './pieces.ts';
import styles from './transcript.module.css';

/** Lines of one entry that are shown before the rest is only counted. */
const LINES_MAX = 12;

interface LineTextProps {
  readonly entry: Pick<Entry, 'bytes' | 'secret' | 'size'>;
  readonly hex: boolean;
  readonly revealed: boolean;
  /** Drawn fainter: the same bytes on the other leg. */
  readonly echo?: boolean;
  /** Every line, however many. */
  readonly all?: boolean;
}

export function LineText({ entry, hex, revealed, echo = false, all = false }: LineTextProps) {
  const { t } = useTranslation('transcript');
  const secret = revealed ? [] : (entry.secret ?? []);
  const cut = (entry.size ?? entry.bytes.length) - entry.bytes.length;
  const max = all ? Number.POSITIVE_INFINITY : LINES_MAX;
  const lines = hex ? [] : linesOf(piecesOf(entry.bytes, secret));
  return (
    <span className={styles.text} data-echo={echo}>
      {hex &&
        hexOf(entry.bytes, secret).map((row) => (
          <span key={row.offset} className={styles.hex}>
            <span>{row.offset}</span> <span>{row.hex.padEnd(23)}</span> <span>{row.text}</span>
          </span>
        ))}
      {lines.slice(0, max).map((pieces, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an entry never change or move
        <span key={i} className={styles.line}>
          <Pieces pieces={pieces} t={t} />
        </span>
      ))}
      {lines.length > max && <em>{t('row.lines', { count: lines.length - max })}</em>}
      {cut > 0 && <em>{t('row.cut', { count: cut })}</em>}
    </span>
  );
}

function Pieces({ pieces, t }: { readonly pieces: readonly Piece[]; readonly t: TFunction<'transcript'> }) {
  return pieces.map((piece, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change or move
    if (piece.kind === 'text') return <Fragment key={i}>{piece.text}</Fragment>;
    const title = piece.kind === 'secret' ? undefined : t(`piece.${piece.kind}`);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <span key={i} className={styles.piece} data-kind={piece.kind} title={title}>
        {piece.text}
      </span>
    );
  });
}
