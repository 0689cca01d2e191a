/** A load: how many sessions, how fast, and what each of them does. The same plan makes the same sessions. */
import type { Bytes } from '../machine/machine.ts';

/** Sessions that one load may have. */
export const LOAD_SESSIONS_MAX = 100_000;
/** Sessions that may be started in a second. */
export const LOAD_RATE_MAX = 5000;
/** Sessions that may be open at once: each takes three sockets of this process. */
export const LOAD_OPEN_MAX = 2000;
/** Recipients, and accounts, that take turns. */
export const LOAD_LIST_MAX = 1000;
/** Bytes of one mail. */
export const LOAD_SIZE_MAX = 1_000_000;

/** One kind of session in the mix: what is done there follows from the listener's protocol. */
export interface LoadPart {
  /** A proxy listener's id. */
  readonly listener: string;
  /** How many of these for how many of the others; at least 1. */
  readonly weight: number;
  /** Asks for STARTTLS or STLS; where the listener is TLS from the first byte, that is done anyway. */
  readonly starttls: boolean;
  /** Logs in before a mail; IMAP and POP3 always do. */
  readonly login: boolean;
  /** What is done with a mailbox after the login. */
  readonly after: 'nothing' | 'count' | 'fetch';
}

/** How the next one of a list is chosen: each in its turn, or by chance as often as the weights say. */
export const loadOrders = ['turn', 'chance'] as const;

export interface LoadPlan {
  readonly sessions: number;
  /** Sessions started in a second, on time whatever the answers take; null: the next as soon as one is over. */
  readonly rate: number | null;
  /** Sessions open at once. One that is due while so many are open waits, and its waiting counts. */
  readonly open: number;
  /** ms that one session may take; then it is given up. */
  readonly patienceMs: number;
  readonly order: (typeof loadOrders)[number];
  readonly seed: number;
  readonly parts: readonly LoadPart[];
  readonly helo: string;
  readonly from: string;
  readonly recipients: readonly { readonly address: string; readonly weight: number }[];
  /** Bytes of each mail, headers and all. */
  readonly size: number;
  readonly accounts: readonly { readonly user: string; readonly password: string }[];
}

/** One session of a load, by its places in the plan's lists. */
export interface LoadJob {
  /** From 0. */
  readonly n: number;
  readonly part: number;
  readonly recipient: number;
  readonly account: number;
}

/** Numbers in [0, 1) that only the seed decides (Steele and Vigna's mix of 32 bits). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Each as often as its weight, evenly spread: the smooth way in which nginx takes its upstreams by turns. */
function byTurns(weights: readonly number[]): () => number {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const due = weights.map(() => 0);
  return () => {
    let best = 0;
    for (const [at, weight] of weights.entries()) {
      due[at] = (due[at] ?? 0) + weight;
      if ((due[at] ?? 0) > (due[best] ?? 0)) best = at;
    }
    due[best] = (due[best] ?? 0) - all;
    return best;
  };
}

function byChance(weights: readonly number[], random: () => number): () => number {
  let sum = 0;
  const ends = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return () => {
    const at = random() * sum;
    return Math.max(
      0,
      ends.findIndex((end) => at < end),
    );
  };
}

/** What the sessions of a plan do, one after the other. `hasMail`: whether this part sends one. */
export function createJobs(plan: LoadPlan, hasMail: (part: number) => boolean): () => LoadJob {
  const random = numbers(plan.seed);
  const chooser = (weights: readonly number[]) =>
    plan.order === 'turn' ? byTurns(weights) : byChance(weights, random);
  const part = chooser(plan.parts.map(({ weight }) => weight));
  const recipient = chooser(plan.recipients.map(({ weight }) => weight));
  const account = chooser(plan.accounts.map(() => 1));
  let n = -1;
  return () => {
    n += 1;
    const chosen = part();
    const mails = hasMail(chosen);
    const logsIn = !mails || plan.parts[chosen]?.login === true;
    return { n, part: chosen, recipient: mails ? recipient() : 0, account: logsIn ? account() : 0 };
  };
}

/** No line of it begins with a dot, so that nothing has to be added on the wire. */
const FILLER = 'The quick brown fox jumps over the lazy dog, and the proxy copies every byte.\r\n';

/** The mail of one session, exactly as many bytes as the plan says unless its headers alone have more. */
export function loadMail(plan: LoadPlan, n: number, from: Bytes, to: Bytes): Bytes {
  const head = `From: <${from}>\r\nTo: <${to}>\r\nSubject: Load ${n + 1} of ${plan.sessions}\r\n\r\n`;
  const room = plan.size - head.length;
  if (room < 3) return head;
  const body = FILLER.repeat(Math.ceil(room / FILLER.length)).slice(0, room - 2);
  // A line break that is cut in two would put a bare carriage return on the wire.
  return `${head}${body.replace(/\r\n?$/, (end) => '.'.repeat(end.length))}\r\n`;
}
