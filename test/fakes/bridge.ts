/** A lab that lives in memory: answers the window's calls from what a test gives it, and feeds what a test says. */
import type {
  Bridge,
  CallInput,
  CallName,
  CallResults,
  Feed,
  LabView,
  ListenerView,
} from '../../shared/contract/contract.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';

export interface FakeBridge extends Bridge {
  /** Every call so far, in order. */
  readonly calls: readonly { readonly name: CallName; readonly argument: unknown }[];
  /** Feeds one batch to whoever listens. */
  tell(feed: Feed): void;
  /** Adds or replaces a session with its entries, without feeding it. */
  put(summary: SessionSummary, entries: readonly Entry[]): void;
  /** Answers a call otherwise than by default. */
  answer<N extends CallName>(name: N, reply: (argument: CallInput<N>) => Promise<CallResults[N]>): void;
}

const listener = (role: ListenerView['role'], name: string, protocol: ListenerView['protocol'], port: number) =>
  ({
    id: [name, protocol === 'http' ? 'auth' : protocol, `127.0.0.1:${port}`].filter((word) => word !== '').join(' '),
    role,
    name,
    protocol,
    address: '127.0.0.1',
    port,
    state: 'listening',
    error: null,
    narrowed: role === 'proxy',
  }) satisfies ListenerView;

/** The tutorial's lab as the window sees it. */
export const tutorialView: LabView = {
  name: 'NGINX mail proxy tutorial',
  file: null,
  text: 'lab: 1\nname: NGINX mail proxy tutorial\n',
  problems: [],
  listeners: [
    listener('proxy', '', 'smtp', 3333),
    listener('auth', '', 'http', 8000),
    listener('upstream', 'eng', 'smtp', 2525),
    listener('upstream', 'hr', 'smtp', 2526),
  ],
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
    { name: 'human resources', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here' },
  editing: {
    ...{ unsaved: false, disk: 'same', diskProblem: null, undo: null, redo: null },
    places: { rules: [], otherwise: null },
    unheard: [],
    accounts: 0,
  },
  upstreams: [
    { name: 'eng', external: false, messages: 1 },
    { name: 'hr', external: false, messages: 0 },
  ],
  serverName: 'mail.test.com',
  recording: { ok: true, error: null },
  counts: { sessions: 1, open: 0 },
  faults: [],
  upstreamFaults: [],
  consent: { allowLan: false, allowed: [] },
  authServices: [{ text: '127.0.0.1:8000', own: true }],
  host: 'browser',
  version: '0.1.0',
};

type Answers = { [N in CallName]?: (argument: CallInput<N>) => Promise<CallResults[N]> };

/** A bridge to a lab with the given view. Calls without an answer of their own are refused. */
export function createFakeBridge(lab: LabView = tutorialView): FakeBridge {
  const sessions = new Map<number, { summary: SessionSummary; entries: readonly Entry[] }>();
  const listeners = new Set<(feed: Feed) => void>();
  const calls: { name: CallName; argument: unknown }[] = [];
  const found = (id: number | null) => (id === null ? null : (sessions.get(id) ?? null));
  const answers: Answers = {
    'lab.get': async () => lab,
    'sessions.list': async ({ before, limit = 200 }) => {
      const all = [...sessions.values()].map((one) => one.summary).sort((a, b) => b.id - a.id);
      const page = all.filter((one) => before === undefined || one.id < before).slice(0, limit);
      return { sessions: page, matching: all.length, total: all.length, problem: null };
    },
    'session.get': async ({ id }) => found(id),
    'session.watch': async ({ id }) => found(id),
    'rules.hits': async () => ({ hits: [], editedAt: null }),
    'gates.get': async () => ({
      ...{ everywhere: [], sessions: [], breakpoints: [], held: [], heldCount: 0, slowMs: 0 },
    }),
    'messages.list': async () => ({
      ...{ messages: [], matching: 0, total: 0, problem: null },
      kept: { messages: 0, bytes: 0, pinned: 0, maxMessages: 20_000, maxBytes: 500_000_000 },
    }),
    'route.try': async ({ rcpt = '' }) => {
      const upstream = rcpt.endsWith('@eng.abc.com') ? 'eng' : rcpt.endsWith('@hr.abc.com') ? 'hr' : null;
      return { trail: [], rule: null, verdict: '', upstream, request: '', response: '' };
    },
  };
  return {
    calls,
    call: (name, argument) => {
      calls.push({ name, argument });
      const reply = answers[name] as ((argument: unknown) => Promise<never>) | undefined;
      return reply === undefined ? Promise.reject(new Error(`no answer to ${name}`)) : reply(argument);
    },
    feed: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    tell: (feed) => {
      for (const heard of [...listeners]) heard(feed);
    },
    put: (summary, entries) => sessions.set(summary.id, { summary, entries }),
    answer: (name, reply) => {
      (answers as Record<string, unknown>)[name] = reply;
    },
  };
}
