/** What the window asks of the gates: breakpoints, what is held, and how it goes on. */
import { z } from 'zod';
import type { Gate, Leg } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';

/** The six gates, in the order in which a command and its reply pass them. */
export const gates = ['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C'] as const satisfies readonly Gate[];

/** Holds only what all its fields fit; those that are left out fit everything. Text fields are globs, whatever the case. */
export interface Breakpoint {
  readonly gate?: Gate;
  readonly session?: number;
  readonly protocol?: 'smtp' | 'imap' | 'pop3';
  /** The first word of a command, or the code or word of a reply: `RCPT`, `4*`, `NO`. */
  readonly word?: string;
  /** An address or user that the session is about. */
  readonly address?: string;
  readonly rule?: string;
  readonly place?: string;
  /** A reason's key, such as `smtp.rcpt`. */
  readonly why?: string;
  /** Gone after it held something once. */
  readonly once?: boolean;
}

/** A breakpoint that is set. */
export interface SetBreakpoint extends Breakpoint {
  readonly id: number;
  /** How often it held something. */
  readonly hits: number;
}

/** What stands at a gate. */
export interface Held {
  /** Counts up over all sessions. */
  readonly id: number;
  readonly session: number;
  readonly gate: Gate;
  /** The side it comes from or goes to. */
  readonly leg: Leg;
  /** line: a command or reply · request, answer: of the auth service, whole · other: nothing that has bytes. */
  readonly kind: 'line' | 'request' | 'answer' | 'other';
  /** The bytes that will pass, possibly cut for the screen (then `editable` is false). */
  readonly text: Bytes;
  readonly secret: readonly (readonly [number, number])[];
  readonly editable: boolean;
  /** ms since 1970. */
  readonly since: number;
  /** ms since 1970 at which slow motion releases it; null: a person has to. */
  readonly until: number | null;
  /** The breakpoint that holds it; null for a gate, a step or slow motion. */
  readonly breakpoint: number | null;
  /**
   * Until when the one who waits for it will wait, in ms since 1970, and the rule behind that (`RFC 5321 4.5.3.2.2`,
   * `nginx proxy_timeout`); null: it waits as long as it takes (the built-in client, the lab's own servers).
   */
  readonly patience: { readonly side: Leg; readonly at: number; readonly source: string } | null;
}

/** Everything about holding. */
export interface GatesView {
  /** Gates that hold every session. */
  readonly everywhere: readonly Gate[];
  /** Gates that hold one session: a session in step mode has all six. */
  readonly sessions: readonly { readonly session: number; readonly gates: readonly Gate[] }[];
  readonly breakpoints: readonly SetBreakpoint[];
  /** Oldest first; at most 1000 of `heldCount`. */
  readonly held: readonly Held[];
  readonly heldCount: number;
  /** Every gate holds for so long, in ms; 0: no slow motion. */
  readonly slowMs: number;
}

const id = z.number().int().nonnegative();
const gate = z.enum(gates);
const glob = z.string().min(1).max(1000);

export const gateCalls = {
  'gates.get': z.strictObject({}),
  /** `session` left out: for all sessions, the ones to come too. */
  'gates.arm': z.strictObject({ gate, on: z.boolean(), session: id.optional() }),
  /** Step mode: all six gates of a session, or with `on` false none. What is held then stays until it is released. */
  'gates.step': z.strictObject({ session: id, on: z.boolean() }),
  'gates.slow': z.strictObject({ ms: z.number().int().min(0).max(60_000) }),
  'breakpoint.set': z.strictObject({
    gate: gate.exactOptional(),
    session: id.exactOptional(),
    protocol: z.enum(['smtp', 'imap', 'pop3']).exactOptional(),
    word: glob.exactOptional(),
    address: glob.exactOptional(),
    rule: glob.exactOptional(),
    place: glob.exactOptional(),
    why: glob.exactOptional(),
    once: z.boolean().exactOptional(),
  }),
  'breakpoint.clear': z.strictObject({ id: id.optional() }),
  /**
   * Lets a held item pass; `text` is what passes instead of it. `until` turn: and everything of its session up to where the
   * other side speaks; stage: up to where the place of the dialogue changes.
   */
  'held.release': z.strictObject({
    id,
    text: z.string().max(1_000_000).optional(),
    until: z.enum(['one', 'turn', 'stage']).default('one'),
  }),
  /** Everything that is held, of one session or of all. */
  'held.release-all': z.strictObject({ session: id.optional() }),
  /** The item never passes: a command is not answered, an answer never comes. */
  'held.drop': z.strictObject({ id }),
  /** Answers the client with this line instead, from a client's held command, and forgets the command. */
  'held.answer': z.strictObject({ id, text: z.string().max(2000) }),
  /** Ends a session at once. */
  'session.kill': z.strictObject({ id }),
} as const;

/** What each of these calls answers with: the state after it. */
export interface GateCallResults {
  'gates.get': GatesView;
  'gates.arm': GatesView;
  'gates.step': GatesView;
  'gates.slow': GatesView;
  'breakpoint.set': { readonly id: number };
  'breakpoint.clear': GatesView;
  /** false: it is not held any more. */
  'held.release': { readonly ok: boolean };
  'held.release-all': { readonly released: number };
  'held.drop': { readonly ok: boolean };
  'held.answer': { readonly ok: boolean };
  'session.kill': { readonly ok: boolean };
}
