/** `--json`: finished sessions on standard output. */
import process from 'node:process';
import type { SessionSummary } from '../../shared/journal/entry.ts';

/** One finished session as one line; these fields and no others. */
function sessionLine(summary: SessionSummary): string {
  const { id, protocol, listener, client, user, from, to, rule, upstream, outcome, reply } = summary;
  const { authCalls, bytesIn, bytesOut, ms, error } = summary;
  const who = { id, protocol, listener, client, user, from, to };
  const what = { rule, upstream, outcome, reply, authCalls, bytesIn, bytesOut, ms, error };
  return `${JSON.stringify({ ...who, ...what })}\n`;
}

/** Prints sessions. */
export interface Printer {
  print(summary: SessionSummary): void;
  /** Writes what waits. */
  flush(): void;
}

/** Gathers lines, so that a thousand sessions a second are not a thousand writes. */
export function createPrinter(): Printer {
  let lines = '';
  const flush = () => {
    if (lines !== '') process.stdout.write(lines);
    lines = '';
  };
  const print = (summary: SessionSummary) => {
    if (lines === '') setImmediate(flush);
    lines += sessionLine(summary);
  };
  return { print, flush };
}
