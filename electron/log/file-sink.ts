/** A log file: appended to, in batches of one turn. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errnoText } from '../../shared/nginx/log-errno.ts';
import { onceOnly, type Sink } from './sink.ts';

/** A pipe whose reader does not keep up is tried again after so many ms. */
const AGAIN_MS = 100;

/** What waits for a disk that does not keep up; what comes beyond is lost, as it would be with a full disk. */
const WAITING_MAX = 16_777_216;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** nginx's words where a file cannot be opened. */
const openError = (path: string, error: unknown): string => `open() "${path}" failed (${errnoText(codeOf(error))})`;

// A named pipe that nobody reads must not keep the program from ending. Windows has no such flag, and no such pipes.
const { O_APPEND, O_CREAT, O_NONBLOCK = 0, O_WRONLY } = constants;

// nginx creates its logs readable for all.
const openFile = (path: string): Promise<FileHandle> => open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o644);

/** The open file, or nginx's words. */
export async function openFileSink(
  path: string,
  say: (sentence: string) => void,
): Promise<{ readonly sink: Sink } | { readonly error: string }> {
  try {
    return { sink: fileSink(path, await openFile(path), say) };
  } catch (error) {
    return { error: openError(path, error) };
  }
}

/** What a log needs of its file. */
interface Appendable {
  write(bytes: Buffer, offset: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** A log in a file that is open. */
export function fileSink(path: string, first: Appendable, say: (sentence: string) => void): Sink {
  const complain = onceOnly(say);
  let file = first;
  let waiting = '';
  /** Writes follow one another, and a file that is opened anew has its place among them. */
  let last: Promise<void> = Promise.resolve();
  let scheduled = false;
  let closed = false;

  const flush = async (): Promise<void> => {
    const lines = Buffer.from(waiting, 'latin1');
    waiting = '';
    let at = 0;
    try {
      while (at < lines.length) at += (await file.write(lines, at)).bytesWritten;
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') {
        waiting = lines.toString('latin1', at) + waiting;
        if (!closed) setTimeout(schedule, AGAIN_MS).unref();
        return;
      }
      complain(`write() to "${path}" failed (${errnoText(codeOf(error))}); the lab runs on, and tries every line`);
    }
  };
  const queue = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work);
    return last;
  };
  const schedule = (): void => {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (!closed) void queue(flush);
    });
  };
  const renew = async (): Promise<void> => {
    await flush();
    try {
      const next = await openFile(path);
      const before = file;
      file = next;
      await before.close();
    } catch (error) {
      complain(`${openError(path, error)}; the lab goes on writing to the file it has`);
    }
  };
  return {
    write: (line) => {
      if (waiting.length > WAITING_MAX) {
        complain(`The disk does not keep up with "${path}": lines of the log are lost.`);
        return;
      }
      waiting += `${line}\n`;
      schedule();
    },
    reopen: () => queue(renew),
    close: () => {
      closed = true;
      return queue(async () => {
        await flush();
        await file.close();
      });
    },
  };
}
