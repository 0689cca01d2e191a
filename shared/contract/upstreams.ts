/** What the window asks of the mail servers behind the proxy: how they are played, and their faults. */
import { z } from 'zod';
import type { Protocol } from '../machine/machine.ts';
import { type Stage, stages } from '../upstream/fault.ts';
import { type Play, plainPlay } from '../upstream/play.ts';

/** An upstream as the Upstreams place shows it. */
export interface UpstreamView {
  readonly name: string;
  readonly external: boolean;
  /** Outside of this machine: mail sent there leaves the lab. */
  readonly offBox: boolean;
  /** Messages that are kept of it. */
  readonly messages: number;
  /** How it is played; null for an external one. */
  readonly play: Play | null;
  /** Users whose mailbox lies here, besides the catch-all. */
  readonly accounts: readonly string[];
}

const count = z.number().int().min(1).max(1_000_000);
const line = z.string().min(1).max(2000);
const pattern = z.string().min(1).max(1000);
const words = z.array(z.string().min(1).max(500)).max(100);
const ms = z.number().int().min(0).max(3_600_000);
const allStages = [...new Set<Stage>([...stages.smtp, ...stages.imap, ...stages.pop3])];

/** A fault to arm on a played mail server; it is not written to the file. */
const fault = z.strictObject({
  upstream: z.string().max(200),
  protocol: z.enum(['smtp', 'imap', 'pop3'] satisfies Protocol[]),
  stage: z.enum(allStages),
  act: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('reply'), text: line }),
    z.strictObject({ type: z.literal('delay'), ms }),
    z.strictObject({ type: z.literal('drip'), ms }),
    z.strictObject({ type: z.literal('close') }),
    z.strictObject({ type: z.literal('reset') }),
    z.strictObject({ type: z.literal('refuse') }),
    z.strictObject({ type: z.literal('silent') }),
    z.strictObject({
      type: z.literal('switch'),
      name: z.enum(['no-xclient', 'login-disabled', 'preauth', 'proxy-protocol']),
    }),
  ]),
  scope: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('always') }),
    z.strictObject({ type: z.literal('next'), times: count }),
    z.strictObject({ type: z.literal('every'), nth: count }),
    z.strictObject({
      type: z.literal('chance'),
      percent: z.number().min(0).max(100),
      seed: z.number().int().min(0).max(2_147_483_647),
    }),
  ]),
  only: z.strictObject({ address: pattern.exactOptional(), client: pattern.exactOptional() }),
});

export const upstreamCalls = {
  'upstreams.get': z.strictObject({}),
  'upstream.fault.arm': fault,
  /** Arms what a preset is made of: `greylisting`, `mailbox-full`, `down` … (shared/upstream/presets.ts). */
  'upstream.fault.preset': z.strictObject({
    upstream: z.string().max(200),
    protocol: z.enum(['smtp', 'imap', 'pop3'] satisfies Protocol[]),
    preset: z.string().max(100),
  }),
  /** Without an id all of them, the ones of the lab file included (for this run). */
  'upstream.fault.clear': z.strictObject({ id: z.number().int().nonnegative().optional() }),
  /** Sets a switch of a played server in the lab's text; applied at once, undoable, written to the file by a save. */
  'upstream.play': z.strictObject({
    upstream: z.string().max(200),
    change: z.discriminatedUnion('name', [
      z.strictObject({
        name: z.enum(['proxyProtocol', 'starttls', 'anyLogin', 'xclient', 'loginDisabled', 'apop']),
        on: z.boolean(),
      }),
      z.strictObject({ name: z.literal('auth'), value: z.enum(['off', 'offered', 'required']) }),
      z.strictObject({ name: z.literal('size'), value: z.number().int().min(1).max(plainPlay.smtp.size) }),
      z.strictObject({ name: z.literal('preauth'), value: z.string().max(500) }),
      z.strictObject({ name: z.literal('xclientFrom'), value: words }),
      z.strictObject({
        name: z.enum(['extra', 'hide']),
        protocol: z.enum(['smtp', 'imap', 'pop3'] satisfies Protocol[]),
        value: words,
      }),
    ]),
  }),
  /**
   * Answers this instead, the next time a played server is about to say something at the stage of this upstream line of
   * a recorded session; `text` is the answer. The result names the fault that was armed.
   */
  'upstream.fault.answer': z.strictObject({
    session: z.number().int().nonnegative(),
    seq: z.number().int().nonnegative(),
    text: line,
  }),
} as const;

/** What each of these calls answers with. */
export interface UpstreamCallResults {
  'upstreams.get': { readonly upstreams: readonly UpstreamView[] };
  'upstream.fault.arm': { readonly id: number };
  'upstream.fault.preset': { readonly ids: readonly number[] };
  'upstream.fault.clear': { readonly armed: number };
  'upstream.fault.answer': { readonly id: number };
  /** `problem` says why nothing was changed. */
  'upstream.play': { readonly problem: string | null };
}
