/** Faults that are armed together under one name: what mail servers do to people, per protocol. */
import type { FaultScope } from '../auth/fault.ts';
import type { Protocol } from '../machine/machine.ts';
import type { FaultAct, Stage, Switch, UpstreamFault } from './fault.ts';

/** One fault of a preset. */
interface Part {
  readonly stage: Stage;
  readonly act: FaultAct;
  readonly scope: FaultScope;
}

/** A preset, and what it arms for each protocol that has it. */
export interface Preset {
  readonly name: string;
  readonly parts: Partial<Readonly<Record<Protocol, readonly Part[]>>>;
}

const always: FaultScope = { type: 'always' };

const part = (stage: Stage, act: FaultAct, scope: FaultScope = always): Part => ({ stage, act, scope });
const reply = (stage: Stage, text: string, scope: FaultScope = always): Part =>
  part(stage, { type: 'reply', text }, scope);
const thrown = (name: Switch): readonly Part[] => [part('connect', { type: 'switch', name })];
const late = (stage: Stage): Part => part(stage, { type: 'delay', ms: 3000 });
const refused = part('connect', { type: 'refuse' });

/** All of them, in the order in which they are offered. */
export const presets: readonly Preset[] = [
  // RFC 6647: the first attempt is put off, the next is let in.
  {
    name: 'greylisting',
    parts: { smtp: [reply('rcpt', '450 4.2.0 Greylisted, try again later', { type: 'next', times: 1 })] },
  },
  {
    name: 'mailbox-full',
    parts: {
      smtp: [reply('rcpt', '452 4.2.2 Mailbox full')],
      imap: [reply('append', 'NO [OVERQUOTA] Mailbox is full'), reply('copy', 'NO [OVERQUOTA] Mailbox is full')],
    },
  },
  { name: 'no-such-user', parts: { smtp: [reply('rcpt', '550 5.1.1 User unknown')] } },
  { name: 'spam', parts: { smtp: [reply('end', '554 5.7.1 Message refused: it looks like spam')] } },
  { name: 'down', parts: { smtp: [refused], imap: [refused], pop3: [refused] } },
  {
    name: 'busy',
    parts: {
      smtp: [reply('greeting', '421 4.3.2 Too many connections, try again later')],
      imap: [reply('greeting', 'BYE Too many connections, try again later')],
      pop3: [reply('greeting', '-ERR [SYS/TEMP] Too many connections, try again later')],
    },
  },
  {
    name: 'hung',
    parts: {
      smtp: [part('greeting', { type: 'silent' })],
      imap: [part('greeting', { type: 'silent' })],
      pop3: [part('greeting', { type: 'silent' })],
    },
  },
  {
    name: 'slow',
    parts: {
      smtp: [late('greeting'), late('rcpt'), late('end')],
      imap: [late('greeting'), late('login'), late('select'), late('fetch')],
      pop3: [late('greeting'), late('pass'), late('retr')],
    },
  },
  // Pitfall of everyone who trusts a 354: the message may have been kept or not.
  { name: 'lost-answer', parts: { smtp: [part('end', { type: 'close' })] } },
  {
    name: 'auth-down',
    parts: {
      smtp: [reply('auth', '454 4.7.0 Temporary authentication failure')],
      imap: [reply('login', 'NO [UNAVAILABLE] Temporary authentication failure')],
      pop3: [reply('pass', '-ERR [SYS/TEMP] Temporary authentication failure')],
    },
  },
  { name: 'no-xclient', parts: { smtp: thrown('no-xclient') } },
  { name: 'login-disabled', parts: { imap: thrown('login-disabled') } },
  { name: 'preauth', parts: { imap: thrown('preauth') } },
  {
    name: 'proxy-protocol',
    parts: { smtp: thrown('proxy-protocol'), imap: thrown('proxy-protocol'), pop3: thrown('proxy-protocol') },
  },
];

/** What a preset arms at an upstream; null where there is none of that name for the protocol. */
export function presetFaults(name: string, upstream: string, protocol: Protocol): readonly UpstreamFault[] | null {
  const parts = presets.find((one) => one.name === name)?.parts[protocol];
  return parts?.map((one) => ({ ...one, upstream, protocol, only: {}, preset: name })) ?? null;
}
