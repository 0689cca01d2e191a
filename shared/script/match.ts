/** Whether what came is what a script wants, and what a script takes from it. */
import { textMatcher } from '../auth/match.ts';
import type { Bytes } from '../machine/machine.ts';
import { decodeUtf8 } from '../wire/address.ts';
import { filledIn, regexOf, type Variables } from './script.ts';

/** Holds a pattern against a line. Named groups of a regular expression are noted in `variables` where it matches. */
export function lineMatches(pattern: string, line: Bytes, variables: Map<string, string>): boolean {
  const text = decodeUtf8(line);
  const regex = regexOf(pattern);
  if (regex === null) return textMatcher(asGlob(pattern, variables), false).matches(text);
  const matcher = regex.matcher(text);
  if (!matcher.find()) return false;
  for (const name of Object.keys(regex.namedGroups())) variables.set(name.toLowerCase(), matcher.group(name) ?? '');
  return true;
}

/** What a variable holds may begin like a regular expression, and is none. */
function asGlob(pattern: string, variables: Variables): string {
  const filled = filledIn(pattern, variables);
  return filled.startsWith('/') ? `?${filled.slice(1)}` : filled;
}
