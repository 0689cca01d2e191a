/** What the window asks to take a lab out of the lab: nginx.conf, an auth service and a compose file. */
import { z } from 'zod';

/** What was written. */
export interface Exported {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Names below it, and what each is in a few words. */
  readonly files: readonly { readonly name: string; readonly what: string }[];
  /** What to know before it runs; whole sentences. */
  readonly notes: readonly string[];
}

/** The calls. */
export const exportCalls = {
  /** Writes the running lab's export into a folder; one that is not empty only with `force`. */
  'lab.export': z.strictObject({ folder: z.string().min(1).max(4096), force: z.boolean().default(false) }),
} as const;

/** What the calls answer with. */
export interface ExportCallResults {
  'lab.export': Exported;
}
