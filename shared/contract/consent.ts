/** What the window asks about leaving this machine. */
import { z } from 'zod';

/** What may leave this machine. */
export interface ConsentView {
  /** `--allow-lan`: everything. */
  readonly allowLan: boolean;
  /** Servers that were allowed when the lab was started, or were confirmed since, as `IP:PORT` or `HOST:PORT`. */
  readonly allowed: readonly string[];
}

export const consentCalls = {
  /** For as long as the lab runs, this server outside of the machine may be reached; it is written nowhere. */
  'consent.give': z.strictObject({ address: z.string().min(1).max(300) }),
  /** It may be no longer; sessions that are there go on. */
  'consent.withdraw': z.strictObject({ address: z.string().min(1).max(300) }),
} as const;

/** What each of these calls answers with. */
export interface ConsentCallResults {
  'consent.give': ConsentView;
  'consent.withdraw': ConsentView;
}
