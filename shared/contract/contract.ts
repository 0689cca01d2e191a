/**
 * Everything that crosses between the window and the lab: the calls the window makes and the feeds it receives, each
 * with its zod schema for what comes from the window. Both hosts (Electron's IPC and the browser's WebSocket) carry
 * exactly this.
 */
import { z } from 'zod';
import type { ArmedFault } from '../auth/fault.ts';
import type { Never, Rule, Then } from '../auth/rule.ts';
import type { FindingCount } from '../journal/diagnostics.ts';
import type { Entry, Leg, SessionSummary, Trail } from '../journal/entry.ts';
import type { Problem } from '../lab/problem.ts';
import type { Proofs } from '../lab/proofs.ts';
import type { Protocol } from '../machine/machine.ts';
import type { ArmedUpstreamFault } from '../upstream/fault.ts';
import { type AuthCallResults, type AuthServiceView, authCalls } from './auth.ts';
import { type BlastCallResults, blastCalls } from './blast.ts';
import { type ClientCallResults, clientCalls } from './clients.ts';
import { type ConsentCallResults, type ConsentView, consentCalls } from './consent.ts';
import { type ExportCallResults, exportCalls } from './export.ts';
import { type GateCallResults, type GatesView, gateCalls } from './gates.ts';
import { type LoadCallResults, type LoadView, loadCalls } from './load.ts';
import { type MachineCallResults, machineCalls } from './machines.ts';
import { type MailboxesFeed, type MessageCallResults, type MessageView, messageCalls } from './messages.ts';
import { type RecordingCallResults, recordingCalls } from './recordings.ts';
import { type EditingView, type HitsView, type RuleCallResults, ruleCalls } from './rules.ts';
import { type ScriptCallResults, scriptCalls } from './script.ts';
import { type TestCallResults, testCalls } from './tests.ts';
import { type UpstreamCallResults, upstreamCalls } from './upstreams.ts';

/** One listening socket of the lab, or one that could not be had. */
export interface ListenerView {
  /** Stable while the lab runs: `smtp 127.0.0.1:3333`, `auth 127.0.0.1:8000`, `eng smtp 127.0.0.1:2525`. */
  readonly id: string;
  readonly role: 'proxy' | 'auth' | 'upstream';
  /** The upstream's name; '' otherwise. */
  readonly name: string;
  readonly protocol: Protocol | 'http';
  readonly address: string;
  readonly port: number;
  /** external: the user's own server, not started by the lab · refusing: an armed fault has closed the port. */
  readonly state: 'listening' | 'failed' | 'external' | 'refusing';
  /** The system's code (EADDRINUSE, EACCES …) when failed. */
  readonly error: string | null;
  /** true when nginx would listen on every interface here and the lab narrowed it to loopback. */
  readonly narrowed: boolean;
  /** `listen … ssl`: whoever connects shakes hands first. */
  readonly ssl?: true;
  /** `starttls on` or `only`: TLS can be asked for, or must be before a login. */
  readonly starttls?: 'on' | 'only';
  /** `listen … proxy_protocol`: whoever connects sends a PROXY header before everything else. */
  readonly proxyProtocol?: true;
}

/** What the window needs to know of the running lab. */
export interface LabView {
  readonly name: string;
  /** Path of the file; null for the built-in tutorial. */
  readonly file: string | null;
  /** The file's text as the lab runs it. */
  readonly text: string;
  /** Problems of the last attempt to apply a text; the lab runs on unchanged if one is an error. */
  readonly problems: readonly Problem[];
  readonly listeners: readonly ListenerView[];
  readonly rules: readonly Rule[];
  readonly otherwise: Then | null;
  readonly editing: EditingView;
  readonly upstreams: readonly { readonly name: string; readonly external: boolean; readonly messages: number }[];
  /** `server_name` of the first server. */
  readonly serverName: string;
  /** Whether the journal can be written; else why not (the window says so all the time). */
  readonly recording: { readonly ok: boolean; readonly error: string | null };
  readonly counts: { readonly sessions: number; readonly open: number };
  /** What is wrong with the lab's own auth service on purpose, in the order in which it was armed. */
  readonly faults: readonly ArmedFault[];
  readonly consent: ConsentView;
  /** What is wrong with the mail servers that the lab plays, on purpose, in the order in which it was armed. */
  readonly upstreamFaults: readonly ArmedUpstreamFault[];
  /** The auth services that the proxy asks, each once. */
  readonly authServices: readonly AuthServiceView[];
  readonly host: 'desktop' | 'browser';
  readonly version: string;
}

/** A lookup to try on the rules, without a session. */
export const trySchema = z.strictObject({
  protocol: z.enum(['smtp', 'imap', 'pop3']).default('smtp'),
  rcpt: z.string().max(2000).optional(),
  from: z.string().max(2000).optional(),
  helo: z.string().max(2000).optional(),
  user: z.string().max(2000).optional(),
  client: z.string().max(100).default('127.0.0.1'),
});
export type TryRequest = z.input<typeof trySchema>;

/** What the rules say to a tried lookup. */
export interface TryResult {
  readonly trail: Trail;
  readonly rule: string | null;
  /** `route 127.0.0.1:2525`, `reject 550 5.1.1 …`. */
  readonly verdict: string;
  readonly upstream: string | null;
  /** The exact bytes of the request and of the HTTP answer. */
  readonly request: string;
  readonly response: string;
}

/** What the rules say to one of several tried lookups. */
export type TryAnswer =
  | (Pick<TryResult, 'rule' | 'verdict' | 'upstream'> & { readonly problem: null })
  | { readonly problem: string };

const nothing = z.strictObject({});
const id = z.number().int().nonnegative();

/** Every call, with the schema of its argument. */
export const calls = {
  'lab.get': nothing,
  /** Runs `text` as the lab; with errors nothing changes and they are returned. Does not write the file. */
  'lab.apply': z.strictObject({ text: z.string().max(5_000_000) }),
  /** Checks `text` without running it. */
  'lab.check': z.strictObject({ text: z.string().max(5_000_000) }),
  /** Writes the running text to its file (the desktop asks for a name when there is none). */
  'lab.save': z.strictObject({ as: z.string().max(4096).optional() }),
  /** Opens a lab file or a bare nginx.conf; without `path` the desktop asks. */
  'lab.open': z.strictObject({ path: z.string().max(4096).optional() }),
  /** Back to the built-in tutorial. */
  'lab.tutorial': nothing,
  /** Tries to bind a failed listener again. */
  'listener.retry': z.strictObject({ id: z.string().max(200) }),
  /** Newest first; `before` is an id to page from. */
  'sessions.list': z.strictObject({
    filter: z.string().max(2000).default(''),
    before: id.optional(),
    limit: z.number().int().min(1).max(1000).default(200),
  }),
  'sessions.clear': nothing,
  'session.get': z.strictObject({ id }),
  /** From now on feed this session's entries to this window; null for none. Answers with those there already. */
  'session.watch': z.strictObject({ id: id.nullable() }),
  ...clientCalls,
  ...loadCalls,
  ...scriptCalls,
  ...machineCalls,
  'route.try': trySchema,
  /** Several lookups at once, each answered in a few words. */
  'route.try-all': z.strictObject({ lookups: z.array(trySchema).max(1000) }),
  /** What can be proven of the running rules and promises: made once for each text, in slices. */
  'rules.prove': nothing,
  ...ruleCalls,
  ...testCalls,
  ...blastCalls,
  ...authCalls,
  ...upstreamCalls,
  ...exportCalls,
  ...gateCalls,
  ...consentCalls,
  ...messageCalls,
  ...recordingCalls,
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]>;
export type CallArgument<N extends CallName> = z.output<(typeof calls)[N]>;

/** What each call answers with. */
export interface CallResults
  extends AuthCallResults,
    RuleCallResults,
    TestCallResults,
    UpstreamCallResults,
    BlastCallResults,
    ClientCallResults,
    LoadCallResults,
    ScriptCallResults,
    MachineCallResults,
    MessageCallResults,
    GateCallResults,
    ExportCallResults,
    RecordingCallResults,
    ConsentCallResults {
  'lab.get': LabView;
  'lab.apply': { readonly ok: boolean; readonly problems: readonly Problem[] };
  'lab.check': { readonly problems: readonly Problem[] };
  'lab.save': { readonly saved: string | null };
  'lab.open': { readonly opened: string | null; readonly problems: readonly Problem[] };
  'lab.tutorial': { readonly ok: boolean };
  'listener.retry': { readonly ok: boolean };
  'sessions.list': {
    readonly sessions: readonly SessionSummary[];
    readonly matching: number;
    readonly total: number;
    readonly problem: string | null;
  };
  'sessions.clear': { readonly cleared: number };
  'session.get': { readonly summary: SessionSummary; readonly entries: readonly Entry[] } | null;
  'session.watch': { readonly summary: SessionSummary; readonly entries: readonly Entry[] } | null;
  'route.try': TryResult;
  'route.try-all': { readonly answers: readonly TryAnswer[] };
  /** null: there are no rules of the lab's own. `problems` tells what is wrong in words, each with its place. */
  'rules.prove': {
    readonly proofs: Proofs;
    readonly never: readonly Never[];
    readonly problems: readonly Problem[];
  } | null;
}

/** How many lines, messages and questions went over each edge. */
export type Traffic = Readonly<Record<Leg, number>>;

/** What a menu item asks of the window. */
export type Command =
  | ('open' | 'save' | 'send' | 'load' | 'script' | 'telnet' | 'shortcuts')
  | ('replay' | 'again' | 'compare' | 'export-sessions' | 'import-sessions');

/** What the lab tells the window, unasked. At most 30 batches a second. */
export type Feed =
  | { readonly type: 'lab'; readonly lab: LabView }
  /** What was found in sessions that have ended, once somebody has looked. */
  | {
      readonly type: 'findings';
      readonly found: readonly { readonly id: number; readonly findings: FindingCount }[];
    }
  /** Sessions that are new or changed since the last batch, oldest first. */
  | {
      readonly type: 'sessions';
      readonly changed: readonly SessionSummary[];
      readonly counts: { readonly sessions: number; readonly open: number };
      /** Parcels of all sessions since the last batch, by the edge they went over; left out where nobody counts. */
      readonly traffic?: Traffic;
    }
  /** New entries of the watched session, in order. */
  | { readonly type: 'entries'; readonly session: number; readonly entries: readonly Entry[] }
  /** What a telnet connection was told, one character a byte. */
  | { readonly type: 'telnet'; readonly connection: number; readonly data: string }
  | { readonly type: 'telnet-closed'; readonly connection: number; readonly error: string | null }
  /** A message was delivered. */
  | { readonly type: 'messages'; readonly upstream: string; readonly message: MessageView }
  | MailboxesFeed
  /** How often each rule decided, a few times a second while it changes. */
  | { readonly type: 'hits'; readonly hits: HitsView }
  /** How many of the recorded lookups `rules.blast` has decided again. */
  | { readonly type: 'blast'; readonly done: number; readonly total: number }
  /** How the window's load goes, a few times a second while it runs. */
  | { readonly type: 'load'; readonly load: LoadView }
  /** What is armed and what is held, whenever that changes, some fifteen times a second at most. */
  | { readonly type: 'gates'; readonly gates: GatesView }
  /** A menu item or a file opened from outside asks the window to do something. */
  | { readonly type: 'command'; readonly command: Command };

/** What `window.bridge` offers the renderer, the same on both hosts. */
export interface Bridge {
  call<N extends CallName>(name: N, argument: CallInput<N>): Promise<CallResults[N]>;
  /** Returns the function that stops listening. */
  feed(listener: (feed: Feed) => void): () => void;
}
