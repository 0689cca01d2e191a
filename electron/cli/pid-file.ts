/** The file in which nginx keeps the number of its first process, for scripts that send it signals. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { codeOf, meaningOf } from '../lab/user-error.ts';
import { complain } from './output.ts';

/** The `pid` of the configuration in force. */
export interface PidFile {
  /** The configuration names this path now; null: none. What cannot be written is told, and no reason to stop. */
  change(path: string | null): void;
}

/** The process that a file names, if it is another one and runs. */
function otherIn(path: string): number | null {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(path, 'latin1'), 10);
  } catch {
    return null;
  }
  if (!(pid > 0) || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else may not be signalled, but it runs.
    return codeOf(error) === 'EPERM' ? pid : null;
  }
  return pid;
}

/** Whether the number of this process stands in the file now. */
function write(path: string): boolean {
  const other = otherIn(path);
  if (other !== null) {
    complain(
      `${path} is left alone: it names process ${other}, which is running; stop that one, or change pid in the file`,
    );
    return false;
  }
  try {
    writeFileSync(path, `${process.pid}\n`);
    return true;
  } catch (error) {
    const why = meaningOf(codeOf(error) ?? String(error));
    complain(`${path} was not written: ${why}; the lab runs without it`);
    return false;
  }
}

function remove(path: string): void {
  try {
    if (Number.parseInt(readFileSync(path, 'latin1'), 10) === process.pid) rmSync(path);
  } catch {
    // Somebody else took it away.
  }
}

/** No file yet. */
export function createPidFile(): PidFile {
  let current: string | null = null;
  return {
    change: (path) => {
      if (path === current) return;
      const before = current;
      current = path !== null && write(path) ? path : null;
      if (before !== null) remove(before);
    },
  };
}
