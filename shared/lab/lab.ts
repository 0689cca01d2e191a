/** A lab as its file describes it (`NAME.lab.yaml`), read and checked. */
import type { Account, Never, Rule, Then, UpstreamAddresses } from '../auth/rule.ts';
import type { UpstreamFault } from '../upstream/fault.ts';
import type { Play } from '../upstream/play.ts';
import type { LabTest } from './tests.ts';

/** The lab's own auth service. */
export interface LabAuth {
  /** `HOST:PORT` of the real HTTP server. */
  readonly listen: string;
  /** `in-process` decides without a socket; `http` makes the proxy really connect, as nginx would. */
  readonly transport: 'in-process' | 'http';
  readonly rules: readonly Rule[];
  readonly otherwise: Then;
}

/** A mail server: played by the lab, or the user's own when external. */
export interface Upstream extends UpstreamAddresses {
  readonly name: string;
  readonly external: boolean;
  /** How it is played, where the file says so; else as `plainPlay`. */
  readonly play?: Play;
  /** Faults that are armed from the start, in the order of the file. */
  readonly faults?: readonly UpstreamFault[];
}

/** The checked content of a lab file. */
export interface Lab {
  readonly name: string;
  /** The configuration's text, and where it came from: `line` is the lab-file line its first line stands on. */
  readonly proxy: { readonly text: string; readonly file: string | null; readonly line: number };
  readonly auth: LabAuth | null;
  readonly accounts: readonly Account[];
  readonly upstreams: readonly Upstream[];
  /** Promises: lookups that may never be sent to some place. */
  readonly never: readonly Never[];
  readonly tests: readonly LabTest[];
}
