/** The form in which a fault of a played server is armed, as values: what can be asked for where, and what comes of it. */
import type { FaultScope } from '../../shared/auth/fault.ts';
import { encodeUtf8 } from '../../shared/auth/text.ts';
import type { CallInput } from '../../shared/contract/contract.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { FaultAct, Stage, Switch, UpstreamFault } from '../../shared/upstream/fault.ts';

/** What is chosen first: an act, or a switch by its name. */
export type ActKind = Exclude<FaultAct['type'], 'switch'> | Switch;
export type ScopeKind = FaultScope['type'];

/** Everything a person can fill in; what the choice does not need is kept and not looked at. */
export interface FaultForm {
  readonly act: ActKind;
  readonly text: string;
  readonly ms: number;
  readonly scope: ScopeKind;
  readonly times: number;
  readonly nth: number;
  readonly percent: number;
  readonly seed: number;
  readonly address: string;
  readonly client: string;
}

export const scopeKinds: readonly ScopeKind[] = ['always', 'next', 'every', 'chance'];

const switches: Readonly<Record<Protocol, readonly Switch[]>> = {
  smtp: ['no-xclient', 'proxy-protocol'],
  imap: ['login-disabled', 'preauth', 'proxy-protocol'],
  pop3: ['proxy-protocol'],
};

/** What can go wrong at a stage: nothing is said at connect, and only there a port is closed and a switch thrown. */
export function actsAt(protocol: Protocol, stage: Stage): readonly ActKind[] {
  if (stage === 'connect') return ['refuse', 'reset', 'close', 'silent', 'delay', ...switches[protocol]];
  return ['reply', 'delay', 'drip', 'close', 'reset', 'silent'];
}

const smtpReplies: Readonly<Partial<Record<Stage, string>>> = {
  greeting: '421 4.3.2 Too many connections, try again later',
  ehlo: '502 5.5.1 Command not implemented',
  starttls: '454 4.7.0 TLS is not available now',
  xclient: '550 5.7.0 You may not say who the client is',
  auth: '535 5.7.8 Authentication failed',
  mail: '451 4.7.1 Try again later',
  rcpt: '550 5.1.1 User unknown',
  data: '451 4.3.0 Try again later',
  end: '552 5.3.4 Message too big',
  quit: '421 4.3.0 Goodbye',
};

const imapReplies: Readonly<Partial<Record<Stage, string>>> = {
  greeting: 'BYE Too many connections, try again later',
  login: 'NO [AUTHENTICATIONFAILED] Wrong user or password',
  append: 'NO [OVERQUOTA] Mailbox is full',
  copy: 'NO [OVERQUOTA] Mailbox is full',
  select: 'NO [NONEXISTENT] No such mailbox',
};

const pop3Replies: Readonly<Partial<Record<Stage, string>>> = {
  greeting: '-ERR [SYS/TEMP] Too many connections, try again later',
  pass: '-ERR [AUTH] Wrong user or password',
  apop: '-ERR [AUTH] Wrong user or password',
};

/** What a server would say that fails there, to begin with (RFC 5321, 3463; RFC 5530; RFC 3206). */
function replyAt(protocol: Protocol, stage: Stage): string {
  if (protocol === 'smtp') return smtpReplies[stage] ?? '451 4.3.0 Try again later';
  if (protocol === 'imap') return imapReplies[stage] ?? 'NO [SERVERBUG] Try again later';
  return pop3Replies[stage] ?? '-ERR [SYS/TEMP] Try again later';
}

/** The form as it opens at a stage. */
export const formAt = (protocol: Protocol, stage: Stage): FaultForm => ({
  act: stage === 'connect' ? 'refuse' : 'reply',
  text: replyAt(protocol, stage),
  ms: 3000,
  scope: 'always',
  times: 1,
  nth: 2,
  percent: 50,
  seed: 1,
  address: '',
  client: '',
});

/** The numbers that a choice asks for. */
export type NumberField = 'ms' | 'times' | 'nth' | 'percent' | 'seed';

export const ranges: Readonly<Record<NumberField, readonly [number, number]>> = {
  ms: [0, 3_600_000],
  times: [1, 1_000_000],
  nth: [1, 1_000_000],
  percent: [0, 100],
  seed: [0, 2_147_483_647],
};

/** A closed port refuses everybody, every time: there is nothing to say of how often, and for whom. */
export const isForAll = ({ act }: Pick<FaultForm, 'act'>): boolean => act === 'refuse';

export function numbersOf({ act, scope }: FaultForm): readonly NumberField[] {
  if (isForAll({ act })) return [];
  const ofScope = { always: [], next: ['times'], every: ['nth'], chance: ['percent', 'seed'] } as const;
  return [...(act === 'delay' || act === 'drip' ? (['ms'] as const) : []), ...ofScope[scope]];
}

function actOf({ act, text, ms }: FaultForm): FaultAct {
  switch (act) {
    case 'reply':
      return { type: act, text: encodeUtf8(text.trim()) };
    case 'delay':
    case 'drip':
      return { type: act, ms };
    case 'close':
    case 'reset':
    case 'refuse':
    case 'silent':
      return { type: act };
    default:
      return { type: 'switch', name: act };
  }
}

function scopeOf({ act, scope, times, nth, percent, seed }: FaultForm): FaultScope {
  if (isForAll({ act })) return { type: 'always' };
  switch (scope) {
    case 'always':
      return { type: scope };
    case 'next':
      return { type: scope, times };
    case 'every':
      return { type: scope, nth };
    case 'chance':
      return { type: scope, percent, seed };
  }
}

/** Who is named: at connect nobody has given an address yet. */
function onlyOf(form: FaultForm, stage: Stage): { readonly address?: string; readonly client?: string } {
  if (isForAll(form)) return {};
  const { address, client } = form;
  return {
    ...(address.trim() !== '' && stage !== 'connect' && { address: address.trim() }),
    ...(client.trim() !== '' && { client: client.trim() }),
  };
}

/** Where a fault is armed. */
export type FaultPlace = Pick<UpstreamFault, 'upstream' | 'protocol' | 'stage'>;

/** The fault to arm, as the call takes it. */
export const faultOf = (form: FaultForm, place: FaultPlace): CallInput<'upstream.fault.arm'> => ({
  ...place,
  act: actOf(form),
  scope: scopeOf(form),
  only: onlyOf(form, place.stage),
});

/** What is missing, a key of the catalogue; null: it can be armed. */
export function missing({ act, text }: FaultForm): 'missing.text' | null {
  return act === 'reply' && text.trim() === '' ? 'missing.text' : null;
}

/** How replies begin (RFC 5321 4.2, RFC 3501 7, RFC 1939 3); those of IMAP are typed without their tag. */
const replies: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^[2-5]\d\d(?:[ -]|$)/,
  imap: /^(?:OK|NO|BAD|BYE|PREAUTH|[*+])(?: |$)/i,
  pop3: /^(?:\+OK|-ERR|\+)(?: |$)/,
};

/** Whether no server would say this: it can be armed, and may not be what was meant. */
export const isOdd = ({ act, text }: FaultForm, protocol: Protocol): boolean =>
  act === 'reply' && text.trim() !== '' && !replies[protocol].test(text.trim());
