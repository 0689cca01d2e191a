/** What the lab does for each call of the contract, for one window. */
import { resolve } from 'node:path';
import type { CallArgument, CallName, CallResults, LabView } from '../../shared/contract/contract.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import { asksForHeld } from '../../shared/journal/filter.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import type { Faults } from '../authority/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { UpstreamFaults } from '../upstream/faults.ts';
import { authHandlers } from './auth-handlers.ts';
import { blastHandlers } from './blast.ts';
import { clientHandlers } from './client-handlers.ts';
import { consentHandlers, type GivenConsent } from './consent.ts';
import { confirmDisk, editHandlers, type Next, type RunHow } from './edits.ts';
import type { History } from './edits-history.ts';
import type { Hits } from './edits-hits.ts';
import type { Examiner } from './examining.ts';
import { exportHandlers } from './export-handlers.ts';
import type { Feeds } from './feeds.ts';
import { writeText } from './files.ts';
import { gateHandlers } from './gate-handlers.ts';
import type { Links } from './links.ts';
import { machineHandlers } from './machine-handlers.ts';
import { messageHandlers } from './message-handlers.ts';
import { isNginxConf, type Plan, type Reading, type Source } from './plan.ts';
import { playHandlers } from './play-handlers.ts';
import { problemsIn, provePlan } from './proving.ts';
import { recordingHandlers } from './recording-handlers.ts';
import type { Runner } from './runner.ts';
import { testHandlers } from './tests-handlers.ts';
import { tryBriefly, tryRoute } from './try-route.ts';
import { upstreamHandlers } from './upstream-handlers.ts';
import { UserError } from './user-error.ts';
import type { State } from './view.ts';

/** A handler for every call. */
export type Handlers = {
  readonly [N in CallName]: (argument: CallArgument<N>) => Promise<CallResults[N]> | CallResults[N];
};

/** How the desktop asks for files; the browser host cannot. null: the user cancelled. */
export interface Ask {
  open(): Promise<string | null>;
  saveAs(suggested: string): Promise<string | null>;
}

/** What the handlers need of the lab. */
export interface Core {
  readonly journal: Journal;
  readonly examiner: Examiner;
  readonly runner: Runner;
  readonly links: Links;
  readonly ask: Ask | null;
  view(): LabView;
  source(): Source;
  plan(): Plan | null;
  /** What the lab holds. */
  readonly state: State;
  readonly history: History;
  readonly hits: Hits;
  /** What is wrong with the lab's own auth service on purpose. */
  readonly faults: Faults;
  /** What is wrong with the mail servers that the lab plays, on purpose. */
  readonly upstreamFaults: UpstreamFaults;
  /** What the user has agreed to. */
  readonly consent: GivenConsent;
  /** What a text would run as. */
  read(source: Source): Promise<Reading>;
  /** Checks, and with no error runs it. */
  run(next: Next, how?: RunHow): Promise<readonly Problem[]>;
  /** Reads a file, checks, and with no error runs it. */
  load(file: string): Promise<readonly Problem[]>;
  /** Runs the built-in tutorial. */
  tutorial(): Promise<readonly Problem[]>;
  check(source: Source): Promise<readonly Problem[]>;
  /** The running text is now in this file. */
  saved(file: string): void;
  /** Some window watches another session now. */
  watchChanged(): void;
  /** Tells every window how the lab stands. */
  broadcast(): void;
}

const failed = (problems: readonly Problem[]) => problems.some(({ severity }) => severity === 'error');

/** The handlers of one window, and the end of what it has open. */
export function createHandlers(core: Core, feeds: Feeds): { readonly handlers: Handlers; close(): void } {
  const clients = clientHandlers(core, (feed) => feeds.push(feed));
  const blasts = blastHandlers(core, (feed) => feeds.push(feed));
  return {
    handlers: {
      ...labHandlers(core),
      ...sessionHandlers(core, feeds),
      ...clients.handlers,
      ...machineHandlers(core),
      ...messageHandlers(core),
      ...editHandlers(core),
      ...testHandlers(core),
      ...blasts.handlers,
      ...authHandlers(core),
      ...upstreamHandlers(core),
      ...playHandlers(core),
      ...exportHandlers(core),
      ...consentHandlers(core),
      ...gateHandlers(core),
      ...recordingHandlers(core),
      'rules.hits': () => core.hits.view(),
      'rules.prove': async () => {
        const plan = core.plan();
        return plan && (await provePlan(plan, core.source().text));
      },
      'route.try': (asked) => tryRoute(asked, core.runner.book(), confOf(core)),
      'route.try-all': ({ lookups }) => {
        const conf = confOf(core);
        return { answers: lookups.map((asked) => tryBriefly(asked, core.runner.book(), conf)) };
      },
    },
    close: () => {
      clients.closeAll();
      blasts.close();
    },
  };
}

function confOf(core: Core): MailConf {
  const plan = core.plan();
  if (!plan) throw new UserError('No lab is running: put the problems of its file right first.');
  return plan.conf;
}

type LabCalls = 'lab.get' | 'lab.apply' | 'lab.check' | 'lab.save' | 'lab.open' | 'lab.tutorial' | 'listener.retry';

function labHandlers(core: Core): Pick<Handlers, LabCalls> {
  return {
    'lab.get': () => core.view(),
    'lab.apply': async ({ text }) => {
      const problems = await core.run({ text, file: core.source().file });
      return { ok: !failed(problems), problems };
    },
    'lab.check': async ({ text }) => ({ problems: await problemsIn({ text, file: core.source().file }, core.read) }),
    'lab.save': async ({ as }) => ({ saved: await save(core, as) }),
    'lab.open': async ({ path }) => {
      const chosen = path ?? (core.ask ? await core.ask.open() : noPath());
      if (chosen === null) return { opened: null, problems: [] };
      const file = resolve(chosen);
      const problems = await core.load(file);
      return { opened: failed(problems) ? null : file, problems };
    },
    'lab.tutorial': async () => ({ ok: !failed(await core.tutorial()) }),
    'listener.retry': async ({ id }) => {
      const ok = await core.runner.retry(id);
      if (ok === null) throw new UserError(`There is no listener "${id}" in the running lab.`);
      core.broadcast();
      return { ok };
    },
  };
}

function noPath(): never {
  throw new UserError('Give the path of a lab file or an nginx.conf.');
}

async function save(core: Core, as: string | undefined): Promise<string | null> {
  const { text, file } = core.source();
  const nginx = isNginxConf({ text, file });
  const suggested = nginx ? 'nginx.conf' : 'my.lab.yaml';
  const known = as ?? file;
  if (known === null && !core.ask) throw new UserError('This lab has no file yet; give it a name.');
  const chosen = known ?? (await core.ask?.saveAs(suggested)) ?? null;
  if (chosen === null) return null;
  const target = resolve(chosen);
  const fits = nginx ? /\.conf$/i : /\.ya?ml$/i;
  if (!fits.test(target))
    throw new UserError(
      nginx ? 'The name of an nginx configuration ends in .conf.' : 'The name of a lab file ends in .lab.yaml.',
    );
  await confirmDisk(core, target);
  await writeText(target, text);
  core.saved(target);
  return target;
}

/** Where something of which session is held now. */
function heldBySession(core: Core): ReadonlyMap<number, readonly Gate[]> {
  const found = new Map<number, Gate[]>();
  for (const { session, gate } of core.runner.engine.gates.view().held)
    found.set(session, [...(found.get(session) ?? []), gate]);
  return found;
}

type SessionCalls = 'sessions.list' | 'sessions.clear' | 'session.get' | 'session.watch';

function sessionHandlers(core: Core, feeds: Feeds): Pick<Handlers, SessionCalls> {
  return {
    'sessions.list': ({ filter, before, limit }) => {
      const held = asksForHeld(filter) ? heldBySession(core) : undefined;
      const page = core.journal.list({ filter, limit, ...(before !== undefined && { before }), ...(held && { held }) });
      core.examiner.saw(page.sessions);
      if (/\b(?:diag|severity):/i.test(filter)) core.examiner.sweep();
      return page;
    },
    'sessions.clear': () => {
      const cleared = core.journal.clear();
      core.examiner.forget();
      core.broadcast();
      return { cleared };
    },
    'session.get': ({ id }) => core.journal.session(id),
    'session.watch': ({ id }) => {
      const session = id === null ? null : core.journal.session(id);
      feeds.watch(session ? id : null, (session?.entries.at(-1)?.seq ?? -1) + 1);
      core.watchChanged();
      return session;
    },
  };
}
