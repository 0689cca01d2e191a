/** Mistakes of a user and of the system, in one sentence each. */

/** Something the user can put right: its message is a whole sentence and is shown as it is. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not do that',
  EPERM: 'this user may not do that',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk cannot be written to',
  EADDRINUSE: 'another program is using the port',
  EADDRNOTAVAIL: 'this machine does not have that address',
};

/** The system's code of an error (`ENOENT`); null where there is none. */
export function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** What a system error code means, for the end of a sentence. */
export function meaningOf(code: string): string {
  return meanings[code] ?? `the system says ${code}`;
}

/** A UserError for a file that could not be used: `cannot read FILE: there is no such file.` */
export function fileError(verb: 'read' | 'write', file: string, error: unknown): UserError {
  const reason = meaningOf(codeOf(error) ?? String(error));
  return new UserError(`Cannot ${verb} ${file}: ${reason}.`, { cause: error });
}
