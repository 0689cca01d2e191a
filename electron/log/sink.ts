/** Where log lines go. Writing only queues; a session never waits for a log. */
import type { Bytes } from '../../shared/machine/machine.ts';
import type { LogLevel } from '../../shared/nginx/log-levels.ts';

/** One open log. */
export interface Sink {
  /** A whole line without its end. */
  write(line: Bytes, level: LogLevel, at: Date): void;
  /** USR1: a file is opened anew under its name, which another program may have moved away. */
  reopen(): Promise<void>;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** Tells the user of a sink that fails: once, however many lines follow. */
export function onceOnly(say: (sentence: string) => void): (sentence: string) => void {
  let said = false;
  return (sentence) => {
    if (said) return;
    said = true;
    say(sentence);
  };
}
