/** The forms in which a session's ladder leaves the lab. */
import { sessionHtml } from './session-html.ts';
import { sessionMermaid } from './session-mermaid.ts';
import { type Recorded, type SheetOptions, sheetOf } from './session-sheet.ts';
import { sessionSvg } from './session-svg.ts';
import { sessionText } from './session-text.ts';

/** svg: a picture · html: a page with the transcript · mermaid: the text of a diagram · text: columns for a ticket. */
export const sessionForms = ['svg', 'html', 'mermaid', 'text'] as const;

export type SessionForm = (typeof sessionForms)[number];

const forms = {
  svg: { print: sessionSvg, ending: 'svg' },
  html: { print: sessionHtml, ending: 'html' },
  mermaid: { print: sessionMermaid, ending: 'mmd' },
  text: { print: sessionText, ending: 'txt' },
} as const;

/** A file's name and its text. */
export function sessionFile(
  recorded: Recorded,
  form: SessionForm,
  options: SheetOptions,
): { readonly name: string; readonly text: string } {
  const { print, ending } = forms[form];
  return { name: `session-${recorded.summary.id}.${ending}`, text: print(sheetOf(recorded, options)) };
}
