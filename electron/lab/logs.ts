/** The logs that a lab's configuration names: kept by a headless lab alone. */
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Problem } from '../../shared/lab/problem.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';
import type { Recorder } from '../engine/ports.ts';
import { createLog, type Log } from '../log/log.ts';
import { joinAddress } from './address.ts';
import type { Consent } from './boundary.ts';
import { isAllowed } from './consent.ts';
import { isNginxConf, type Plan, type Source } from './plan.ts';

/** The logs of a lab; without permission to keep any, nothing is written. */
export interface LabLogs extends Pick<Log, 'watch' | 'process' | 'reopen' | 'close'> {
  /** Brings the logs in line with a plan; with a problem nothing changes. */
  open(plan: Plan, source: Source): Promise<readonly Problem[]>;
}

/** What the logs of a lab depend on. */
export interface LabLogsOptions {
  /** Hears of logs that cannot be kept; null: none is to be kept. */
  readonly say: ((sentence: string) => void) | null;
  readonly consent: Consent;
  /** Relative names are looked up here. */
  readonly prefix: string;
}

const HINT = 'a log is kept where its folder exists and may be written to: make it, or name another file in error_log';

const none: LabLogs = {
  open: async () => [],
  watch: (recorder: Recorder) => recorder,
  process: () => undefined,
  reopen: async () => undefined,
  close: async () => undefined,
};

/** Relative names of a file begin in its own folder. */
export const prefixOf = (prefix: string | null, file: string | null): string =>
  prefix ?? (file === null ? process.cwd() : dirname(file));

/** Opens nothing yet. */
export function createLabLogs({ say, consent, prefix }: LabLogsOptions): LabLogs {
  if (!say) return none;
  const { open, close, ...log } = createLog({
    prefix,
    hostname: hostname().toLowerCase(),
    mayReach: (host, port) => !isOffBox(host) || isAllowed(consent, joinAddress({ host, port })),
    say,
  });
  return {
    ...log,
    close: () => {
      log.process('notice', 'exit');
      return close();
    },
    open: async ({ conf, name }, source) => {
      const file = isNginxConf(source) ? name : 'lab';
      const problems = await open(conf);
      return problems.map(({ log: { sink }, message }) => ({
        severity: 'error',
        message,
        file,
        line: lineOf(source.text, sink),
        column: 1,
        hint: HINT,
      }));
    },
  };
}

/** Where a log is named; nginx does not say. */
function lineOf(text: string, sink: string): number {
  const at = text.split('\n').findIndex((line) => line.includes('error_log') && line.includes(sink));
  return Math.max(at, 0) + 1;
}
