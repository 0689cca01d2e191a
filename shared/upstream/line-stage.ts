/** At which stage of a session with the upstream a recorded line stands: the same one can be given another answer. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';
import type { Stage } from './fault.ts';
import { imapStages } from './imap/stages.ts';
import { pop3Stages } from './pop3/commands.ts';

const verbs: Readonly<Record<Protocol, Readonly<Record<string, Stage | null>>>> = {
  smtp: {
    HELO: 'ehlo',
    EHLO: 'ehlo',
    STARTTLS: 'starttls',
    XCLIENT: 'xclient',
    AUTH: 'auth',
    MAIL: 'mail',
    RCPT: 'rcpt',
    DATA: 'data',
    QUIT: 'quit',
  },
  imap: imapStages,
  pop3: pop3Stages,
};

/** What was said to the upstream and is not answered yet; `stage` is null for what has none (NOOP, a continuation). */
interface Asked {
  readonly tag: string;
  readonly stage: Stage | null;
}

function askedBy(protocol: Protocol, line: Bytes): Asked {
  const words = line
    .trim()
    .toUpperCase()
    .split(/[\s:]+/, 3);
  const [tag = '', first = '', second = ''] = protocol === 'imap' ? words : ['', ...words];
  const verb = protocol === 'imap' && first === 'UID' ? second : first;
  return { tag, stage: Object.hasOwn(verbs[protocol], verb) ? (verbs[protocol][verb] ?? null) : null };
}

/** The stage of a command line; null for commands that have none. */
export const stageOfCommand = (protocol: Protocol, line: Bytes): Stage | null => askedBy(protocol, line).stage;

/** Whether an entry went on to the upstream; in the relay one entry stands for both legs. */
const isSaid = ({ leg, direction, disposition }: Entry): boolean =>
  leg === 'upstream' ? direction === 'out' : direction === 'in' && disposition === 'passed';

const isHeard = ({ leg, direction }: Entry): boolean => leg === 'upstream' && direction === 'in';

/** Follows what is asked and answered. */
class Conversation {
  readonly #protocol: Protocol;
  readonly #open: Asked[] = [{ tag: '', stage: 'greeting' }];
  /** The next lines belong to the command that began. */
  #prompted = false;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  said({ kind, bytes }: Entry): Stage | null {
    const latest = this.#open.at(-1)?.stage ?? null;
    if (kind === 'data') {
      if (this.#protocol !== 'smtp') return latest;
      this.#open.push({ tag: '', stage: 'end' });
      return 'end';
    }
    if (this.#prompted) return latest;
    const asked = askedBy(this.#protocol, bytes);
    this.#open.push(asked);
    return asked.stage;
  }

  heard({ kind, bytes }: Entry): Stage | null {
    const first = this.#open[0];
    if (kind === 'data') return this.#latest;
    this.#prompted = this.#protocol === 'smtp' ? bytes.startsWith('334') : bytes.startsWith('+ ');
    if (this.#prompted) return first?.stage ?? null;
    if (this.#protocol === 'imap' && first?.stage !== 'greeting') return this.#tagged(bytes);
    this.#open.shift();
    this.#latest = first?.stage ?? null;
    return this.#latest;
  }

  #latest: Stage | null = null;

  /** IMAP answers in any order; what has no tag belongs to the command that is answered next. */
  #tagged(bytes: Bytes): Stage | null {
    const tag = bytes.split(' ', 1)[0]?.toUpperCase() ?? '';
    const at = tag === '*' ? 0 : this.#open.findIndex((one) => one.tag === tag);
    const asked = this.#open[at];
    if (tag !== '*' && at >= 0) this.#open.splice(at, 1);
    if (asked) this.#latest = asked.stage;
    return asked?.stage ?? null;
  }
}

/**
 * The stage that a line of the upstream's side belongs to: a command's own, a reply's that of what it answers. null where
 * the entry is no such line, or has no stage that a fault could strike.
 */
export function stageOfLine(protocol: Protocol, entries: readonly Entry[], seq: number): Stage | null {
  const conversation = new Conversation(protocol);
  for (const entry of entries) {
    if (entry.kind !== 'line' && entry.kind !== 'data') continue;
    const stage = isSaid(entry) ? conversation.said(entry) : isHeard(entry) ? conversation.heard(entry) : null;
    if (entry.seq === seq) return stage;
    if (entry.seq > seq) return null;
  }
  return null;
}
