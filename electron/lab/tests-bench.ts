/**
 * The lab set up for its send tests, beside a running one: the same configuration and rules, on ports that the system
 * gives, with mail servers of its own. What the rules say stays as it is written; only where the proxy connects to is
 * turned round, so that nothing but the test's own servers is ever reached unless the user allowed it.
 */
import { decodeAnswer } from '../../shared/auth/answer.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Verdict } from '../../shared/machine/machine.ts';
import type { Listen, MailConf, MailServer } from '../../shared/nginx/mail.ts';
import { accountsAt } from '../../shared/upstream/accounts.ts';
import { plainPlay } from '../../shared/upstream/play.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';
import { createAuthority } from '../authority/authority.ts';
import { createEngine } from '../engine/engine.ts';
import type { Authority, Recorder } from '../engine/ports.ts';
import { createNames } from '../names/names.ts';
import { selfSignedIn } from '../tls/self-signed.ts';
import { createTls } from '../tls/tls.ts';
import { createUpstreamFaults, type UpstreamFaults } from '../upstream/faults.ts';
import type { Played } from '../upstream/played.ts';
import { type AcceptedMessage, createSmtpMock, type SmtpMock } from '../upstream/smtp.ts';
import { type Address, joinAddress, splitAddress } from './address.ts';
import { bookOf } from './book.ts';
import type { Consent } from './boundary.ts';
import type { Plan } from './plan.ts';

const HERE = '127.0.0.1';

/** Kept for all runs: making one takes its time. */
const certificateOf = selfSignedIn(null);

/** A session of a test, recorded in memory. */
export interface Recorded {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
  /** Resolves when both sides are closed. */
  readonly ended: Promise<void>;
}

/** A door into the proxy under test. */
export interface Door {
  readonly server: MailServer;
  /** As the configuration has it. */
  readonly listen: Listen;
  readonly port: number;
  /** Why nothing can be sent through it, as one sentence. */
  readonly problem: string | null;
}

/** What send tests are run on. */
export interface Bench {
  /** The SMTP listeners, in the order of the configuration. */
  readonly doors: readonly Door[];
  /** The session of the client that connected from this port. */
  sessionOf(localPort: number): Recorded | null;
  /** The messages that a session brought to the lab's own mail servers. */
  messagesOf(session: number): readonly AcceptedMessage[];
  /** Where the last answer of the auth service sent a session, as written; null where it sent it nowhere. */
  routeOf(
    recorded: Recorded,
  ): { readonly address: string; readonly name: string | null; readonly allowed: boolean } | null;
  stop(): Promise<void>;
}

type Route = Extract<Verdict, { type: 'route' }>;
const addressOf = ({ server, port }: Route): string => joinAddress({ host: server, port });

/** Every listener of SMTP on a port of its own; who is not SMTP does not take part. */
function moved({ servers, process }: MailConf): MailConf {
  const each = ({ unix: _, ...listen }: Listen): Listen => ({ ...listen, host: HERE, port: 0 });
  const smtp = servers.filter(({ protocol }) => protocol === 'smtp');
  const quiet = smtp.map((server) => ({ ...server, errorLogs: [], listens: server.listens.map(each) }));
  return { servers: quiet, ...(process ? { process } : {}) };
}

/** Keeps what happens, by the client's port. */
function createTape() {
  const sessions = new Map<number, Recorded & { readonly entries: Entry[]; readonly end: () => void }>();
  const byClient = new Map<number, number>();
  const byUpstream = new Map<number, number>();
  let last = 0;
  const recorder: Recorder = {
    allocate: () => ++last,
    began: (summary) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      byClient.set(splitAddress(summary.client)?.port ?? 0, summary.id);
      sessions.set(summary.id, { summary, entries: [], ended: promise, end: resolve });
    },
    recorded: ({ id }, entry) => {
      sessions.get(id)?.entries.push(entry);
      if (entry.kind === 'dial' && entry.direction === 'in') byUpstream.set(Number(entry.params?.local), id);
    },
    ended: ({ id }) => sessions.get(id)?.end(),
  };
  const ofClient = (port: number) => sessions.get(byClient.get(port) ?? 0) ?? null;
  return { recorder, ofClient, ofUpstream: (port: number) => byUpstream.get(port) ?? 0 };
}

/** The authority, with the upstreams that it names turned into those of the test. */
function turned(authority: Authority, real: (route: Route) => Address): Authority {
  return {
    ask: (question, done) =>
      authority.ask(question, (exchange) => {
        const { verdict } = exchange;
        if (verdict.type !== 'route') return done(exchange);
        const { host, port } = real(verdict);
        done({ ...exchange, verdict: { ...verdict, server: host, port } });
      }),
  };
}

function ownService(plan: Plan) {
  const book = bookOf(plan);
  const at = plan.auth ? splitAddress(plan.auth.listen) : null;
  if (!book || !at) return null;
  const address = at.host === 'localhost' ? HERE : at.host;
  return { book, address, port: at.port, transport: 'in-process' } as const;
}

/** Faults of the file that strike always. Counted ones would strike another test each time: several run at once. */
function steadyFaults(plan: Plan): UpstreamFaults {
  const faults = createUpstreamFaults();
  for (const { faults: written = [] } of plan.upstreams)
    for (const fault of written) if (fault.scope.type === 'always') faults.arm(fault);
  return faults;
}

/**
 * The mail servers of the test: one for each that the lab plays, as the file says, and one in place of all that must not
 * be reached.
 */
async function raiseMocks(plan: Plan, onMessage: (message: AcceptedMessage) => void) {
  const mocks: SmtpMock[] = [];
  const real = new Map<string, Address>();
  const names = new Map<string, string>();
  const faults = steadyFaults(plan);
  const raise = async (name: string, played: Partial<Played> = {}): Promise<Address> => {
    const mock = createSmtpMock({ name, onMessage, ...played });
    const { port } = await mock.listen(HERE, 0);
    mocks.push(mock);
    return { host: HERE, port };
  };
  const standIn = await raise('stand-in');
  for (const { name, smtp, external, play = plainPlay } of plan.upstreams) {
    if (smtp === undefined) continue;
    names.set(smtp, name);
    if (external) continue;
    const accounts = accountsAt(name, plan.accounts);
    const at = await raise(name, { play, accounts, faults, certificate: () => certificateOf(name) });
    if (faults.refuses(name, 'smtp')) mocks.at(-1)?.refuse();
    real.set(smtp, at);
    names.set(joinAddress(at), name);
  }
  return { real, names, standIn, stop: () => Promise.all(mocks.map((mock) => mock.stop())) };
}

/** What a server would ask beyond this machine, which has to be allowed like everything that leaves it. */
function beyond({ authHttp, resolver }: MailServer, allowed: (address: string) => boolean): string | null {
  const asked = joinAddress({ host: authHttp.address, port: authHttp.port });
  const isOutside = ({ address }: { readonly address: string }) => !isLoopback(address);
  if (authHttp.unix === undefined && isOutside(authHttp) && !allowed(asked))
    return `The auth service at ${asked} is another machine and was not asked; allow it with --allow ${asked}.`;
  const names = (resolver ? resolver.servers : []).filter(isOutside);
  const refused = names.map(({ address, port }) => joinAddress({ host: address, port })).filter((at) => !allowed(at));
  if (refused.length === 0) return null;
  const [first] = refused;
  return `The name server at ${first} is another machine and was not asked; allow it with --allow ${first}.`;
}

/** Sets a bench up. Needs no port that the configuration names. */
export async function createBench(plan: Plan, consent: Consent): Promise<Bench> {
  const tape = createTape();
  const messages = new Map<number, AcceptedMessage[]>();
  const mocks = await raiseMocks(plan, (message) => {
    const session = tape.ofUpstream(message.clientPort);
    messages.set(session, [...(messages.get(session) ?? []), message]);
  });
  const allowed = (address: string) => consent.allowLan || consent.allow.has(address);
  const own = ownService(plan);
  const authority = turned(createAuthority({ own: () => own }), (route) => {
    const address = addressOf(route);
    return mocks.real.get(address) ?? (allowed(address) ? { host: route.server, port: route.port } : mocks.standIn);
  });
  const tls = createTls({ folder: null });
  const engine = createEngine({
    authority,
    recorder: tape.recorder,
    tls,
    names: createNames(),
    upstreamName: (address) => mocks.names.get(address) ?? null,
    allowLan: consent.allowLan,
    allowed,
  });
  const conf = moved(plan.conf);
  tls.load(conf);
  const views = await engine.apply(conf);
  const asWritten = plan.conf.servers.filter(({ protocol }) => protocol === 'smtp');
  const doors = asWritten.flatMap((server) => server.listens.map((listen) => ({ server, listen })));
  return {
    doors: doors.map(({ server, listen }, index) => {
      const { port = 0, error = null } = views[index] ?? {};
      const unheard = error === null ? null : `No port could be had for ${listen.text}: the system says ${error}.`;
      return { server, listen, port, problem: beyond(server, allowed) ?? unheard };
    }),
    sessionOf: tape.ofClient,
    messagesOf: (session) => messages.get(session) ?? [],
    routeOf: ({ summary, entries }) => {
      const answer = entries.findLast(({ kind, direction }) => kind === 'http' && direction === 'in');
      if (!answer) return null;
      const verdict = decodeAnswer(answer.bytes, { protocol: summary.protocol, passwordKnown: true });
      if (verdict.type !== 'route') return null;
      const address = addressOf(verdict);
      const name = mocks.names.get(address) ?? null;
      return { address, name, allowed: mocks.real.has(address) || allowed(address) };
    },
    stop: async () => {
      await engine.stop();
      await mocks.stop();
    },
  };
}
