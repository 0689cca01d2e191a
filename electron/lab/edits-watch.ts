/** Hears when another program writes the lab's file. */
import { type FSWatcher, realpathSync, unwatchFile, watch, watchFile } from 'node:fs';
import { basename, dirname } from 'node:path';

/** ms of rest: programs write a file in several steps, or put a new one in its place. */
const REST_MS = 100;
/** ms between two looks, where the system cannot tell by itself. */
const LOOK_MS = 1000;

/** Follows one file at a time. */
export interface FileWatch {
  /** From now on this file; null for none. */
  follow(file: string | null): void;
  close(): void;
}

/** The file as named and, where that is a link, the file that it leads to. */
function placesOf(file: string): readonly string[] {
  try {
    return [...new Set([file, realpathSync(file)])];
  } catch {
    return [file];
  }
}

/** `onChange` hears a moment after the file was written, replaced or made anew. */
export function createFileWatch(onChange: () => void): FileWatch {
  let followed: string | null = null;
  let stop: readonly (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const soon = () => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      onChange();
    }, REST_MS);
  };
  const look = (file: string): (() => void) => {
    watchFile(file, { interval: LOOK_MS, persistent: false }, soon);
    return () => unwatchFile(file, soon);
  };
  const begin = (file: string): (() => void) => {
    try {
      // The folder is watched: a file that is put in the place of another is a new one.
      const watcher: FSWatcher = watch(dirname(file), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(file)) soon();
      });
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return look(file);
    }
  };
  const end = () => {
    for (const each of stop) each();
    stop = [];
    if (timer) clearTimeout(timer);
    timer = null;
  };
  return {
    follow: (file) => {
      if (file === followed) return;
      end();
      followed = file;
      stop = file === null ? [] : placesOf(file).map(begin);
    },
    close: end,
  };
}
