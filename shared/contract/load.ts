/** The load sender: many sessions of the lab's own client, how they went, and which they were. */
import { z } from 'zod';
import {
  LOAD_LIST_MAX,
  LOAD_OPEN_MAX,
  LOAD_RATE_MAX,
  LOAD_SESSIONS_MAX,
  LOAD_SIZE_MAX,
  loadOrders,
} from '../client/load-plan.ts';
import type { LoadStats } from '../client/load-stats.ts';

const weight = z.number().int().min(1).max(1000);

/** See `LoadPlan` for what the fields mean. */
const loadSchema = z.strictObject({
  sessions: z.number().int().min(1).max(LOAD_SESSIONS_MAX),
  rate: z.number().min(0.1).max(LOAD_RATE_MAX).nullable(),
  open: z.number().int().min(1).max(LOAD_OPEN_MAX),
  patienceMs: z.number().int().min(100).max(600_000),
  order: z.enum(loadOrders),
  seed: z.number().int().min(0).max(0xffffffff),
  parts: z
    .array(
      z.strictObject({
        listener: z.string().max(200),
        weight,
        starttls: z.boolean(),
        login: z.boolean(),
        after: z.enum(['nothing', 'count', 'fetch']),
      }),
    )
    .min(1)
    .max(20),
  helo: z.string().min(1).max(255),
  from: z.string().max(1000),
  recipients: z.array(z.strictObject({ address: z.string().min(1).max(1000), weight })).max(LOAD_LIST_MAX),
  size: z.number().int().min(0).max(LOAD_SIZE_MAX),
  accounts: z
    .array(z.strictObject({ user: z.string().min(1).max(1000), password: z.string().max(1000) }))
    .max(LOAD_LIST_MAX),
});
export type LoadRequest = z.infer<typeof loadSchema>;

/** A load as it stands. */
export interface LoadView extends LoadStats {
  /** Counts up from 1 in each window. */
  readonly id: number;
  readonly state: 'running' | 'done' | 'stopped';
  /** Sessions that were asked for. */
  readonly sessions: number;
  /** null: as fast as possible. */
  readonly rate: number | null;
  /** ms since 1970. */
  readonly startedAt: number;
  /** ms that it took so far. */
  readonly ms: number;
  readonly open: number;
  /** Sessions that were not started on time, because too many were open or this process was busy. */
  readonly late: number;
  /** The longest that the lab's own process kept anybody waiting meanwhile, in ms: what is measured is never finer. */
  readonly busyMs: number;
  /** Where the sessions went, the most frequent first; '' for those that reached no upstream. */
  readonly upstreams: readonly { readonly name: string; readonly count: number }[];
  /** Sessions in the journal that are of this load. */
  readonly recorded: number;
  /** The filter of the list that shows them; null while there is none. */
  readonly filter: string | null;
}

export const loadCalls = {
  /** Starts one; the window that has one running is refused. The feed `load` tells how it goes. */
  'load.start': loadSchema,
  /** Ends it: what is open is cut off. */
  'load.stop': z.strictObject({}),
  /** The window's last one, running or over. */
  'load.get': z.strictObject({}),
} as const;

/** What they answer with. */
export interface LoadCallResults {
  'load.start': { readonly load: LoadView };
  'load.stop': { readonly load: LoadView | null };
  'load.get': { readonly load: LoadView | null };
}
