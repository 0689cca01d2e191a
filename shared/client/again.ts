/**
 * A recorded session's client, to be played once more: what it said, turn by turn, and which answers it waited for
 * between. Pure; electron/client/again.ts speaks it.
 */
import type { Entry } from '../journal/entry.ts';
import { REMOVED } from '../journal/masking.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';

/** One thing the client sends. */
export interface Line {
  readonly bytes: Bytes;
  /** The server had asked for it: the answer before was a prompt (334, 354, `+`). Without a prompt it makes no sense. */
  readonly prompted: boolean;
  /** Whether the server says something to it: of a message in pieces, only to the last. */
  readonly answered: boolean;
}

/** Lines that went out without waiting between them; then the client waited for `answers` answers. */
export interface Turn {
  readonly lines: readonly Line[];
  readonly answers: number;
  /** The handshake followed: the turn's last line had asked for it. */
  readonly secures: boolean;
}

/** The client's side of a session. */
export interface Again {
  readonly protocol: Protocol;
  /** TLS from the first byte. */
  readonly ssl: boolean;
  /** The client let the server greet it before it said anything. */
  readonly greeted: boolean;
  readonly turns: readonly Turn[];
}

/**
 * Why a session cannot be played again. cut: the journal has not all of it · challenge: its login answered a challenge
 * that is another one each time · removed: its passwords were taken out · dialogue: the client said nothing.
 */
export type NotAgain = 'cut' | 'challenge' | 'removed' | 'dialogue';

const isHeard = ({ leg, direction, kind, disposition, edited }: Entry): boolean =>
  (kind === 'line' || kind === 'data') &&
  ((leg === 'client' && direction === 'out') ||
    (leg === 'upstream' && direction === 'in' && (disposition === 'passed' || edited !== undefined)));

const isSaid = ({ leg, direction, kind, why }: Entry): boolean =>
  leg === 'client' &&
  ((direction === 'in' && (kind === 'line' || kind === 'data')) || why === 'session.dropped') &&
  !why.startsWith('session.proxied');

/** What the client really sent: what a person made of it at a gate is not its doing. */
const sentBy = ({ bytes, edited }: Entry): Bytes => edited?.was ?? bytes;

const prompts: Readonly<Record<Protocol, RegExp>> = { smtp: /^3\d\d/, imap: /^\+/, pop3: /^\+(?!OK)/ };

/** Whether an answer asks for more of the same command. */
export const isPrompt = (protocol: Protocol, answer: Bytes): boolean => prompts[protocol].test(answer);

/** A literal that is sent without being asked for (RFC 7888): nothing answers its announcement. */
const unasked = /\{\d+\+\}\r?\n$/;

function whyNot(entries: readonly Entry[]): NotAgain | null {
  const said = entries.filter(isSaid);
  if (said.length === 0) return 'dialogue';
  const truncated = entries.some(({ why }) => why === 'session.truncated');
  if (truncated || said.some(({ bytes, size }) => (size ?? bytes.length) > bytes.length)) return 'cut';
  const removed = ({ bytes, secret }: Entry) => secret?.some(([from, to]) => bytes.slice(from, to) === REMOVED);
  if (said.some((entry) => removed(entry) === true)) return 'removed';
  const challenge = /^(AUTH\s+CRAM-MD5|APOP\s|\S+\s+AUTHENTICATE\s+CRAM-MD5)/i;
  return said.some((entry) => challenge.test(sentBy(entry))) ? 'challenge' : null;
}

/** The plan of a session, or why there is none. */
export function planAgain(protocol: Protocol, entries: readonly Entry[]): Again | { readonly problem: NotAgain } {
  const problem = whyNot(entries);
  if (problem !== null) return { problem };
  const plan = new Plan(protocol);
  for (const entry of entries) plan.take(entry);
  return plan.done();
}

class Plan {
  readonly #protocol: Protocol;
  #ssl = false;
  #greeted = false;
  #prompted = false;
  #turns: { lines: Line[]; heard: number; secures: boolean }[] = [];

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  take(entry: Entry): void {
    if (entry.kind === 'tls' && entry.leg === 'client') this.#secured(entry);
    else if (isHeard(entry)) this.#heard(entry);
    else if (isSaid(entry)) this.#said(sentBy(entry));
  }

  #secured({ params }: Entry): void {
    const last = this.#turns.at(-1);
    if (params?.mode === 'ssl' || last === undefined) this.#ssl = true;
    else last.secures = true;
    this.#prompted = false;
  }

  #heard({ bytes, kind }: Entry): void {
    const last = this.#turns.at(-1);
    if (last === undefined) this.#greeted = true;
    else last.heard += 1;
    // News that nobody asked for leaves a prompt standing (RFC 2177: IDLE).
    if (kind === 'data' || (this.#protocol === 'imap' && bytes.startsWith('* '))) return;
    this.#prompted = isPrompt(this.#protocol, bytes);
  }

  #said(bytes: Bytes): void {
    if (bytes === '') return;
    const last = this.#turns.at(-1);
    const line = {
      ...{ bytes, prompted: this.#prompted },
      answered: bytes.endsWith('\n') && !(this.#protocol === 'imap' && unasked.test(bytes)),
    };
    if (last === undefined || last.heard > 0) this.#turns.push({ lines: [line], heard: 0, secures: false });
    else last.lines.push(line);
  }

  done(): Again {
    const turns = this.#turns.map(({ lines, heard, secures }): Turn => {
      const asked = lines.filter(({ answered }) => answered).length;
      return { lines, secures, answers: Math.min(asked, heard) };
    });
    return { protocol: this.#protocol, ssl: this.#ssl, greeted: this.#greeted, turns };
  }
}
