/**
 * A recorded session's client, to be played once more: what it said, turn by turn, and which answers it waited for
 * between. Pure; electron/client/again.ts speaks it.
 */
import type { Entry } from '../journal/entry.ts';
import { REMOVED } from '../journal/masking.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';
import { decodeBase64 } from '../wire/base64.ts';

/** A login by the answer to a challenge: the next challenge is another one, and so is the answer (RFC 2195, RFC 1939 7). */
export interface Login {
  readonly how: 'cram-md5' | 'apop';
  readonly user: Bytes;
  /** What the client answered, and to what: it tells whether a password is the one it had. */
  readonly digest: Bytes;
  readonly challenge: Bytes;
}

/** The challenge in an answer of the server: of a greeting for APOP, else of a prompt. null: there is none. */
export function challengeIn(how: Login['how'], answer: Bytes): Bytes | null {
  if (how === 'apop') return /<[^<>\s]+>/.exec(answer)?.[0] ?? null;
  return decoded(/^(?:334|\+) +(\S+)/.exec(answer)?.[1] ?? '');
}

const decoded = (base64: Bytes): Bytes | null => (base64 === '' ? null : (decodeBase64(base64) ?? null));

/** One thing the client sends. */
export interface Line {
  readonly bytes: Bytes;
  /** The server had asked for it: the answer before was a prompt (334, 354, `+`). Without a prompt it makes no sense. */
  readonly prompted: boolean;
  /** Whether the server says something to it: of a message in pieces, only to the last. */
  readonly answered: boolean;
  /** It proves a password, and has to be worked out anew. */
  readonly login?: Login;
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
 * Why a session cannot be played again. cut: the journal has not all of it · removed: its passwords were taken out ·
 * dialogue: the client said nothing.
 */
export type NotAgain = 'cut' | 'removed' | 'dialogue';

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
  return said.some((entry) => removed(entry) === true) ? 'removed' : null;
}

/** The plan of a session, or why there is none. */
export function planAgain(protocol: Protocol, entries: readonly Entry[]): Again | { readonly problem: NotAgain } {
  const problem = whyNot(entries);
  if (problem !== null) return { problem };
  const plan = new Plan(protocol);
  for (const entry of entries) plan.take(entry);
  return plan.done();
}

/** A command that is answered with a challenge. */
const asksForChallenge: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^AUTH\s+CRAM-MD5\s*$/i,
  imap: /^\S+\s+AUTHENTICATE\s+CRAM-MD5\s*$/i,
  pop3: /^AUTH\s+CRAM-MD5\s*$/i,
};

/** `APOP NAME DIGEST`; the other answer is the same in base64, without its command. */
const apop = /^APOP +(\S+) +([0-9a-f]{32})\s*$/i;

function loginBy(how: Login['how'], words: RegExpExecArray | null, answer: Bytes): Login | undefined {
  const challenge = challengeIn(how, answer);
  const [, user, digest] = words ?? [];
  return user === undefined || digest === undefined || challenge === null
    ? undefined
    : { how, user, digest, challenge };
}

class Plan {
  readonly #protocol: Protocol;
  #ssl = false;
  #greeted = false;
  #prompted = false;
  /** The greeting, and what was heard last. */
  #greeting: Bytes = '';
  #latest: Bytes = '';
  #challenged = false;
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
    if (last === undefined) {
      this.#greeted = true;
      this.#greeting ||= bytes;
    } else last.heard += 1;
    this.#latest = bytes;
    // News that nobody asked for leaves a prompt standing (RFC 2177: IDLE).
    if (kind === 'data' || (this.#protocol === 'imap' && bytes.startsWith('* '))) return;
    this.#prompted = isPrompt(this.#protocol, bytes);
  }

  #said(bytes: Bytes): void {
    if (bytes === '') return;
    const last = this.#turns.at(-1);
    const login = this.#login(bytes);
    const line = {
      ...{ bytes, prompted: this.#prompted, ...(login && { login }) },
      answered: bytes.endsWith('\n') && !(this.#protocol === 'imap' && unasked.test(bytes)),
    };
    if (last === undefined || last.heard > 0) this.#turns.push({ lines: [line], heard: 0, secures: false });
    else last.lines.push(line);
  }

  #login(bytes: Bytes): Login | undefined {
    const wasChallenged = this.#challenged && this.#prompted;
    this.#challenged = asksForChallenge[this.#protocol].test(bytes);
    if (wasChallenged) {
      const words = /^(.*) ([0-9a-f]{32})$/is.exec(decoded(bytes.trim()) ?? '');
      return loginBy('cram-md5', words, this.#latest);
    }
    return this.#protocol === 'pop3' ? loginBy('apop', apop.exec(bytes), this.#greeting) : undefined;
  }

  done(): Again {
    const turns = this.#turns.map(({ lines, heard, secures }): Turn => {
      const asked = lines.filter(({ answered }) => answered).length;
      return { lines, secures, answers: Math.min(asked, heard) };
    });
    return { protocol: this.#protocol, ssl: this.#ssl, greeted: this.#greeted, turns };
  }
}
