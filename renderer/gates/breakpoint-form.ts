/** From a line of the transcript to a breakpoint: what each condition would be, and which are wanted. Pure. */
import type { CallInput } from '../../shared/contract/contract.ts';
import { type Piece, wordOf } from '../../shared/journal/breakpoint.ts';
import type { Entry, Gate, SessionSummary } from '../../shared/journal/entry.ts';
import { parsePath } from '../../shared/wire/address.ts';
import { knowledgeAt } from '../store/fold.ts';

/** The conditions of the form, in order; each is a text, and counts only when it is ticked. */
export const fields = ['gate', 'protocol', 'word', 'address', 'rule', 'place', 'why', 'session'] as const;
type Field = (typeof fields)[number];

export interface BreakpointDraft {
  readonly values: Readonly<Record<Field, string>>;
  readonly ticked: ReadonlySet<Field>;
  readonly once: boolean;
  /** The step passes no gate, nor does anything that has its reason: nothing of it can be held. */
  readonly unheld: boolean;
}

/** The gate that an entry passed first; null for what passed none. */
export function gateOf({ leg, direction, kind, params }: Entry): Gate | null {
  if (kind === 'hold') return asGate(params?.gate);
  if (direction === 'none' || (kind !== 'line' && kind !== 'data' && kind !== 'http')) return null;
  if (leg === 'client') return direction === 'in' ? 'C>P' : 'P>C';
  if (leg === 'auth') return direction === 'in' ? 'A>P' : 'P>A';
  return direction === 'in' ? 'U>P' : 'P>U';
}

/** Steps that have their reason to themselves, and pass no gate; what is decided, or dialled, comes with something that does. */
const passesNothing = ({ kind, direction }: Entry): boolean =>
  kind === 'open' || kind === 'relay' || kind === 'close' || kind === 'tls' || (kind === 'dial' && direction === 'in');

const known: readonly Gate[] = ['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C'];

const asGate = (value: unknown): Gate | null => known.find((gate) => gate === value) ?? null;

/** The kind of thing that an entry was while it passed its gate. */
function kindOf({ kind, direction }: Entry): Piece['kind'] {
  if (kind === 'http') return direction === 'out' ? 'request' : 'answer';
  return kind === 'data' ? 'data' : 'line';
}

/** The form for one entry of a session, with what tells this line from others ticked. */
export function draftOf(
  entry: Entry,
  entries: readonly Entry[],
  session: SessionSummary,
  once: boolean,
): BreakpointDraft {
  const gate = gateOf(entry);
  const said = entry.kind !== 'hold' || entry.bytes !== '';
  const word = gate === null || !said ? '' : wordOf(gate, { kind: kindOf(entry), text: entry.bytes }, session.protocol);
  const known = knowledgeAt(entries, entry.seq - 1);
  const path = /^[ \t]*(?:mail|rcpt)[ \t]/i.test(entry.bytes) ? parsePath(entry.bytes.trimEnd()).address : null;
  const values: BreakpointDraft['values'] = {
    gate: gate ?? 'C>P',
    protocol: session.protocol,
    word,
    address: path ?? session.to[0] ?? session.user ?? '',
    rule: session.rule ?? '',
    place: known.place,
    why: entry.kind === 'hold' ? '' : entry.why,
    session: String(session.id),
  };
  const unheld = passesNothing(entry);
  if (unheld) return { values: { ...values, why: '' }, ticked: new Set(), once, unheld };
  const ticked = new Set<Field>(['protocol']);
  if (gate !== null) ticked.add('gate');
  if (word !== '') ticked.add('word');
  if (gate === null && values.why !== '') ticked.add('why');
  return { values, ticked, once, unheld };
}

/** What the lab is asked to stop at: the ticked conditions that say something. null: none does. */
export function breakpointOf({ values, ticked, once }: BreakpointDraft): CallInput<'breakpoint.set'> | null {
  const text = (field: Field) => (ticked.has(field) ? values[field].trim() : '');
  const gate = asGate(text('gate'));
  const protocol = (['smtp', 'imap', 'pop3'] as const).find((one) => one === text('protocol'));
  const session = text('session');
  const globs = (['word', 'address', 'rule', 'place', 'why'] as const).filter((field) => text(field) !== '');
  if (gate === null && protocol === undefined && session === '' && globs.length === 0) return null;
  return {
    ...(gate === null ? {} : { gate }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(session === '' ? {} : { session: Number(session) }),
    ...Object.fromEntries(globs.map((field) => [field, text(field)])),
    ...(once ? { once } : {}),
  };
}
