/** What runs: engine, auth service and mocks, brought in line with a plan and kept so. */
import type { RuleBook } from '../../shared/auth/rule.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { Faults } from '../authority/faults.ts';
import { createAuthServer } from '../authority/server.ts';
import type { Engine, ProxyListener } from '../engine/engine.ts';
import type { Recorder } from '../engine/ports.ts';
import { selfSignedIn } from '../tls/self-signed.ts';
import type { UpstreamFaults } from '../upstream/faults.ts';
import { joinAddress, splitAddress } from './address.ts';
import { addressesOf, type BoundAddress, bookOf } from './book.ts';
import type { Consent } from './boundary.ts';
import type { Deliver } from './deliveries.ts';
import type { Plan } from './plan.ts';
import { createPlayed, type PlayRooms, playedAt } from './played-servers.ts';
import { createProxy, type LabProxy, type ProxyOptions } from './proxy.ts';
import { createServers, type Servers, type Wanted } from './servers.ts';

/** The running part of a lab. */
export interface Runner {
  readonly engine: Engine;
  /** The rules in force, with the addresses really bound; null without an auth service of our own. */
  book(): RuleBook | null;
  /** Brings everything in line; only what changed is bound again. */
  apply(plan: Plan): Promise<void>;
  /** The faults of the played servers are others now: ports that are to refuse are closed, and opened when they are not. */
  align(): Promise<void>;
  /** Tries a failed listener again; whether it listens now. null: no such listener. */
  retry(id: string): Promise<boolean | null>;
  listeners(): readonly ListenerView[];
  /** Accepts nobody any more and lets the open sessions finish, relayed ones for at most so long, in ms. */
  quit(shutdownTimeoutMs: number | null): Promise<void>;
  stop(): Promise<void>;
}

/** What the runner tells, and what it may do. */
export interface RunnerOptions {
  readonly recorder: Recorder;
  readonly consent: Consent;
  readonly certificates: ProxyOptions['certificates'];
  /** Sockets of this process that no upstream may be. */
  readonly reserved?: NonNullable<ProxyOptions['reserved']>;
  /** The faults of the lab's own auth service. */
  readonly faults: Faults;
  /** The faults of the mail servers that the lab plays. */
  readonly upstreamFaults: UpstreamFaults;
  readonly onMessage: Deliver;
  /** The mailboxes that the played servers open. */
  readonly mailbox: PlayRooms['mailbox'];
  /** Something is armed, held or released. */
  readonly onGates?: () => void;
  /** Whether the lab's own client connects from this port. */
  readonly isOwnClient?: (port: number) => boolean;
  /** Makes the proxy; left out, it runs in this process. */
  readonly proxy?: (options: ProxyOptions) => LabProxy;
}

/** What is in force. */
interface Running {
  readonly plan: Plan | null;
  readonly book: RuleBook | null;
  /** `IP:PORT` -> upstream's name. */
  readonly names: ReadonlyMap<string, string>;
  /** The auth service's address. */
  readonly auth: Wanted | null;
}

const nothing: Running = { plan: null, book: null, names: new Map(), auth: null };
const protocols = ['smtp', 'imap', 'pop3'] as const;

function authOf(plan: Plan): Wanted | null {
  const at = plan.auth ? splitAddress(plan.auth.listen) : null;
  return at && { role: 'auth', name: '', protocol: 'http', at };
}

function wantedBy(plan: Plan): readonly Wanted[] {
  const played = plan.upstreams.flatMap((one) => protocols.map((protocol) => playedAt(one, protocol)));
  return [authOf(plan), ...played].filter((wanted) => wanted !== null);
}

function runningBy(plan: Plan, servers: Servers): Running {
  const bound: BoundAddress = (upstream, protocol, written) => {
    const played = playedAt(upstream, protocol);
    return played ? joinAddress(servers.addressOf(played)) : written;
  };
  const names = new Map<string, string>();
  for (const [name, addresses] of Object.entries(addressesOf(plan, bound)))
    for (const protocol of protocols) if (addresses[protocol]) names.set(addresses[protocol], name);
  return { plan, book: bookOf(plan, bound), names, auth: authOf(plan) };
}

function proxyView(listener: ProxyListener): ListenerView {
  const { ssl, starttls, proxyProtocol, ...view } = listener;
  return {
    ...view,
    ...{ role: 'proxy', name: '' },
    ...(ssl && { ssl }),
    ...(starttls !== 'off' && !ssl && { starttls }),
    ...(proxyProtocol && { proxyProtocol }),
  };
}

/** External upstreams are listed too, so that the window can draw them. */
function externalViews(plan: Plan | null): readonly ListenerView[] {
  return (plan?.upstreams ?? []).flatMap((upstream) =>
    protocols.flatMap((protocol) => {
      const at = upstream.external ? splitAddress(upstream[protocol] ?? '') : null;
      if (!at) return [];
      const { name } = upstream;
      const id = `${name} ${protocol} ${joinAddress(at)}`;
      const where = { address: at.host, port: at.port };
      return [{ id, role: 'upstream', name, protocol, ...where, state: 'external', error: null, narrowed: false }];
    }),
  );
}

/** Nothing runs before the first `apply`. */
export function createRunner(options: RunnerOptions): Runner {
  const { recorder, consent, certificates, reserved, faults, upstreamFaults, proxy = createProxy } = options;
  const { onMessage, mailbox, onGates, isOwnClient } = options;
  let running = nothing;
  /** What is being brought about, or runs. */
  let plan: Plan | null = null;
  const noBook: RuleBook = { rules: [], otherwise: { reject: '' }, accounts: [], upstreams: {} };
  const rooms: PlayRooms = {
    plan: () => plan,
    faults: upstreamFaults,
    certificate: selfSignedIn(certificates),
    onMessage: (upstream, message) => onMessage(upstream, message, engine.settle),
    mailbox,
  };
  const servers = createServers({
    create: (wanted) =>
      wanted.role === 'auth'
        ? createAuthServer({ book: () => running.book ?? noBook, faults })
        : createPlayed(wanted, rooms),
    refuses: ({ name, protocol }) => protocol !== 'http' && upstreamFaults.refuses(name, protocol),
  });
  const own = () => {
    const { book, plan, auth } = running;
    if (!book || !plan?.auth || !auth) return null;
    const { host, port } = servers.addressOf(auth);
    // `auth_http` is resolved when it is read; a name would never be equal to it.
    return { book, address: host === 'localhost' ? '127.0.0.1' : host, port, transport: plan.auth.transport };
  };
  const engine = proxy({
    recorder,
    consent,
    certificates,
    own,
    faults,
    names: () => running.names,
    ...(reserved && { reserved }),
    ...(onGates && { onGates }),
    isPatient: (side, address) =>
      side === 'client'
        ? (isOwnClient?.(splitAddress(address)?.port ?? 0) ?? false)
        : servers
            .views()
            .some(({ role, address: host, port }) => role === 'upstream' && joinAddress({ host, port }) === address),
  });
  return {
    engine,
    book: () => running.book,
    apply: async (next) => {
      plan = next;
      const wanted = wantedBy(next);
      upstreamFaults.write(next.upstreams.filter(({ external }) => !external));
      await servers.drop(wanted);
      await servers.raise(wanted);
      running = runningBy(next, servers);
      await engine.apply(next.conf);
      // A port that the proxy held until now may be free for a server at last.
      await servers.raise(wanted);
      running = runningBy(next, servers);
      engine.renew();
    },
    align: () => servers.align(),
    retry: async (id) => {
      const known = await servers.retry(id);
      if (known !== null) return known;
      if (!engine.listeners().some((listener) => listener.id === id)) return null;
      return (await engine.retry(id)).some((listener) => listener.id === id && listener.state === 'listening');
    },
    listeners: () => [...engine.listeners().map(proxyView), ...servers.views(), ...externalViews(running.plan)],
    quit: async (shutdownTimeoutMs) => {
      await engine.quit(shutdownTimeoutMs);
      await servers.stop();
    },
    stop: async () => {
      await engine.stop();
      await servers.stop();
    },
  };
}
