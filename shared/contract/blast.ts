/** What the window asks about an edit before it is saved: which recorded lookups would be decided otherwise. */
import { z } from 'zod';
import type { Blast, Effect } from '../auth/blast.ts';

/** How a comparison of two texts ended. */
export type BlastResult =
  /** `kept`: the sessions that the journal holds. */
  | { readonly state: 'done'; readonly blast: Blast; readonly kept: number }
  /** Both texts have the same rules, accounts and upstreams. */
  | { readonly state: 'same' }
  /** One of them has no rules of the lab's own, or has errors. */
  | { readonly state: 'unusable' }
  /** A newer comparison of the same window took its place. */
  | { readonly state: 'stopped' };

/** What the rules say today to one question of a session. */
export interface AgainLookup {
  /** The `seq` of the question's entry. */
  readonly seq: number;
  readonly now: Effect;
  /** Whether the recorded answer is another one; null where it did not come from the lab's own service. */
  readonly since: boolean | null;
  /** By the edited text; null without one, or where it decides the same. */
  readonly edited: Effect | null;
}

/** What the rules would say to a recipient if it were looked up. */
export interface AgainRecipient {
  /** The `seq` of its RCPT. */
  readonly seq: number;
  readonly now: Effect;
  readonly edited: Effect | null;
}

/** A session decided again. */
export interface AgainView {
  readonly lookups: readonly AgainLookup[];
  /** Of SMTP without a login; others are not routed by recipient. */
  readonly recipients: readonly AgainRecipient[];
}

const text = z.string().max(5_000_000).nullable();

export const blastCalls = {
  /**
   * Decides every recorded lookup by the running rules and by those of `text`; without a text by those that are saved and
   * by the running ones. Tells its progress; a newer call of the same window stops an older one.
   */
  'rules.blast': z.strictObject({ text }),
  /** One session, decided again by the running rules, and by those of `text`. null: there is no such session. */
  'rules.again': z.strictObject({ session: z.number().int().nonnegative(), text }),
} as const;

export interface BlastCallResults {
  'rules.blast': BlastResult;
  'rules.again': AgainView | null;
}
