/** What was typed before, for ↑ and ↓, as a terminal keeps it: per protocol, over connections and restarts. */
import { create } from 'zustand';
import type { Protocol } from '../../shared/machine/machine.ts';

export interface Past {
  /** Oldest first. */
  readonly lines: readonly string[];
  /** Where ↑ has gone; `lines.length` is the line being typed. */
  readonly at: number;
  /** The line being typed when ↑ was pressed first. */
  readonly draft: string;
}

export const noPast: Past = { lines: [], at: 0, draft: '' };

const LINES_MAX = 200;

/** Remembers a sent line; the same one twice in a row is kept once. */
export function remember(past: Past, line: string): Past {
  const lines = line === '' || past.lines.at(-1) === line ? past.lines : [...past.lines, line].slice(-LINES_MAX);
  return { lines, at: lines.length, draft: '' };
}

/** One line back (-1) or forth (1); `typed` is what stands in the field now. null when there is none. */
export function recall(past: Past, by: 1 | -1, typed: string): { past: Past; line: string } | null {
  const at = past.at + by;
  if (at < 0 || at > past.lines.length) return null;
  const draft = past.at === past.lines.length ? typed : past.draft;
  return { past: { ...past, at, draft }, line: past.lines[at] ?? draft };
}

const secrets: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^\s*AUTH\s+\S+\s+\S/i,
  imap: /^\s*\S+\s+(LOGIN|AUTHENTICATE)\b/i,
  pop3: /^\s*(PASS|APOP|AUTH)\b/i,
};

/** Whether a line may hold a password: such ones are kept in the window alone. `before`: what the server said last. */
export function isSecret(line: string, protocol: Protocol, before: string): boolean {
  return (
    secrets[protocol].test(line) ||
    (protocol === 'smtp' ? before.startsWith('334') : before.startsWith('+ ') || before === '+')
  );
}

/** The part of `localStorage` that is used. */
type Store = Pick<Storage, 'getItem' | 'setItem'>;

const key = (protocol: Protocol): string => `mail-lab.telnet.${protocol}`;

/** What was kept; anything unreadable is nothing. */
export function readPast(storage: Store, protocol: Protocol): Past {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key(protocol)) ?? '[]');
    const lines = Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(-LINES_MAX) : [];
    return { lines, at: lines.length, draft: '' };
  } catch {
    return noPast;
  }
}

/** Keeps one more line for the next start. */
export function keepLine(storage: Store, protocol: Protocol, line: string): void {
  try {
    storage.setItem(key(protocol), JSON.stringify(remember(readPast(storage, protocol), line).lines));
  } catch {
    // A full or forbidden storage forgets them when the window closes, which harms nothing else.
  }
}

interface Pasts {
  readonly pasts: Partial<Readonly<Record<Protocol, Past>>>;
  /** What ↑ finds. */
  past(protocol: Protocol): Past;
  move(protocol: Protocol, past: Past): void;
  /** Remembers a line that was sent; a secret one only until the window closes. */
  sent(protocol: Protocol, line: string, secret: boolean): void;
}

export const usePasts = create<Pasts>()((set, get) => ({
  pasts: {},
  past: (protocol) => get().pasts[protocol] ?? readPast(localStorage, protocol),
  move: (protocol, past) => set(({ pasts }) => ({ pasts: { ...pasts, [protocol]: past } })),
  sent: (protocol, line, secret) => {
    get().move(protocol, remember(get().past(protocol), line));
    if (!secret && line !== '') keepLine(localStorage, protocol, line);
  },
}));
