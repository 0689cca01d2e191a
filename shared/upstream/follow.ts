/**
 * Follows a played server through a recorded session: its machine is told again what the proxy said to it. What its
 * accounts and its mailbox answered is not in the journal; the reply that followed tells.
 */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';
import { encodeBase64 } from '../wire/base64.ts';
import { answersTo } from './answers.ts';
import type { Mock, MockEvent } from './mock.ts';
import type { Result, Sight, Watched, WatchedMachine } from './watched.ts';

/** A step of a played server in a recorded session, as its state diagram calls it. */
export interface PlayedStep {
  readonly from: string;
  readonly on: string;
  readonly why: string;
  readonly to: string;
}

/** Where a played server stands. */
export interface Followed {
  /** null: the proxy has not connected to it. */
  readonly place: string | null;
  readonly taken: readonly PlayedStep[];
  /** The entry from which on nothing is known of it: lines are missing in the journal. null: nothing is missing. */
  readonly lost: number | null;
}

/** What is followed, and how. */
export interface Trail<S> {
  readonly mock: Mock<S>;
  readonly machine: WatchedMachine<S>;
  readonly sight: Sight<S>;
  name(watched: Watched<S>, event: MockEvent): string;
}

/** Where the server stood once the entry at `position` had happened. */
export function follow<S>(trail: Trail<S>, entries: readonly Entry[], position: number): Followed {
  const follower = new Follower(trail);
  for (const entry of entries.slice(0, position + 1)) follower.read(entry);
  return follower.followed;
}

/** Steps of a search for answers that lead to the reply that was heard. */
const GUESSES_MAX = 400;
/** So many messages are imagined in a mailbox at most. */
const MAILS_MAX = 50;

/** Something that the server read, and whose reply has not been heard yet. */
interface Turn<S> {
  readonly unit: Bytes;
  readonly before: Watched<S>;
  readonly after: Watched<S>;
  /** The status that it says before it asks anybody; null: none. */
  readonly says: Result | null;
  /** How many steps there were before. */
  readonly steps: number;
}

/** Guessed answers, and where they lead. */
interface Guess<S> {
  readonly at: Watched<S>;
  readonly steps: readonly PlayedStep[];
}

/** How a session ends without a word of the upstream's. */
const endings: ReadonlySet<string> = new Set([
  ...['session.proxy-closed', 'session.killed', 'session.stopped', 'session.worker-died', 'session.our-fault'],
  ...['session.done', 'session.idle', 'session.shutdown-timeout'],
]);

class Follower<S> {
  readonly #trail: Trail<S>;
  #taken: PlayedStep[] = [];
  /** null: not connected. */
  #at: Watched<S> | null = null;
  #input: Bytes = '';
  #open: Turn<S>[] = [];
  #mails = 0;
  #isOver = false;
  #lost: number | null = null;

  constructor(trail: Trail<S>) {
    this.#trail = trail;
  }

  get followed(): Followed {
    const place = this.#at === null ? null : this.#isOver ? 'ended' : this.#at.place;
    return { place, taken: this.#taken, lost: this.#lost };
  }

  read(entry: Entry): void {
    const { kind, leg, direction, why, params } = entry;
    if (this.#lost !== null || this.#isOver) return;
    if (why === 'session.truncated') this.#lost = entry.seq;
    else if (endings.has(why) || (kind === 'close' && leg === 'upstream')) this.#isOver = true;
    else if (kind === 'dial') {
      if (direction === 'in' && why.endsWith('.back.connected')) this.#opens();
    } else if (why === 'session.dropped') {
      // The upstream did say it.
      if (leg === 'upstream' && params?.gate !== 'P>U') this.#hear(entry.bytes);
    } else if (kind === 'line' || kind === 'data') this.#passes(entry);
  }

  #passes(entry: Entry): void {
    const { leg, direction, disposition, edited, why } = entry;
    if (why === 'session.proxy-header') return;
    if (leg === 'upstream' && direction === 'in') {
      // What the upstream itself said, whatever a person made of it.
      const said = edited?.was ?? entry.bytes;
      if (entry.kind === 'line' && said !== '') this.#hear(said);
    } else if (leg === 'upstream' ? direction === 'out' : direction === 'in' && disposition === 'passed')
      this.#say(entry);
  }

  #opens(): void {
    this.#at = this.#trail.machine.initial;
    const client = { address: '127.0.0.1', port: 0 };
    this.#step({ type: 'opened', client, nonce: { random: 0, seconds: 0 } }, '');
  }

  /** The proxy says something to the server. */
  #say(entry: Entry): void {
    if (this.#at === null) return;
    const whole = this.#input === '' && entry.kind === 'data' && this.#at.place === 'literal';
    // The journal may keep only the beginning of a literal: what stands in it decides nothing.
    if (whole) this.#tell(entry.bytes);
    else this.#input += filled(entry, this.#at.place, this.#room());
    this.#goOn();
  }

  /** Bytes that the next unit wants to have. */
  #room(): number {
    const { mock } = this.#trail;
    return this.#at?.place === 'literal' ? mock.inputMax(this.#at.state) : 0;
  }

  /** Reads as far as it reads now. */
  #goOn(): void {
    while (this.#at !== null && this.#at.asks === null && this.#at.place !== 'ended') {
      const length = this.#trail.mock.read(this.#at.state, this.#input);
      if (length <= 0) return;
      const unit = this.#input.slice(0, length);
      this.#input = this.#input.slice(length);
      this.#tell(unit);
    }
  }

  #tell(unit: Bytes): void {
    this.#step({ type: 'line', text: unit, now: 0 }, unit);
  }

  #step(event: MockEvent, unit: Bytes): void {
    const before = this.#at;
    if (before === null) return;
    const { state: after, why, says } = this.#trail.machine.step(before, event);
    this.#open.push({ unit, before, after, says, steps: this.#taken.length });
    this.#taken.push({ from: before.place, on: this.#trail.name(before, event), why, to: after.place });
    this.#at = after;
    this.#settle();
  }

  /** What says nothing and asks for nothing waits for no reply. */
  #settle(): void {
    while (this.#open[0] && this.#open[0].says === null && this.#open[0].after.asks === null) this.#open.shift();
  }

  /** The server said a line. */
  #hear(line: Bytes): void {
    const exists = /^\* (\d{1,9}) EXISTS\r?\n?$/i.exec(line)?.[1];
    if (exists !== undefined) this.#mails = Math.min(Number(exists), MAILS_MAX);
    const { status, ends } = this.#trail.sight;
    const heard = status(line);
    const turn = this.#open[0];
    if (heard === null || !turn) return;
    const isGreeting = turn.unit === '';
    if (!isGreeting && !ends(line, turn.says)) return;
    const isExpected = turn.after.asks === null && turn.says === heard;
    if (isGreeting || isExpected) this.#open.shift();
    else this.#decide(turn, heard);
    this.#settle();
    this.#goOn();
  }

  /** It was asked first, or a fault answered: goes on where the reply leads. */
  #decide(turn: Turn<S>, heard: Result): void {
    const rest = this.#open.slice(1);
    const found = turn.after.asks === null ? null : this.#guess(turn, heard);
    this.#open = [];
    this.#taken = this.#taken.slice(0, found ? turn.steps + 1 : turn.steps);
    if (found) {
      this.#taken.push(...found.steps);
      this.#at = found.at;
    } else this.#at = this.#struck(turn);
    this.#input = rest.map(({ unit }) => unit).join('') + this.#input;
  }

  /** Nothing of what was read counts. */
  #struck({ before, unit }: Turn<S>): Watched<S> {
    const { mock, sight } = this.#trail;
    const state = mock.refused?.(before.state, unit) ?? before.state;
    return { place: sight.place(state, null), state, asks: null, path: '' };
  }

  /** The answers to what is asked that lead to a reply with this status. */
  #guess({ after, says }: Turn<S>, heard: Result): Guess<S> | null {
    const { machine, name } = this.#trail;
    let left = GUESSES_MAX;
    const search = (at: Watched<S>, before: Result | null, steps: readonly PlayedStep[]): Guess<S> | null => {
      if (at.asks === null) return before === heard ? { at, steps } : null;
      for (const event of answersTo(at.asks, this.#mails)) {
        left -= 1;
        if (left < 0) return null;
        const next = machine.step(at, event);
        const step = { from: at.place, on: name(at, event), why: next.why, to: next.state.place };
        const found = search(next.state, next.says ?? before, [...steps, step]);
        if (found) return found;
      }
      return null;
    };
    return search(after, says, []);
  }
}

/** Four asterisks stand where a secret stood that was taken out of an exported session. */
const REMOVED = '****';

/** What the server was told; in place of a secret that was taken out, something that fits there. */
function filled({ bytes, size = bytes.length, secret = [], kind }: Entry, place: string, room: number): Bytes {
  // Of a line that is too long the journal keeps the beginning.
  const whole = kind === 'line' && size > bytes.length && !bytes.endsWith('\n') ? `${bytes}\r\n` : bytes;
  const isProof = place === 'sasl' || /^(?:\S+ +AUTHENTICATE|AUTH) /i.test(bytes);
  const inPlace = place === 'literal' ? '*'.repeat(room) : isProof ? encodeBase64(`\0user\0${REMOVED}`) : REMOVED;
  return secret.reduceRight(
    (text, [from, to]) => (text.slice(from, to) === REMOVED ? text.slice(0, from) + inPlace + text.slice(to) : text),
    whole,
  );
}
