/** Faults of the mail servers that the lab plays: at which stage of a session, what goes wrong, and for whom. */
import type { FaultScope } from '../auth/fault.ts';
import type { Pattern } from '../auth/rule.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';

/** The stages of a session with a played server, in the order in which they are shown. */
export const stages = {
  smtp: ['connect', 'greeting', 'ehlo', 'starttls', 'xclient', 'auth', 'mail', 'rcpt', 'data', 'end', 'quit'],
  imap: [
    'connect',
    'greeting',
    'capability',
    'starttls',
    'login',
    'list',
    'select',
    'fetch',
    'search',
    'store',
    'copy',
    'append',
    'expunge',
    'idle',
    'logout',
  ],
  pop3: ['connect', 'greeting', 'capa', 'stls', 'user', 'pass', 'apop', 'stat', 'list', 'uidl', 'retr', 'dele', 'quit'],
} as const;

/** One of them. HELO counts as `ehlo`, AUTHENTICATE as `login`, TOP as `retr`, EXAMINE as `select` and so on. */
export type Stage = (typeof stages)[Protocol][number];

/** A switch of the upstream that is thrown for as long as the fault is armed. */
export type Switch = 'no-xclient' | 'login-disabled' | 'preauth' | 'proxy-protocol';

/**
 * What goes wrong. At `connect` only refuse, close, reset, silent, delay and switch make sense; at other stages neither
 * refuse nor a switch does.
 */
export type FaultAct =
  /** Answered with this instead: `450 4.2.0 Greylisted`; IMAP and POP3 without the tag: `NO [OVERQUOTA] full`. */
  | { readonly type: 'reply'; readonly text: Bytes }
  /** The answer comes late, in ms. */
  | { readonly type: 'delay'; readonly ms: number }
  /** The answer comes one byte at a time, with so many ms between two. */
  | { readonly type: 'drip'; readonly ms: number }
  /** The connection is closed in order (FIN) instead of an answer, or reset (RST). */
  | { readonly type: 'close' }
  | { readonly type: 'reset' }
  /**
   * Nobody listens any more: the system refuses whoever connects (ECONNREFUSED). A closed port knows no clients and counts
   * nobody, so this one strikes everybody, always.
   */
  | { readonly type: 'refuse' }
  /** No answer ever comes; the connection stays open. */
  | { readonly type: 'silent' }
  | { readonly type: 'switch'; readonly name: Switch };

/** Only these are struck; an empty one means everybody. */
export interface FaultFor {
  /** The address or user of the session so far: the recipient at `rcpt` and behind it, the sender at `mail`, else the user. */
  readonly address?: Pattern;
  /** Address or CIDR of the client: as the PROXY header or XCLIENT gave it, else the other end of the connection. */
  readonly client?: Pattern;
}

/** A fault as a person arms it, or the lab file has it (`upstreams.NAME.faults`). */
export interface UpstreamFault {
  readonly upstream: string;
  readonly protocol: Protocol;
  readonly stage: Stage;
  readonly act: FaultAct;
  /** Counted over the occasions that `only` lets through. */
  readonly scope: FaultScope;
  readonly only: FaultFor;
  /** The preset that it came from, such as `greylisting`. */
  readonly preset?: string;
}

/** One armed fault, and how it fared. */
export interface ArmedUpstreamFault extends UpstreamFault {
  readonly id: number;
  /** It stands in the lab file: clearing it is for this run only. */
  readonly written?: true;
  /** Occasions since it was armed that no earlier fault had struck. */
  readonly met: number;
  /** Those of them that it struck. */
  readonly struck: number;
}
