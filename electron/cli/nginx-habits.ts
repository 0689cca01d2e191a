/** What the fingers of somebody who knows nginx type: taken where it means the same, answered with a sentence elsewhere. */
import { type Command, Option } from 'commander';

/** nginx's own options, as they are typed. */
export interface NginxOptions {
  readonly c?: string;
  readonly g?: string;
  readonly e?: string;
  readonly s?: string;
  readonly t?: boolean;
  readonly T?: boolean;
  readonly q?: boolean;
}

/** Adds nginx's options without showing them. */
export function nginxOptions(command: Command): Command {
  for (const flags of ['-c <FILE>', '-g <DIRECTIVES>', '-e <FILE>', '-s <SIGNAL>', '-t', '-T', '-q'])
    command.addOption(new Option(flags).hideHelp());
  return command;
}

const signals: Readonly<Record<string, string>> = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' };

/** What is wrong with the options, as one sentence; null when nothing is. */
export function refused({ g, e, s, t, T, q }: NginxOptions): string | null {
  if (t || T) return 'run does not test a file: use mail-lab check FILE';
  if (s !== undefined) {
    const signal = signals[s] ?? 'HUP, QUIT, TERM or USR1';
    return `run signals no other process: use kill -s ${signal} PID, with the number that "pid FILE;" of an nginx.conf keeps`;
  }
  if (e !== undefined) return 'the error log is the error_log of the file: write it there';
  // The lab never is a daemon: this, which containers are full of, changes nothing.
  if (g !== undefined && !/^\s*daemon\s+off\s*;\s*$/.test(g)) return 'write the directives of -g into the file';
  return q ? 'run has no -q: what it says on standard output can go to /dev/null' : null;
}
