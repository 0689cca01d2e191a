/** The ladder of a session as a picture that stands alone: own texts, no script, nothing from elsewhere, light. */
import { PROXY } from '../journal/ladder.ts';
import { BY_HAND, type Sheet, type SheetRow } from './session-sheet.ts';
import { escaped } from './xml.ts';

/** Units are CSS px. The first lifeline stands in the middle of its column. */
const MARGIN = 20;
const NUMBERS = 34;
const TIMES = 92;
const LANE = 168;
const REASONS = 270;
const HEAD = 46;
const ROW = 38;
const SILENCE = 22;
const DIVIDER = 34;
/** Width of a character of the labels, of the reasons, and of headings. */
const MONO = 6.65;
const SANS = 6.3;
const HEADING = 7.4;
const TITLE = 11.2;

const LANES = MARGIN + NUMBERS + TIMES;

/** Colours of the light theme; each reaches 4.5:1 on white. */
const inks = { client: '#2158d8', proxy: '#7433dd', auth: '#955504', upstream: '#08714e' } as const;
const tones = { plain: '#1b2430', good: '#08714e', bad: '#bd2533', held: '#8a5300' } as const;

/** px that a row takes. */
export const rowHeight = (row: SheetRow): number =>
  (row.silence === '' ? 0 : SILENCE) + (row.shape === 'divider' ? DIVIDER : ROW);

/** px of the names above the lifelines. */
export const HEAD_HEIGHT = HEAD;

/** px of the whole width. */
export const chartWidth = ({ columns }: Sheet): number => LANES + columns.length * LANE + REASONS + MARGIN;

/** The whole chart with its title, the session's facts and what the signs mean. */
export function sessionSvg(sheet: Sheet): string {
  const width = chartWidth(sheet);
  const facts = wrapped(
    sheet.facts.map(({ name, value }) => `${name}: ${value}`).join('   ·   '),
    (width - 2 * MARGIN) / SANS,
  );
  const top = 52 + facts.length * 16 + (sheet.masked === '' ? 0 : 16) + 24;
  const height = top + HEAD + sheet.rows.reduce((sum, row) => sum + rowHeight(row), 0) + MARGIN;
  const notes = [...facts, ...(sheet.masked === '' ? [] : [sheet.masked])];
  const legend = sheet.legend.map(({ sign, word }) => `${sign} ${word}`).join('    ');
  const description = sheet.rows.map(({ sentence }) => sentence).join('\n');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" aria-describedby="description" font-family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif" font-size="11.5">`,
    `<title id="title">${escaped(sheet.title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(MARGIN, 34, cut(sheet.title, (width - 2 * MARGIN) / TITLE), 'font-size="18" font-weight="650" fill="#1b2430"'),
    ...notes.map((line, at) => text(MARGIN, 56 + at * 16, line, 'fill="#556274"')),
    text(MARGIN, 56 + notes.length * 16 + 6, legend, 'fill="#556274" xml:space="preserve"'),
    chart(sheet, sheet.rows, top),
    '</svg>',
    '',
  ].join('\n');
}

/** Some of the rows, with the lifelines' names above them, from `top` on. */
export function chart(sheet: Sheet, rows: readonly SheetRow[], top: number): string {
  const height = rows.reduce((sum, row) => sum + rowHeight(row), 0);
  const right = LANES + sheet.columns.length * LANE;
  const bottom = top + HEAD + height;
  const parts = sheet.columns.flatMap((column, at) => {
    const x = lane(at);
    const ink = inks[column.room];
    const address = column.address === '' || column.address === column.name ? '' : column.address;
    return [
      `<line x1="${x}" y1="${top + HEAD - 8}" x2="${x}" y2="${bottom}" stroke="${ink}" stroke-opacity="0.45"/>`,
      `<rect x="${x - LANE / 2 + 8}" y="${top}" width="${LANE - 16}" height="${HEAD - 8}" rx="7" fill="#ffffff" stroke="${ink}"/>`,
      text(
        x,
        top + (address === '' ? 23 : 16),
        cut(column.name, (LANE - 30) / HEADING),
        `text-anchor="middle" font-weight="650" font-size="13" fill="${ink}"`,
      ),
      ...(address === ''
        ? []
        : [text(x, top + 31, cut(address, (LANE - 30) / SANS), `text-anchor="middle" fill="#556274"`)]),
    ];
  });
  let y = top + HEAD;
  for (const row of rows) {
    if (row.silence !== '') {
      parts.push(...silence(row, y, right));
      y += SILENCE;
    }
    parts.push(row.shape === 'divider' ? divider(sheet, row, y, right) : step(row, y, right));
    y += row.shape === 'divider' ? DIVIDER : ROW;
  }
  return parts.join('\n');
}

const lane = (column: number): number => LANES + column * LANE + LANE / 2;

function silence({ silence: told }: SheetRow, y: number, right: number): readonly string[] {
  const middle = y + SILENCE / 2;
  return [
    `<rect x="${LANES}" y="${y + 3}" width="${right - LANES}" height="${SILENCE - 6}" fill="#ffffff"/>`,
    `<line x1="${LANES}" y1="${middle}" x2="${right}" y2="${middle}" stroke="#7f8896" stroke-dasharray="1 5"/>`,
    haloed((LANES + right) / 2, middle + 4, told, 'text-anchor="middle" font-style="italic" fill="#556274"'),
  ];
}

function divider(sheet: Sheet, row: SheetRow, y: number, right: number): string {
  const fits = cut(sheet.words.divider, (right - LANES) / SANS);
  return [
    '<g>',
    tooltip(row),
    margin(row, y + 20),
    `<rect x="${LANES}" y="${y + 4}" width="${right - LANES}" height="${DIVIDER - 8}" rx="5" fill="#f5f0ff" stroke="#d9c9fa"/>`,
    text((LANES + right) / 2, y + 21, fits, 'text-anchor="middle" font-weight="600" fill="#7433dd"'),
    '</g>',
  ].join('');
}

/** One arrow or mark with what it says above it, and its reason to the right. */
function step(row: SheetRow, y: number, right: number): string {
  const reason = cut(row.why.title, (REASONS - 14) / SANS);
  return [
    '<g>',
    tooltip(row),
    margin(row, y + 17),
    ...(row.shape === 'mark' ? mark(row, y, right) : arrow(row, y, right)),
    text(right + 14, y + 17, reason, 'fill="#556274"'),
    '</g>',
  ].join('');
}

const tooltip = (row: SheetRow): string => `<title>${escaped(row.sentence)}</title>`;

const margin = (row: SheetRow, y: number): string =>
  text(MARGIN + NUMBERS - 8, y, `${row.number}`, 'text-anchor="end" fill="#636e7e"') +
  text(LANES - 12, y, row.time, 'text-anchor="end" fill="#556274"');

function mark(row: SheetRow, y: number, right: number): readonly string[] {
  const x = lane(row.from);
  const ink = tones[row.tone];
  return [
    `<rect x="${x - 5}" y="${y + 14}" width="10" height="10" rx="2" transform="rotate(45 ${x} ${y + 19})" fill="#ffffff" stroke="${ink}" stroke-width="1.5"/>`,
    haloed(x + 14, y + 23, cut(row.label, (right - x - 14) / SANS), `fill="${ink}" font-style="italic"`),
  ];
}

/** passed: whole · consumed: whole with a stop · invented: dashed · replayed: dash and dot · changed: double. */
const dashes: Readonly<Record<string, string>> = {
  '⊢': ' stroke-dasharray="6 3"',
  '⇥': ' stroke-dasharray="8 3 2 3"',
};

function arrow(row: SheetRow, y: number, right: number): readonly string[] {
  const [from, to] = [lane(row.from), lane(row.to)];
  const leftwards = to < from;
  const way = leftwards ? -1 : 1;
  const line = y + 27;
  const ink = row.tone === 'plain' ? tones.plain : tones[row.tone];
  const head = to - way * 8;
  // Towards the client the words begin where the arrow ends, as long as there is more room behind them than before.
  const toEnd = leftwards && from - LANES > right - to;
  const start = toEnd ? from - 6 : Math.min(from, to) + (leftwards ? 10 : 6);
  const room = toEnd ? start - LANES : right - start;
  const signed = row.was === null ? row.sign : `${row.sign}${BY_HAND}`;
  const label = cut(signed === '' ? row.label : `${signed} ${row.label}`, room / MONO);
  const strokes = row.sign === '≠' ? [line - 1.5, line + 1.5] : [line];
  return [
    ...strokes.map(
      (at) =>
        `<line x1="${from}" y1="${at}" x2="${head}" y2="${at}" stroke="${ink}" stroke-width="1.4"${dashes[row.sign] ?? ''}/>`,
    ),
    `<path d="M${to} ${line} L${head} ${line - 4.5} L${head} ${line + 4.5} Z" fill="${ink}"/>`,
    ...(row.sign === '⊣'
      ? [`<line x1="${to}" y1="${line - 6}" x2="${to}" y2="${line + 6}" stroke="${ink}" stroke-width="2"/>`]
      : []),
    ...(row.through ? [`<circle cx="${lane(PROXY)}" cy="${line}" r="3.5" fill="#ffffff" stroke="${ink}"/>`] : []),
    ...(row.tone === 'bad'
      ? [`<path d="M${from - 4} ${line - 4} l8 8 m0 -8 l-8 8" stroke="${ink}" stroke-width="1.6"/>`]
      : []),
    haloed(
      start,
      y + 17,
      label,
      `${toEnd ? 'text-anchor="end" ' : ''}font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="11" fill="${ink}"`,
    ),
  ];
}

const text = (x: number, y: number, words: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(words)}</text>`;

/** A text that stays readable where it crosses a line. */
const haloed = (x: number, y: number, words: string, attributes: string): string =>
  text(x, y, words, `${attributes} stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`);

/** At most so many characters. */
function cut(words: string, most: number): string {
  const characters = [...words];
  return characters.length <= most ? words : `${characters.slice(0, Math.max(1, Math.floor(most) - 1)).join('')}…`;
}

/** Lines of at most so many characters, broken where there is a space. */
function wrapped(words: string, most: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of words.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > most) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => cut(line.trim(), most));
}
