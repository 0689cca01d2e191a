/** A lab: engine, auth service, mocks and journal joined by one text, and the windows that look at it. */
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Feed, LabView, ListenerView } from '../../shared/contract/contract.ts';
import type { GatesView } from '../../shared/contract/gates.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { isOwnPort } from '../client/dial.ts';
import type { Address } from './address.ts';
import { announcing } from './announcing.ts';
import { type Audience, createAudience, openLabJournal } from './audience.ts';
import { createToldFaults } from './auth-handlers.ts';
import { createConsent, type GivenConsent } from './consent.ts';
import { createDeliveries } from './deliveries.ts';
import { lookAtDisk, type Next, type RunHow } from './edits.ts';
import { createHistory } from './edits-history.ts';
import { createHits } from './edits-hits.ts';
import { createFileWatch } from './edits-watch.ts';
import { createExaminer, type Examiner } from './examining.ts';
import { createFeeds } from './feeds.ts';
import { readText } from './files.ts';
import { createGateNews } from './gate-handlers.ts';
import { type Ask, type Core, createHandlers, type Handlers } from './handlers.ts';
import { createLinks } from './links.ts';
import { createLabLogs, type LabLogs, prefixOf } from './logs.ts';
import { type PlanOptions, readPlan, type Source } from './plan.ts';
import { createProver } from './proving.ts';
import { createQueue } from './queue.ts';
import { createRun } from './run-text.ts';
import { createRunner, type RunnerOptions } from './runner.ts';
import { createStruck } from './struck.ts';
import { createToldUpstreamFaults } from './upstream-handlers.ts';
import { type State, viewOf } from './view.ts';

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
  /** From now on no session reaches this socket of the process, whoever names it. */
  reserve(at: Address): void;
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

/** What plans are read by. */
type Reader = PlanOptions & { readonly consent: GivenConsent };

function readerOf({ allowLan = false, allow = [], prefix = null, headless = false }: LabOptions): Reader {
  return { hostname: hostname(), consent: createConsent(allowLan, allow, !headless), prefix };
}

/** The rooms, joined. */
function assemble(options: LabOptions, reader: Reader, state: State) {
  const { consent } = reader;
  const reserved: Address[] = [];
  const audience = createAudience();
  const links = createLinks();
  const rooms: { readonly view?: () => LabView; readonly gates?: () => GatesView; readonly examiner?: Examiner } = {};
  const broadcast = () => {
    if (rooms.view) audience.push({ type: 'lab', lab: rooms.view() });
    options.onChanged?.();
  };
  const saw = (changed: readonly SessionSummary[]) => rooms.examiner?.saw(changed);
  const journal = openLabJournal(options, audience, saw, (error) => {
    state.recording = { ok: error === null, error };
    broadcast();
  });
  const history = createHistory();
  const hits = createHits((counts) => audience.push({ type: 'hits', hits: counts }));
  const logs = createLabLogs({
    say: options.onLogProblem ?? null,
    consent,
    prefix: prefixOf(options.prefix ?? null, options.file ? resolve(options.file) : null),
  });
  const faults = createToldFaults(broadcast);
  const struck = createStruck(links.ofUpstream, (name, protocol) => upstreamFaults.refused(name, protocol));
  const upstreamFaults = createToldUpstreamFaults(broadcast, struck.note);
  const onGates = createGateNews(
    () => rooms.gates?.() ?? null,
    (gates) => audience.push({ type: 'gates', gates }),
  );
  const runner = createRunner({
    faults,
    upstreamFaults,
    recorder: logs.watch(
      announcing(links.watch(struck.watch(options.headless ? journal : hits.watch(journal))), options.onEnded),
    ),
    consent,
    reserved: () => reserved.map(({ host, port }) => ({ address: host, port })),
    certificates: options.dbFile === ':memory:' ? null : join(dirname(options.dbFile), 'certificates'),
    ...(options.proxy ? { proxy: options.proxy } : {}),
    ...(options.headless ? {} : { onGates }),
    isOwnClient: isOwnPort,
    onMessage: createDeliveries({ mail: journal.mail, links, plan: () => state.plan, push: audience.push }),
    mailbox: (upstream, owner, port) => journal.mail.of(upstream, owner, () => links.ofUpstream(port)),
  });
  const view = () => viewOf(state, { host: options.host, journal, runner, history, faults, upstreamFaults, consent });
  const examiner = createExaminer({
    journal,
    book: runner.book,
    watched: () => audience.windows.size > 0,
    push: audience.push,
  });
  Object.assign(rooms, { view, gates: runner.engine.gates.view, examiner });
  const read = (source: Source) => readPlan(source, reader);
  const prover = createProver();
  return {
    audience,
    links,
    journal,
    logs,
    runner,
    view,
    broadcast,
    state,
    history,
    hits,
    faults,
    upstreamFaults,
    read,
    consent,
    reserved,
    prover,
    examiner,
  };
}

/** Starts a lab. A file with errors is held, with its problems, and nothing runs until it is put right. */
export async function createLab(options: LabOptions): Promise<LabHandle> {
  const file = options.file ? resolve(options.file) : null;
  const source: Source = { text: file ? await readText(file) : tutorialText, file };
  const known = { plan: null, problems: [], disk: null, recording: { ok: true, error: null } };
  const state: State = { source, onDisk: source.text, ...known };
  const rooms = assemble(options, readerOf(options), state);
  const { audience, journal, logs, runner, broadcast } = rooms;
  const serial = createQueue();
  const check = async (text: Source) => (await rooms.read(text)).problems;
  const watch = createFileWatch(() => void lookAtDisk({ state, run, broadcast }));
  const follow = () => watch.follow(options.headless ? null : state.source.file);
  const runNow = createRun(rooms, !options.headless);
  const run = (next: Next, how: RunHow = {}) =>
    serial(async () => {
      const problems = await runNow(next, how);
      follow();
      return problems;
    });
  const load = async (path: string) => {
    const text = await readText(path);
    return run({ text, file: path }, { onDisk: text });
  };
  const tutorial = () => run({ text: tutorialText, file: null }, { onDisk: tutorialText });
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
      Object.assign(state, { onDisk: state.source.text, disk: null });
      follow();
      broadcast();
    },
    watchChanged: () => journal.watch(audience.watched()),
  };
  const close = async () => {
    watch.close();
    rooms.prover.stop();
    rooms.hits.close();
    rooms.examiner.close();
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
    reserve: (at) => void rooms.reserved.push(at),
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
