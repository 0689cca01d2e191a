/** What the window asks of the gates: breakpoints, what is held, and how it goes on. */
import { z } from 'zod';
import { type Breakpoint, gates, type Piece, type Ranges } from '../journal/breakpoint.ts';
import type { Gate, Leg } from '../journal/entry.ts';
import type { Patience } from '../journal/patience.ts';
import type { Bytes } from '../machine/machine.ts';

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
  /** line: a command or reply · data: a part of a content · request, answer: of the auth service, whole. */
  readonly kind: Piece['kind'];
  /** The bytes that will pass, possibly cut for the screen (then `editable` is false). */
  readonly text: Bytes;
  /** How many bytes will pass. */
  readonly size: number;
  readonly secret: Ranges;
  /** Whether `text` is all of it and can be read, so that another one can be released instead. */
  readonly editable: boolean;
  /** ms since 1970. */
  readonly since: number;
  /** ms since 1970 at which slow motion releases it; null: a person has to, or turns slow motion off. */
  readonly until: number | null;
  /** The breakpoint that holds it; null for a gate, a step or slow motion. */
  readonly breakpoint: number | null;
  /**
   * Until when the one who waits for it will wait, in ms since 1970, and the rule behind that (`RFC 5321 4.5.3.2.2`,
   * `nginx proxy_timeout`); null: it waits as long as it takes (the built-in client, the lab's own servers).
   */
  readonly patience: Patience | null;
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
  /**
   * `session` left out: for all sessions, the ones to come too. What a gate holds stays held when it is opened: only a
   * release, or the end of the session, moves it.
   */
  'gates.arm': z.strictObject({ gate, on: z.boolean(), session: id.optional() }),
  /** Step mode: all six gates of a session, or with `on` false none. What is held then stays until it is released. */
  'gates.step': z.strictObject({ session: id, on: z.boolean() }),
  /** Holds also what slow motion holds already: `ms` counts from when it began to be held; 0 lets it go. */
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
   * Lets a held item pass; `text` is what passes instead of it (how it becomes bytes: `typedBytes` in shared/journal).
   * `until` turn: and everything of its session up to where the other side speaks; stage: up to where the place of the
   * dialogue changes, or in a relay the client's command.
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
  /**
   * Answers the client with this line instead. At `C>P` and, relayed, at `P>U` the command is forgotten; at `P>C` and,
   * relayed, at `U>P` the line takes the place of the reply. At the gates between, where the proxy cannot forget what it
   * has begun, and behind a reply that says goodbye (421, `* BYE`) the connection is closed.
   */
  'held.answer': z.strictObject({ id, text: z.string().max(2000) }),
  /** Ends a session at once, whatever it holds. */
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
