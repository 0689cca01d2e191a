/** Which armed fault strikes an occasion: something that a played server is about to answer, or somebody who connects. */
import { isSpent, strikes } from '../auth/fault.ts';
import { clientMatcher, type Matcher, textMatcher } from '../auth/match.ts';
import { encodeUtf8 } from '../auth/text.ts';
import type { Protocol } from '../machine/machine.ts';
import type { ArmedUpstreamFault, FaultAct, FaultFor, Stage, Switch } from './fault.ts';
import { type Play, plainPlay } from './play.ts';

/** What a played server is about to do. */
export interface Occasion {
  /** The upstream's name. */
  readonly upstream: string;
  readonly protocol: Protocol;
  readonly stage: Stage;
  /** Whom it is about, as text: recipients, the sender or the user (`FaultFor.address`); any of them may be meant. */
  readonly addresses: readonly string[];
  /** Address of the client: as the PROXY header or XCLIENT gave it, else the other end of the connection. */
  readonly client: string;
  /** The port that the connection comes from, where it is a socket. */
  readonly port?: number;
}

/** What struck an occasion, and how all faults stand now. Those that will never strike again are left out. */
export interface Met {
  readonly armed: readonly ArmedUpstreamFault[];
  /** Those that struck, as they were before. */
  readonly struck: readonly ArmedUpstreamFault[];
  /** The first that struck; null where none did. Its texts are bytes, in UTF-8. */
  readonly act: Exclude<FaultAct, { type: 'switch' }> | null;
  /** Switches that are thrown for the connection: any number of them, besides `act`. */
  readonly switches: readonly Switch[];
}

interface Only {
  readonly address: Matcher | null;
  readonly client: Matcher | null;
}

/** Patterns are made ready once for each armed fault. */
const ready = new WeakMap<FaultFor, Only>();

function matchersOf(only: FaultFor): Only {
  const known = ready.get(only);
  if (known) return known;
  const { address, client } = only;
  const made = {
    address: address === undefined ? null : textMatcher(address, true),
    client: client === undefined ? null : clientMatcher(client),
  };
  ready.set(only, made);
  return made;
}

/** Whether a fault is about this occasion at all, whatever its scope. */
function concerns({ upstream, protocol, stage, only }: ArmedUpstreamFault, occasion: Occasion): boolean {
  if (stage !== occasion.stage || protocol !== occasion.protocol || upstream !== occasion.upstream) return false;
  const { address, client } = matchersOf(only);
  if (client !== null && !client.matches(occasion.client)) return false;
  return address === null || occasion.addresses.some((one) => address.matches(one.toLowerCase()));
}

/**
 * Puts an occasion before the armed faults, in their order. The first that strikes has it; those behind it have not met
 * it. Switches do not stand in each other's way.
 */
export function meet(armed: readonly ArmedUpstreamFault[], occasion: Occasion): Met {
  let act: Met['act'] = null;
  const switches: Switch[] = [];
  const struck: ArmedUpstreamFault[] = [];
  const now = armed.map((one) => {
    if ((act !== null && one.act.type !== 'switch') || !concerns(one, occasion)) return one;
    const met = one.met + 1;
    if (!strikes(one.scope, met)) return { ...one, met };
    struck.push(one);
    if (one.act.type === 'switch') switches.push(one.act.name);
    else act = one.act.type === 'reply' ? { type: 'reply', text: encodeUtf8(one.act.text) } : one.act;
    return { ...one, met, struck: one.struck + 1 };
  });
  return { armed: now.filter(({ scope, met }) => !isSpent(scope, met)), struck, act, switches };
}

/** Who is turned away by a port that a fault has closed. */
type Closed = Pick<Occasion, 'upstream' | 'protocol'>;

const closes = ({ upstream, protocol, act }: ArmedUpstreamFault, closed: Closed): boolean =>
  act.type === 'refuse' && upstream === closed.upstream && protocol === closed.protocol;

/** Whether a fault keeps the port of an upstream closed. */
export const isRefusing = (armed: readonly ArmedUpstreamFault[], closed: Closed): boolean =>
  armed.some((one) => closes(one, closed));

/** Somebody was refused by a closed port, as the first fault that closes it has it; null where none does. */
export function meetClosed(armed: readonly ArmedUpstreamFault[], closed: Closed): Omit<Met, 'act' | 'switches'> | null {
  const first = armed.find((one) => closes(one, closed));
  if (first === undefined) return null;
  const counted = { ...first, met: first.met + 1, struck: first.struck + 1 };
  return { armed: armed.map((one) => (one === first ? counted : one)), struck: [first] };
}

/** How a server is played while switches of it are thrown. */
export function playWith(play: Play, switches: readonly Switch[]): Play {
  if (switches.length === 0) return play;
  const thrown = new Set(switches);
  const { preauth } = play.imap;
  return {
    ...play,
    proxyProtocol: play.proxyProtocol || thrown.has('proxy-protocol'),
    smtp: {
      ...play.smtp,
      xclient: play.smtp.xclient && !thrown.has('no-xclient'),
      auth: thrown.has('login-disabled') ? 'off' : play.smtp.auth,
    },
    imap: {
      ...play.imap,
      loginDisabled: play.imap.loginDisabled || thrown.has('login-disabled'),
      preauth: thrown.has('preauth') && preauth === plainPlay.imap.preauth ? PREAUTH_USER : preauth,
    },
  };
}

/** As whom a server greets with PREAUTH that says nothing of it in the lab file. */
const PREAUTH_USER = 'preauth';
