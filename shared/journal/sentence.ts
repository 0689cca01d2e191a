/** Each step in one sentence: spoken beside the diagram, read in the ladder, written into what is exported. */
import type { Entry } from './entry.ts';
import { spelled } from './readable.ts';
import { type Gist, gistOf, type Travel } from './travel.ts';

/** The catalogue: `diagram:step.inside` with its values as a text. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** `travel` is the entry's own, `total` how many entries there are; `gist` what it says, with secrets masked unless told. */
export function sentenceOf(
  entry: Entry,
  travel: Travel | null,
  total: number,
  say: Say,
  gist: Gist = gistOf(entry),
): string {
  const text = say(`transcript:${gist.key}`, gist.params);
  const why = say(`reasons:${entry.why}.title`, { ...entry.params });
  const step = entry.seq + 1;
  if (travel === null) return spelled(say('diagram:step.inside', { step, total, room: say('diagram:proxy'), why }));
  if (entry.kind === 'http' && entry.direction === 'out') {
    return spelled(say('diagram:step.asked', { step, total, text: addressIn(text) }));
  }
  const [from, to] = [say(`diagram:${travel.from}`), say(`diagram:${travel.to}`)];
  return spelled(say('diagram:step.moved', { step, total, from, to, text, why }));
}

/** The bare address of a RCPT command; other texts as they are. */
function addressIn(text: string): string {
  return /^RCPT TO:\s*<([^>]*)>/i.exec(text)?.[1] ?? text;
}
