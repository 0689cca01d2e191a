/** Errors in OpenSSL's words, as nginx logs them behind `SSL:`. */

/**
 * Node's messages are OpenSSL's own, with the C function, the source file and the line between; nginx, like OpenSSL 3,
 * tells number, library and reason, then what OpenSSL adds: `error:0A00010B:SSL routines::wrong version number`.
 */
export function opensslWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const found = /error:([0-9A-F]{6,8}):([^:]*):[^:]*:([^:\n]*)(?::[^:\n]*:\d+:([^\n]*))?/i.exec(message);
  if (!found) return message.trim();
  const [, code = '', library = '', reason = '', more = ''] = found;
  return `error:${code}:${library}::${reason}${more === '' ? '' : `:${more}`}`;
}

/** An error of the system's, as nginx writes one when OpenSSL opens a file. */
export function fileWords(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [number, text] = systemErrors[code] ?? [0, code === '' ? String(error) : code];
  const shown = number.toString(16).padStart(6, '0').toUpperCase();
  const bio =
    code === 'ENOENT' ? 'error:10000080:BIO routines::no such file' : 'error:10080002:BIO routines::system lib';
  return `error:80${shown}:system library::${text}:calling fopen(${path}, r) ${bio}`;
}

/** `errno` and its text, for what nginx opens itself: `(2: No such file or directory)`. */
export function systemWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [number, text] = systemErrors[code] ?? [0, code === '' ? String(error) : code];
  return `(${number}: ${text})`;
}

/** Linux' numbers and words of what can happen to a file. */
const systemErrors: Readonly<Record<string, readonly [number, string]>> = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  EIO: [5, 'Input/output error'],
  EACCES: [13, 'Permission denied'],
  ENOTDIR: [20, 'Not a directory'],
  EISDIR: [21, 'Is a directory'],
  EMFILE: [24, 'Too many open files'],
  ENAMETOOLONG: [36, 'File name too long'],
  ELOOP: [40, 'Too many levels of symbolic links'],
};
