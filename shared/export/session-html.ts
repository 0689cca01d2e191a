/** A session as one page: its chart, cut into pieces that fit on paper, and its transcript with all reasons. No scripts. */
import { BY_HAND, type Sheet, type SheetRow } from './session-sheet.ts';
import { chart, chartWidth, HEAD_HEIGHT, rowHeight } from './session-svg.ts';
import { escaped } from './xml.ts';

/** px of chart that fit on a page of A4 across, and what the first one has left below the session's facts. */
const PAGE = 640;
const FIRST_PAGE = 400;

const style = `
@page { size: A4 landscape; margin: 12mm; }
* { box-sizing: border-box; }
html { color-scheme: light; background: #fff; }
body { max-width: 1180px; margin: 0 auto; padding: 24px; color: #1b2430; font: 13px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { margin: 0 0 12px; font-size: 21px; overflow-wrap: anywhere; }
h2 { margin: 28px 0 10px; font-size: 16px; break-after: avoid; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 6px 20px; margin: 0 0 12px; }
dt { color: #556274; font-size: 11.5px; }
dd { margin: 0; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 8px; padding: 0; color: #556274; list-style: none; }
.note { margin: 0 0 8px; color: #556274; }
figure { margin: 0 0 12px; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; }
th { padding: 4px 8px; border-bottom: 2px solid #7f8896; color: #556274; font-size: 11.5px; text-align: left; }
td { padding: 5px 8px; border-bottom: 1px solid #e3e6eb; vertical-align: top; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
td:nth-child(-n+2) { color: #556274; white-space: nowrap; }
td:nth-child(3), td:nth-child(4) { white-space: nowrap; }
code { display: block; font: 12px/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
del { color: #8a5300; }
.why small { display: block; color: #556274; font-size: 11.5px; }
.bad { color: #bd2533; }
.relay td { background: #f5f0ff; color: #7433dd; font-weight: 600; }
.silence td { padding: 2px 8px; color: #556274; font-style: italic; text-align: center; }
footer { margin-top: 16px; color: #556274; font-size: 11.5px; }
@media print { body { max-width: none; padding: 0; } thead { display: table-header-group; } }
`;

/** The page. */
export function sessionHtml(sheet: Sheet): string {
  const { title, facts, legend, masked, words } = sheet;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    `<dl>${facts.map(({ name, value }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`,
    ...(masked === '' ? [] : [`<p class="note">${escaped(masked)}</p>`]),
    `<h2>${escaped(words.chart)}</h2>`,
    `<ul class="legend">${legend.map(({ sign, word }) => `<li>${escaped(`${sign} ${word}`)}</li>`).join('')}</ul>`,
    ...pagesOf(sheet.rows).map((rows) => figure(sheet, rows)),
    `<h2>${escaped(words.transcript)}</h2>`,
    transcript(sheet),
    `<footer>${escaped(words.written)}</footer>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** The rows in pieces that fit on a page each; always at least one. */
export function pagesOf(rows: readonly SheetRow[]): readonly (readonly SheetRow[])[] {
  const pages: SheetRow[][] = [[]];
  let left = FIRST_PAGE - HEAD_HEIGHT;
  for (const row of rows) {
    const height = rowHeight(row);
    if (height > left && pages.at(-1)?.length !== 0) {
      pages.push([]);
      left = PAGE - HEAD_HEIGHT;
    }
    pages.at(-1)?.push(row);
    left -= height;
  }
  return pages;
}

function figure(sheet: Sheet, rows: readonly SheetRow[]): string {
  const width = chartWidth(sheet);
  const height = HEAD_HEIGHT + rows.reduce((sum, row) => sum + rowHeight(row), 0) + 8;
  const [first, last] = [rows[0]?.number ?? 0, rows.at(-1)?.number ?? 0];
  const label = `${sheet.words.chart}: ${first}–${last}`;
  return [
    `<figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}" font-family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif" font-size="11.5">`,
    chart(sheet, rows, 0),
    '</svg></figure>',
  ].join('\n');
}

function transcript({ rows, words }: Sheet): string {
  const heads = [words.step, words.time, words.way, words.did, words.said, words.why];
  return [
    '<table>',
    `<thead><tr>${heads.map((head) => `<th scope="col">${escaped(head)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.flatMap((row) => [
      ...(row.silence === '' ? [] : [`<tr class="silence"><td colspan="6">${escaped(row.silence)}</td></tr>`]),
      line(row, words),
    ]),
    '</tbody>',
    '</table>',
  ].join('\n');
}

function line(row: SheetRow, words: Sheet['words']): string {
  const way = row.shape === 'arrow' ? `${row.fromName} → ${row.toName}` : row.fromName;
  const did = [row.sign === '' ? '' : `${row.sign} ${row.did}`, row.was === null ? '' : `${BY_HAND} ${words.byHand}`];
  const cells = [`${row.number}`, row.time, way, did.filter((one) => one !== '').join(', ')];
  const said = row.shape === 'divider' ? [words.divider] : row.lines.length === 0 ? [row.label] : row.lines;
  const was = row.was === null ? '' : `<del>${escaped(words.was)}${code(row.was)}</del>`;
  const { title, text, source } = row.why;
  const why = `<b>${escaped(title)}</b><small>${escaped(text)}</small><small>${escaped(`${words.source}: ${source}`)}</small>`;
  const look = row.shape === 'divider' ? ' class="relay"' : row.tone === 'bad' ? ' class="bad"' : '';
  const start = `<tr${look}>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}`;
  return `${start}<td>${row.lines.length === 0 ? escaped(said.join(' ')) : code(said)}${was}</td><td class="why">${why}</td></tr>`;
}

const code = (lines: readonly string[]): string => `<code>${escaped(lines.join('\n'))}</code>`;
