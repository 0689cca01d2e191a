/** The ladder as Mermaid's sequenceDiagram, for pages that draw it themselves. */
import { BY_HAND, type Sheet, type SheetRow } from './session-sheet.ts';

/** What would end a statement, begin an entity, a comment, a directive, a hint how to wrap, a formula or markup. */
const special = /[#;%{}<>&"`\\$]|^(?:no)?wrap:/g;

const quoted = (text: string): string =>
  text.replace(special, (found) => `${found.slice(0, -1)}#${found.codePointAt(found.length - 1)};`) || ' ';

/** Mermaid's letters for the columns: names may hold anything. */
const letter = (column: number): string => ['C', 'P', 'A'][column] ?? `U${column - 2}`;

/** The text of a diagram. */
export function sessionMermaid(sheet: Sheet): string {
  const people = sheet.columns.map(({ room, name }, at) => {
    const kind = room === 'client' ? 'actor' : 'participant';
    return `    ${kind} ${letter(at)} as ${quoted(name)}`;
  });
  const last = letter(sheet.columns.length - 1);
  return [
    'sequenceDiagram',
    `    accTitle: ${quoted(sheet.title)}`,
    '    autonumber',
    ...people,
    ...(sheet.masked === '' ? [] : [`    Note over C,${last}: ${quoted(sheet.masked)}`]),
    ...sheet.rows.flatMap((row) => statements(sheet, row, last)),
    '',
  ].join('\n');
}

function statements(sheet: Sheet, row: SheetRow, last: string): readonly string[] {
  const silence = row.silence === '' ? [] : [`    Note over C,${last}: ${quoted(`… ${row.silence} …`)}`];
  if (row.shape === 'divider') return [...silence, `    Note over C,${last}: ${quoted(sheet.words.divider)}`];
  const told = `${row.label} (${row.why.title})`;
  if (row.shape === 'mark') return [...silence, `    Note over ${letter(row.from)}: ${quoted(told)}`];
  // Dashed is what the proxy wrote itself, a cross what failed or was refused.
  const head = row.tone === 'bad' ? 'x' : '>>';
  const line = row.sign === '⊢' ? '--' : '-';
  const signed = [row.sign, row.was === null ? '' : BY_HAND, row.label].filter((one) => one !== '').join(' ');
  return [...silence, `    ${letter(row.from)}${line}${head}${letter(row.to)}: ${quoted(signed)}`];
}
