/** The lab as the window sees it. */
import { basename } from 'node:path';
import type { LabView } from '../../shared/contract/contract.ts';
import type { EditingView, Unheard } from '../../shared/contract/rules.ts';
import { placesOf } from '../../shared/lab/edit-rules.ts';
import { kindsFor, kindsOf } from '../../shared/lab/lint-kinds.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import type { Faults } from '../authority/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { UpstreamFaults } from '../upstream/faults.ts';
import { authServicesOf } from './auth-handlers.ts';
import type { Consent } from './boundary.ts';
import { consentView } from './consent.ts';
import type { History } from './edits-history.ts';
import { packageVersion } from './package-root.ts';
import type { Plan, Source } from './plan.ts';
import type { Runner } from './runner.ts';

/** What a lab holds at a moment. */
export interface State {
  source: Source;
  /** null: its text has errors, and nothing runs. */
  plan: Plan | null;
  problems: readonly Problem[];
  /** The text as its file holds it, as far as this lab has taken note. */
  onDisk: string;
  /** What another program wrote into the file and the lab did not take; `problem` says why it could not. */
  disk: { readonly text: string; readonly problem: string | null } | null;
  recording: LabView['recording'];
}

/** Read once: the version does not change while we run. */
const version = packageVersion();

/** Conditions that no client can meet: those whose plainest pattern leaves no kind of lookup over. */
const probes = { rcpt: 'x', from: 'x', helo: 'x', tls: true, clientHost: 'x' } as const;

function unheardBy(conf: MailConf): readonly Unheard[] {
  const all = kindsOf(conf);
  if (all.length === 0) return [];
  return Object.entries(probes).flatMap(([field, probe]) => {
    const { never } = kindsFor({ [field]: probe }, all);
    return never ? [{ field, id: never.id, message: never.message }] : [];
  });
}

/** What is worked out from a text or a plan, kept as long as that is in force. */
function createMemo<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(key);
    made.set(key, fresh);
    return fresh;
  };
}

const places = createMemo(({ text }: Source) => placesOf(text));
const unheard = createMemo(({ conf }: Plan) => unheardBy(conf));

function editingOf({ source, plan, onDisk, disk }: State, history: History): EditingView {
  return {
    unsaved: source.text !== onDisk,
    disk: disk === null ? 'same' : disk.problem === null ? 'changed' : 'broken',
    diskProblem: disk?.problem ?? null,
    undo: history.next('undo')?.note ?? null,
    redo: history.next('redo')?.note ?? null,
    places: places(source),
    unheard: plan?.auth ? unheard(plan) : [],
    accounts: plan?.accounts.length ?? 0,
  };
}

/** The rooms that a view is made from. */
interface Rooms {
  readonly host: LabView['host'];
  readonly journal: Journal;
  readonly runner: Runner;
  readonly history: History;
  readonly faults: Faults;
  readonly upstreamFaults: UpstreamFaults;
  readonly consent: Consent;
}

export function viewOf(state: State, rooms: Rooms): LabView {
  const { source, plan, problems, recording } = state;
  const { host, journal, runner, history, faults, consent } = rooms;
  const messages = journal.mail.counts();
  const listeners = runner.listeners();
  return {
    name: plan?.name ?? (source.file ? basename(source.file) : ''),
    file: source.file,
    text: source.text,
    problems,
    listeners,
    rules: plan?.auth?.rules ?? [],
    otherwise: plan?.auth?.otherwise ?? null,
    editing: editingOf(state, history),
    upstreams: (plan?.upstreams ?? []).map(({ name, external }) => {
      return { name, external, messages: messages.get(name) ?? 0 };
    }),
    serverName: plan?.conf.servers[0]?.serverName ?? '',
    recording,
    counts: journal.counts(),
    faults: faults.list(),
    upstreamFaults: rooms.upstreamFaults.list(),
    consent: consentView(consent),
    authServices: authServicesOf(plan, listeners),
    host,
    version,
  };
}
