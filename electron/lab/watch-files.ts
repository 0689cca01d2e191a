/** Hears of changes of files, however an editor writes them: in place, or beside and moved over. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Editors write in several steps; ms of rest before a change counts. */
const REST_MS = 80;

/** A watch over a set of files, which may be another set after each change. */
export interface FileWatch {
  /** From now on these; a name that ends in a slash means everything in that folder. */
  set(files: readonly string[]): void;
  close(): void;
}

/** The names that matter, by the folder they are in; '' is everything in it. */
function byFolder(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const whole = file.endsWith('/');
    const folder = whole ? resolve(file) : dirname(resolve(file));
    folders.set(folder, (folders.get(folder) ?? new Set<string>()).add(whole ? '' : basename(file)));
  }
  return folders;
}

function watchFolder(folder: string, onChange: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_, name) => onChange(name));
    // A folder that is taken away is no reason to end: its files cannot be read, and that is told.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** `onChange` hears the name of one of the files that changed. Folders are watched: a file that is moved stays watched. */
export function watchFiles(onChange: (file: string) => void): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let wanted: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = (folder: string, name: string | null) => {
    const names = wanted.get(folder);
    // Some systems do not say which file it was.
    if (!names || (name !== null && !names.has(name) && !names.has(''))) return;
    clearTimeout(timer);
    timer = setTimeout(() => onChange(name === null ? folder : resolve(folder, name)), REST_MS);
  };
  const close = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  return {
    set: (files) => {
      wanted = byFolder(files);
      for (const folder of [...watchers.keys()]) if (!wanted.has(folder)) close(folder);
      for (const folder of wanted.keys()) {
        const watcher = watchers.has(folder) ? null : watchFolder(folder, (name) => changed(folder, name));
        if (watcher) watchers.set(folder, watcher);
      }
    },
    close: () => {
      clearTimeout(timer);
      for (const folder of [...watchers.keys()]) close(folder);
    },
  };
}
