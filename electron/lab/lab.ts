/** A lab: engine, auth service, mocks and journal joined by one text, and the windows that look at it. */
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Feed, LabView, ListenerView } from '../../shared/contract/contract.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { announcing } from './announcing.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import { readText } from './files.ts';
import { type Ask, type Core, createHandlers, type Handlers } from './handlers.ts';
import { createLinks } from './links.ts';
import { createLabLogs, type LabLogs, prefixOf } from './logs.ts';
import { packageVersion } from './package-root.ts';
import { type Plan, type PlanOptions, type Reading, readPlan, type Source } from './plan.ts';
import { createQueue } from './queue.ts';
import { createRunner, type Runner, type RunnerOptions } from './runner.ts';

/** What a lab is made of. */
export interface LabOptions {
  readonly host: 'desktop' | 'browser';
  /** The journal; `:memory:` keeps nothing. */
  readonly dbFile: string;
  /** A lab file or an nginx.conf; without it the built-in tutorial. */
  readonly file?: string | null;
  /** `--allow-lan`. */
  readonly allowLan?: boolean;
  /** `--allow HOST:PORT`: servers outside this machine that may be reached. */
  readonly allow?: readonly string[];
  /** Relative names in the lab file are looked up here (nginx `-p`). */
  readonly prefix?: string | null;
  readonly ask?: Ask;
  /** Nobody looks: nothing is gathered for windows. */
  readonly headless?: boolean;
  /** Every session that is over, as soon as it is. */
  readonly onEnded?: (summary: SessionSummary) => void;
  /** The lab's name, file or state of saving changed. */
  readonly onChanged?: () => void;
  /**
   * Keeps the logs that the configuration names, and hears of those that cannot be kept. Left out, none is written: who
   * only looks at a configuration does not want its log to grow.
   */
  readonly onLogProblem?: (sentence: string) => void;
  /** Makes the proxy; left out, it runs in this process. */
  readonly proxy?: RunnerOptions['proxy'];
}

/** One window's side of the lab. */
export interface LabClient {
  readonly handlers: Handlers;
  /** Tells this window alone something, such as a menu's command. */
  tell(feed: Feed): void;
  /** The window is gone. */
  close(): void;
}

/** A running lab. */
export interface LabHandle {
  view(): LabView;
  listeners(): readonly ListenerView[];
  /** What the proxy runs by; null when its text has errors. */
  conf(): MailConf | null;
  /** The logs that the configuration names, where they are kept. */
  readonly logs: Pick<LabLogs, 'process' | 'reopen'>;
  /** Whether the journal can be written; else why not. */
  recording(): LabView['recording'];
  /** Reads a file and runs it; with errors nothing changes. Rejects with a UserError when it cannot be read. */
  open(file: string): Promise<readonly Problem[]>;
  /** Back to the built-in tutorial. */
  tutorial(): Promise<readonly Problem[]>;
  /** Reads its file again. */
  reload(): Promise<readonly Problem[]>;
  /** Whether the running text is not what its file (or the tutorial) holds. */
  isUnsaved(): boolean;
  /** `send` carries batches of feeds to a window, at most 30 a second. */
  connect(send: (feeds: readonly Feed[]) => void): LabClient;
  /** Accepts nobody any more, lets the open sessions finish (`worker_shutdown_timeout`), writes the journal. */
  quit(): Promise<void>;
  /** Stops accepting, ends the sessions, writes the journal; also while `quit` waits. */
  stop(): Promise<void>;
}

/** What a lab holds at a moment. */
interface State {
  source: Source;
  /** null: its text has errors, and nothing runs. */
  plan: Plan | null;
  problems: readonly Problem[];
  /** The text as its file holds it. */
  onDisk: string;
  recording: LabView['recording'];
}

function planOptions({ allowLan = false, allow = [], prefix = null }: LabOptions): PlanOptions {
  return { hostname: hostname(), consent: { allowLan, allow: new Set(allow) }, prefix };
}

/** The feeds of all windows. */
function createAudience() {
  const windows = new Set<Feeds>();
  return {
    windows,
    push: (feed: Feed) => {
      for (const feeds of windows) feeds.push(feed);
    },
    entries: (id: number, entries: readonly Entry[]) => {
      for (const feeds of windows) feeds.entries(id, entries);
    },
    watched: () => [...windows].map((feeds) => feeds.watched()).filter((id) => id !== null),
  };
}

type Audience = ReturnType<typeof createAudience>;

/** The journal, with what it tells passed on to every window; headless, it has nobody to tell. */
function openLabJournal(
  { dbFile, headless }: LabOptions,
  audience: Audience,
  onProblem: (error: string | null) => void,
): Journal {
  if (headless) return openJournal({ file: dbFile, onProblem });
  const journal: Journal = openJournal({
    file: dbFile,
    onEntries: audience.entries,
    onSessions: (changed) => audience.push({ type: 'sessions', changed, counts: journal.counts() }),
    onProblem,
  });
  journal.watch([]);
  return journal;
}

/** Read once: the version does not change while we run. */
const version = packageVersion();

function viewOf({ host }: LabOptions, state: State, journal: Journal, runner: Runner): LabView {
  const { source, plan, problems, recording } = state;
  const messages = journal.messageCounts();
  return {
    name: plan?.name ?? (source.file ? basename(source.file) : ''),
    file: source.file,
    text: source.text,
    problems,
    listeners: runner.listeners(),
    rules: plan?.auth?.rules ?? [],
    otherwise: plan?.auth?.otherwise ?? null,
    upstreams: (plan?.upstreams ?? []).map(({ name, external }) => {
      return { name, external, messages: messages.get(name) ?? 0 };
    }),
    serverName: plan?.conf.servers[0]?.serverName ?? '',
    recording,
    counts: journal.counts(),
    host,
    version,
  };
}

/** The rooms, joined. */
function assemble(options: LabOptions, state: State) {
  const audience = createAudience();
  const links = createLinks();
  const rooms: { readonly view?: () => LabView } = {};
  const broadcast = () => {
    if (rooms.view) audience.push({ type: 'lab', lab: rooms.view() });
    options.onChanged?.();
  };
  const journal = openLabJournal(options, audience, (error) => {
    state.recording = { ok: error === null, error };
    broadcast();
  });
  const logs = createLabLogs({
    say: options.onLogProblem ?? null,
    consent: planOptions(options).consent,
    prefix: prefixOf(options.prefix ?? null, options.file ? resolve(options.file) : null),
  });
  const runner = createRunner({
    recorder: logs.watch(announcing(links.watch(journal), options.onEnded)),
    consent: planOptions(options).consent,
    certificates: options.dbFile === ':memory:' ? null : join(dirname(options.dbFile), 'certificates'),
    ...(options.proxy ? { proxy: options.proxy } : {}),
    onMessage: (upstream, { clientPort, ...message }) => {
      const saved = journal.saveMessage({ ...message, upstream, session: links.ofUpstream(clientPort) });
      audience.push({ type: 'messages', upstream, message: saved });
    },
  });
  const view = () => viewOf(options, state, journal, runner);
  Object.assign(rooms, { view });
  return { audience, links, journal, logs, runner, view, broadcast };
}

/** What a text says to run, and the logs for it; with a problem of either nothing changes. */
async function readToRun(source: Source, options: LabOptions, logs: LabLogs): Promise<Reading> {
  const { plan, problems } = await readPlan(source, planOptions(options));
  const unlogged = plan ? await logs.open(plan, source) : [];
  return { plan: unlogged.length > 0 ? null : plan, problems: [...problems, ...unlogged] };
}

/** Starts a lab. A file with errors is held, with its problems, and nothing runs until it is put right. */
export async function createLab(options: LabOptions): Promise<LabHandle> {
  const file = options.file ? resolve(options.file) : null;
  const source: Source = { text: file ? await readText(file) : tutorialText, file };
  const state: State = { source, plan: null, problems: [], onDisk: source.text, recording: { ok: true, error: null } };
  const rooms = assemble(options, state);
  const { audience, journal, logs, runner, broadcast } = rooms;
  const serial = createQueue();
  const check = async (text: Source) => (await readPlan(text, planOptions(options))).problems;
  /** `onDisk` is given when the text has just come from its file. */
  const run = (next: Source, onDisk?: string) =>
    serial(async () => {
      const { plan, problems } = await readToRun(next, options, logs);
      // A broken file leaves the running text in the window, where its problems would be out of place.
      if (plan || onDisk === undefined || next === source) state.problems = problems;
      if (plan) {
        await runner.apply(plan);
        Object.assign(state, { plan, source: next, onDisk: onDisk ?? state.onDisk });
      }
      broadcast();
      return problems;
    });
  const load = async (path: string) => {
    const text = await readText(path);
    return run({ text, file: path }, text);
  };
  const tutorial = () => run({ text: tutorialText, file: null }, tutorialText);
  const core: Core = {
    ...rooms,
    ask: options.ask ?? null,
    source: () => state.source,
    plan: () => state.plan,
    run,
    load,
    tutorial,
    check,
    saved: (path) => {
      state.source = { ...state.source, file: path };
      state.onDisk = state.source.text;
      broadcast();
    },
    watchChanged: () => journal.watch(audience.watched()),
  };
  const close = async () => {
    for (const feeds of audience.windows) feeds.close();
    await logs.close();
    journal.close();
  };
  await run(source);
  return {
    view: rooms.view,
    listeners: () => runner.listeners(),
    conf: () => state.plan?.conf ?? null,
    logs,
    recording: () => state.recording,
    open: (path) => load(resolve(path)),
    tutorial,
    reload: () => (state.source.file ? load(state.source.file) : run(state.source)),
    isUnsaved: () => state.source.text !== state.onDisk,
    connect: (send) => connect(core, audience, send),
    quit: async () => {
      const quitting: { over?: Promise<void> } = {};
      // Waited for outside of the queue, so that `stop` can still put an end to it.
      await serial(async () => {
        quitting.over = runner.quit(state.plan?.conf.process?.shutdownTimeoutMs ?? null);
      });
      await quitting.over;
      await serial(close);
    },
    stop: () =>
      serial(async () => {
        await runner.stop();
        await close();
      }),
  };
}

function connect(core: Core, { windows }: Audience, send: (feeds: readonly Feed[]) => void): LabClient {
  const feeds = createFeeds(send);
  windows.add(feeds);
  const { handlers, close } = createHandlers(core, feeds);
  return {
    handlers,
    tell: (feed) => feeds.push(feed),
    close: () => {
      close();
      feeds.close();
      windows.delete(feeds);
      core.watchChanged();
    },
  };
}
