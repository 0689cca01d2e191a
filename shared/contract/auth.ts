/** What the window asks of auth services: faults of the lab's own, and exams of any. */
import { z } from 'zod';
import type { ExamReport } from '../auth/exam.ts';
import { faultKinds } from '../auth/fault.ts';

/** An auth service that the proxy asks, as `auth_http` names it; `own` is the lab's. */
export interface AuthServiceView {
  readonly text: string;
  readonly own: boolean;
}

const count = z.number().int().min(1).max(1_000_000);

/** A fault to arm on the lab's own auth service; it is not written to the file. */
const fault = z.strictObject({
  kind: z.enum(faultKinds),
  ms: z.number().int().min(0).max(600_000).default(3000),
  status: z.number().int().min(100).max(999).default(500),
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
});

const text = z.string().max(1000);

export const authCalls = {
  'fault.arm': fault,
  /** Without an id, all of them. */
  'fault.clear': z.strictObject({ id: z.number().int().nonnegative().optional() }),
  /** Examines one of `authServices`, named by its text; takes up to a minute. */
  'exam.run': z.strictObject({
    service: z.string().max(2000),
    user: text.optional(),
    password: text.optional(),
    rcpt: text.optional(),
  }),
} as const;

/** What each of these calls answers with. */
export interface AuthCallResults {
  /** How many are armed now. */
  'fault.arm': { readonly armed: number };
  'fault.clear': { readonly armed: number };
  'exam.run': ExamReport;
}
