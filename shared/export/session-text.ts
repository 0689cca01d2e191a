/** The ladder as plain text in columns, for tickets and mails. */
import { BY_HAND, type Sheet, type SheetRow } from './session-sheet.ts';

/** Characters of a column before it is left to run over. */
const WIDE_MAX = 44;

/** The text. */
export function sessionText(sheet: Sheet): string {
  const { title, facts, masked, rows, words } = sheet;
  const name = Math.max(0, ...facts.map((fact) => length(fact.name)));
  const cells = rows.map(cellsOf);
  const heads = [words.step, words.time, words.way, words.did, words.said, words.why];
  const widths = heads.map((head, at) =>
    Math.max(length(head), ...cells.map((row) => Math.min(WIDE_MAX, length(row[at] ?? '')))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at < 2 ? padded(cell, widths[at] ?? 0, true) : padded(cell, widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(Math.min(120, length(line(heads))));
  return [
    title,
    '',
    ...facts.map((fact) => `${padded(fact.name, name)}  ${fact.value}`),
    ...(masked === '' ? [] : ['', masked]),
    '',
    line(heads),
    rule,
    ...rows.flatMap((row, at) => [
      ...(row.silence === '' ? [] : [`... ${row.silence} ...`]),
      ...(row.shape === 'divider' ? [`=== ${words.divider} ===`] : [line(cells[at] ?? [])]),
    ]),
    '',
    words.written,
    '',
  ].join('\n');
}

function cellsOf(row: SheetRow): readonly string[] {
  const way = row.shape === 'arrow' ? `${row.fromName} -> ${row.toName}` : row.fromName;
  const did = [row.did, row.was === null ? '' : BY_HAND].filter((one) => one !== '').join(' ');
  return [`${row.number}`, row.time, way, did, row.label, row.why.title];
}

const length = (text: string): number => [...text].length;

function padded(text: string, width: number, right = false): string {
  const space = ' '.repeat(Math.max(0, width - length(text)));
  return right ? space + text : text + space;
}
