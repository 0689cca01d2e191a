/** Levels of mailbox names and the patterns of LIST (RFC 3501 6.3.8). */

const SEPARATOR = '/';

/** The mailbox that is always there; its name has no case (RFC 3501 5.1). */
export const INBOX = 'INBOX';

/** Whether a pattern means the name: `*` stands for anything, `%` for anything within a level. */
export const matches = (pattern: string, name: string): boolean =>
  reaches(pattern, name) || (name === INBOX && reaches(pattern.toUpperCase(), name));

/** All places of the pattern that are possible are followed at once: no pattern makes it go back. */
function reaches(pattern: string, name: string): boolean {
  let places = skipping(pattern, new Set([0]));
  for (const char of name.split('')) {
    const next = new Set<number>();
    for (const at of places) {
      const wanted = pattern[at];
      if (wanted === '*' || (wanted === '%' && char !== SEPARATOR)) next.add(at);
      else if (wanted === char) next.add(at + 1);
    }
    if (next.size === 0) return false;
    places = skipping(pattern, next);
  }
  return places.has(pattern.length);
}

/** A wildcard may also stand for nothing. */
function skipping(pattern: string, places: Set<number>): Set<number> {
  for (const at of places) if (pattern[at] === '*' || pattern[at] === '%') places.add(at + 1);
  return places;
}

/** A line of LIST. */
interface Listed {
  readonly name: string;
  /** Not so for a level of which only children exist. */
  readonly exists: boolean;
  readonly attributes: readonly string[];
}

/** The mailboxes and the levels above them, INBOX first, then by name. */
export function listed(names: readonly string[]): readonly Listed[] {
  const real = new Set(names);
  const parents = new Set<string>();
  for (const name of names)
    for (let end = name.lastIndexOf(SEPARATOR); end > 0; end = name.lastIndexOf(SEPARATOR, end - 1))
      parents.add(name.slice(0, end));
  return [...new Set([...names, ...parents])].sort(inboxFirst).map((name) => ({
    name,
    exists: real.has(name),
    attributes: [...(real.has(name) ? [] : ['\\Noselect']), parents.has(name) ? '\\HasChildren' : '\\HasNoChildren'],
  }));
}

const inboxFirst = (one: string, other: string): number =>
  Number(other === INBOX) - Number(one === INBOX) || (one < other ? -1 : 1);
