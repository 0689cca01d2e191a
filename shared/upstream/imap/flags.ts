/** Flags of messages (RFC 3501 2.3.2). */
import type { Bytes } from '../../machine/machine.ts';
import type { Scanner } from './scanner.ts';

/** What a client may set; `\Recent` is the server's own. */
export const systemFlags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const;

const canonical: ReadonlyMap<string, string> = new Map(systemFlags.map((flag) => [flag.toLowerCase(), flag]));

/** Reads one flag. */
export function readFlag(scanner: Scanner): string {
  if (!scanner.takes('\\')) return scanner.atom('a flag');
  const word = `\\${scanner.atom('a flag')}`;
  return canonical.get(word.toLowerCase()) ?? scanner.fail(`${word} is no flag that a client may set`);
}

/** Each flag once, however it is spelled. */
export function distinct(flags: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const flag of flags) if (!seen.has(flag.toLowerCase())) seen.set(flag.toLowerCase(), flag);
  return [...seen.values()];
}

/** Whether a message has the flag; keywords have no case. */
export function hasFlag(flags: readonly string[], flag: string): boolean {
  if (flags.includes(flag)) return true;
  if (flag.startsWith('\\') || flags.length === 0) return false;
  const low = flag.toLowerCase();
  return flags.some((one) => one.toLowerCase() === low);
}

/** Whether two messages have the same flags. */
export const sameFlags = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((flag) => hasFlag(other, flag));

/** A keyword as the client was told it, where it was. */
export const spelled = (keywords: readonly string[], flag: string): Bytes =>
  keywords.find((known) => known.toLowerCase() === flag.toLowerCase()) ?? flag;
