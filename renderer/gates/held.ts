/** What the panes ask of the gates: which are armed for whom, what stands there, and what is to be read of it. Pure. */
import type { GatesView, Held } from '../../shared/contract/gates.ts';
import { gates } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import type { LabState } from '../store/state.ts';
import { decode } from '../transcript/pieces.ts';

/** A gate as it is written for people: `C→P`. */
export const gateText = (gate: Gate): string => gate.replace('>', '→');

/** For whom a gate is armed; null: it is open. */
export type Armed = 'everywhere' | 'session' | null;

/** Whether a gate stops the session, and whether it does so alone. */
export function armedFor({ everywhere, sessions }: GatesView, gate: Gate, session: number | null): Armed {
  if (everywhere.includes(gate)) return 'everywhere';
  return session !== null && gatesOf(sessions, session).includes(gate) ? 'session' : null;
}

const noGates: readonly Gate[] = [];

const gatesOf = (sessions: GatesView['sessions'], session: number): readonly Gate[] =>
  sessions.find((one) => one.session === session)?.gates ?? noGates;

/** Whether a session is in step mode: all six gates are its own. */
export const isStepped = ({ sessions }: GatesView, session: number): boolean =>
  gatesOf(sessions, session).length === gates.length;

/** Whether everything that comes is held: all six gates, for all sessions. */
export const isAllHeld = ({ everywhere }: GatesView): boolean => everywhere.length === gates.length;

/** The chosen session, if it can still pass a gate; null otherwise. */
export function openSession({ selected, sessions }: LabState): number | null {
  return selected !== null && sessions.get(selected)?.ms === null ? selected : null;
}

/** What a person holds of one session, oldest first; slow motion lets its own go. */
export const heldOf = ({ held }: GatesView, session: number | null): readonly Held[] =>
  held.filter((one) => one.session === session && one.until === null);

/** Whether the panes show the newest step: what is held comes right behind it. */
export const isAtEnd = ({ entries, shown }: LabState): boolean => shown >= entries.length - 1;

/** Whether a step on is what is held: the panes follow what happens, or stand at the newest step. A replay lets nothing go. */
export const isNow = (state: LabState): boolean =>
  !state.replay && ((state.cursor === null && !state.playing) || isAtEnd(state));

/** The text that is held, secrets as dots. */
export function maskedText({ text, secret }: Pick<Held, 'text' | 'secret'>): string {
  let masked = '';
  let from = 0;
  for (const [start, end] of secret) {
    masked += `${text.slice(from, start)}••••`;
    from = end;
  }
  return masked + text.slice(from);
}

/** Its first line for a label: of an answer the header that decides, of a question whom it is about. */
export function firstLine(held: Pick<Held, 'text' | 'secret' | 'kind'>): string {
  const lines = maskedText(held)
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '');
  const telling =
    held.kind === 'answer'
      ? lines.find((line) => /^auth-status:/i.test(line))
      : held.kind === 'request'
        ? (lines.find((line) => /^auth-smtp-to:./i.test(line)) ?? lines.find((line) => /^auth-user:./i.test(line)))
        : undefined;
  return decode(telling ?? lines[0] ?? '');
}

/** Minutes and seconds, `4:12`; hours where there are some, `1:04:12`. Never below zero. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
