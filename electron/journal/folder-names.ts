/** Names of folders: Unicode, levels separated by `/`. They are never paths of files. */

/** Characters of a name. */
const NAME_MAX = 1000;

/** INBOX is the same in any case (RFC 3501 5.1); so is it as the first level of a longer name. */
export function folderName(given: string): string {
  return given.replace(/^inbox(?=\/|$)/i, 'INBOX');
}

/** A name for a new folder as it is kept; null where it is none. A `/` at the end only says what is planned (6.3.3). */
export function newFolderName(given: string): string | null {
  const name = folderName(given).replace(/\/$/, '');
  const levels = name.split('/');
  const isName = name.length <= NAME_MAX && levels.every((level) => level !== '') && !hasControl(name);
  return isName && !/[*%]/.test(name) && name.isWellFormed() ? name : null;
}

function hasControl(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\x00-\x1f\x7f]/.test(name);
}

/** The names above one, from the top. */
export function namesAbove(name: string): string[] {
  const levels = name.split('/');
  return levels.slice(1).map((_, at) => levels.slice(0, at + 1).join('/'));
}
