/** The bytes of an auth service's answer with the known traps marked, and what each of them means. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mark, Severity } from '../../shared/auth/answer-marks.ts';
import { decode, linesOf, piecesOf } from '../transcript/pieces.ts';
import styles from './auth.module.css';
import { markedLines, STARS } from './lines.ts';

/** Beside the colour, for those who see none. */
export const signs: Readonly<Record<Severity, string>> = { error: '✗', warn: '⚠', note: 'i' };

const worst = (marks: readonly Mark[]): Severity | undefined =>
  (['error', 'warn', 'note'] as const).find((severity) => marks.some((mark) => mark.severity === severity));

interface MarkedBytesProps {
  readonly bytes: string;
  readonly marks: readonly Mark[];
  readonly secret?: readonly (readonly [number, number])[];
  readonly label: string;
}

export function MarkedBytes({ bytes, marks, secret = [], label }: MarkedBytesProps): JSX.Element {
  const lines = markedLines(bytes, marks, secret);
  return (
    <ol aria-label={label} className={styles.bytes}>
      {lines.map(({ text, marks: own }, i) => {
        const severity = worst(own);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an answer never change or move
          <li data-severity={severity} key={i}>
            <span aria-hidden="true" className={styles.sign}>
              {severity === undefined ? '' : signs[severity]}
            </span>
            <code>{text === '' ? ' ' : visible(text)}</code>
            {own.length > 0 ? <small>{[...new Set(own.map(({ id }) => id))].join(', ')}</small> : null}
          </li>
        );
      })}
    </ol>
  );
}

/** Odd bytes as the transcript writes them; the stars of a secret are no bytes. */
const visible = (text: string): string =>
  text
    .split(STARS)
    .map((part) => linesOf(piecesOf(part)).flatMap((pieces) => pieces.map((piece) => piece.text)))
    .map((parts) => parts.join(''))
    .join(STARS);

/** What the marks mean, one line each; the same trap in several lines is told once. */
export function MarkList({ marks }: { readonly marks: readonly Mark[] }): JSX.Element | null {
  const { t } = useTranslation('auth');
  const once = [...new Map(marks.map((mark) => [mark.key, mark])).values()];
  if (once.length === 0) return null;
  return (
    <ul aria-label={t('marks')} className={styles.marks}>
      {once.map((mark) => (
        <li data-severity={mark.severity} key={mark.key}>
          <span aria-hidden="true" className={styles.sign}>
            {signs[mark.severity]}
          </span>
          <span>
            <b>{mark.id}</b> {t(`mark.${mark.key}`, texts(mark))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Values of the wire are bytes. */
const texts = ({ params }: Mark): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? decode(value) : value]),
  );
