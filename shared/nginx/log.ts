/**
 * What nginx would write into its log about a session, made of the session's journal alone, so that the window, a
 * recording and the log file agree (reference, section 8; nginx 1.31.5).
 */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';
import { backRules } from './log-back.ts';
import { frontRules } from './log-front.ts';
import { context, hear, type Known, learn, nothingKnown, teachers } from './log-known.ts';
import { type LogLevel, takes } from './log-levels.ts';
import type { Rule, Words } from './log-rule.ts';

/** One line, without what does not come from the session: date, process and connection number. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: Bytes;
  /** The entry that it belongs to. */
  readonly seq: number;
}

const byWhy: ReadonlyMap<string, Rule> = new Map(
  [...frontRules, ...backRules].flatMap((rule) => rule.whys.map((why) => [why, rule] as const)),
);

/** Reasons that can bring a line, with the most severe level it may have; the tests hold them against the reasons. */
export const loggedReasons: ReadonlyMap<string, LogLevel> = new Map([...byWhy].map(([why, { level }]) => [why, level]));

/** What a reason means to a log; undefined where it means nothing, which is what most entries are. */
interface Meaning {
  readonly teaches: boolean;
  readonly rule: Rule | undefined;
}

// Worked out once per level: this is looked up for every entry of every session.
const tables = new Map<LogLevel, ReadonlyMap<string, Meaning>>();

function tableOf(level: LogLevel): ReadonlyMap<string, Meaning> {
  const known = tables.get(level);
  if (known) return known;
  const heard = [...byWhy].filter(([, rule]) => takes(level, rule.level));
  const table = new Map<string, Meaning>([
    ...teachers.map((why) => [why, { teaches: true, rule: undefined }] as const),
    ...heard.map(([why, rule]) => [why, { teaches: teachers.includes(why), rule }] as const),
  ]);
  tables.set(level, table);
  return table;
}

/** The log of one session. Feed it every entry in order. */
export class SessionLog {
  readonly #level: LogLevel;
  readonly #table: ReadonlyMap<string, Meaning>;
  readonly #quotes: boolean;
  readonly #known: Known = nothingKnown();

  /** Lines beyond `level` are not made. */
  constructor(level: LogLevel = 'debug') {
    this.#level = level;
    this.#table = tableOf(level);
    this.#quotes = takes(level, 'info');
  }

  /** The line of one entry; most have none. */
  line(entry: Entry): LogLine | null {
    const meaning = this.#table.get(entry.why);
    if (entry.state !== undefined || meaning?.teaches === true) learn(this.#known, entry);
    if (this.#quotes) hear(this.#known, entry);
    const words = meaning?.rule?.tell(this.#known, entry) ?? null;
    if (words === null || !takes(this.#level, words.level)) return null;
    return { level: words.level, text: this.#line(words), seq: entry.seq };
  }

  #line({ message, doing, bare }: Words): Bytes {
    if (bare) return message;
    return `${message}${doing === null ? '' : ` while ${doing}`}${context(this.#known)}`;
  }
}

/** Everything that nginx would have logged about a session at `level`. */
export function sessionLog(entries: readonly Entry[], level: LogLevel = 'debug'): readonly LogLine[] {
  const log = new SessionLog(level);
  return entries.flatMap((entry) => log.line(entry) ?? []);
}
