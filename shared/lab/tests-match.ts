/** How a test's text for a reply is held against one. */
import { textMatcher } from '../auth/match.ts';

/**
 * `550` is the code; anything else a pattern (text, glob, /regex/), without regard to case, for one of `texts`: mostly
 * the whole reply, and its text alone.
 */
export function matchesText(expected: string | number, code: string, texts: readonly string[]): boolean {
  if (/^\d{3}$/.test(String(expected))) return code.startsWith(String(expected));
  const matcher = textMatcher(String(expected), true);
  return texts.some((text) => matcher.matches(text.toLowerCase()));
}
