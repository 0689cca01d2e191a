/**
 * Pure folds: feeds into the window's state, and entries into what was known at a moment. Live traffic and a recorded
 * session go through the same functions.
 */
import type { Feed } from '../../shared/contract/contract.ts';
import type { Entry, Knowledge, SessionSummary } from '../../shared/journal/entry.ts';
import { changedRows } from './rows.ts';
import { addSaid } from './said.ts';
import { type LabState, newTelnet, SESSIONS_MAX } from './state.ts';
import { extended, folded } from './timeline.ts';

/** What a feed changes; `entries` and `command` are left to the actions, which also move the cursor. */
export function foldFeed(state: LabState, feed: Feed): Partial<LabState> {
  switch (feed.type) {
    case 'lab':
      return {
        lab: feed.lab,
        connected: true,
        total: feed.lab.counts.sessions,
        open: feed.lab.counts.open,
      };
    case 'hits':
      return { hits: feed.hits };
    case 'gates':
      return { gates: feed.gates };
    case 'sessions':
      return { ...foldSessions(state, feed.changed), total: feed.counts.sessions, open: feed.counts.open };
    case 'findings':
      return { sessions: foldFindings(state.sessions, feed.found) };
    case 'telnet':
      return foldTelnet(state, feed.connection, feed.data);
    case 'telnet-closed':
      return closeTelnet(state, feed.connection, feed.error);
    default:
      return {};
  }
}

/** Puts changed rows in their place. With a filter, unknown rows stay out: the actions ask the lab for the list again. */
export function foldSessions(
  state: Pick<LabState, 'sessions' | 'order' | 'matching' | 'filter'>,
  changed: readonly SessionSummary[],
): Pick<LabState, 'sessions' | 'order' | 'matching'> {
  // Rows that were left behind, or not loaded yet, are not new because they changed.
  const loadedTo = state.order.length < state.matching ? (state.order.at(-1) ?? -1) : -1;
  const listed = changed.filter(({ id }) => state.sessions.has(id) || (state.filter === '' && id > loadedTo));
  const fresh = [...new Set(listed.map(({ id }) => id))].filter((id) => !state.sessions.has(id));
  if (fresh.length === 0) {
    return { sessions: changedRows(state.sessions, listed), order: state.order, matching: state.matching };
  }
  const order = [...fresh.sort((a, b) => b - a), ...state.order];
  if ((order[fresh.length - 1] ?? 0) < (state.order[0] ?? -1)) order.sort((a, b) => b - a);
  const sessions = changedRows(state.sessions, listed, order.splice(SESSIONS_MAX));
  return { sessions, order, matching: state.matching + fresh.length };
}

/** What was found in sessions, into the rows that are there. */
function foldFindings(
  sessions: LabState['sessions'],
  found: Extract<Feed, { type: 'findings' }>['found'],
): LabState['sessions'] {
  const known = found.flatMap(({ id, findings }) => {
    const session = sessions.get(id);
    return session === undefined ? [] : [{ ...session, findings }];
  });
  return changedRows(sessions, known);
}

/** Joins entries in order; what is there already (the answer of `session.watch` and the feed overlap) is left out. */
export function mergeEntries(have: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  const next = (have.at(-1)?.seq ?? -1) + 1;
  const fresh = more.filter((entry) => entry.seq >= next);
  return fresh.length === 0 ? have : have.length === 0 ? fresh : extended(have, fresh);
}

/** Nothing known: before the first entry. */
export const nothingKnown: Knowledge = {
  place: '',
  helo: null,
  esmtp: false,
  from: null,
  to: null,
  user: null,
  password: null,
  tls: null,
  errors: 0,
  attempt: 0,
  rule: null,
  upstream: null,
};

/** What the proxy knew once the entry at `position` had happened. */
export const knowledgeAt: (entries: readonly Entry[], position: number) => Knowledge = folded(
  nothingKnown,
  (known, { state }) => (state === undefined ? known : { ...known, ...state }),
);

/** The fields that the entry at `position` really changed, compared with the moment before. */
export function changedAt(entries: readonly Entry[], position: number): ReadonlySet<keyof Knowledge> {
  const state = entries[position]?.state;
  if (state === undefined) return new Set();
  const before = knowledgeAt(entries, position - 1);
  const fields = Object.keys(state) as (keyof Knowledge)[];
  return new Set(fields.filter((field) => before[field] !== state[field]));
}

function foldTelnet(state: LabState, connection: number, data: string): Partial<LabState> {
  // Bytes may come before the call that opened the connection is answered.
  const known = state.telnet.get(connection) ?? newTelnet(connection);
  const said = addSaid(known.said, 'server', data);
  return { telnet: new Map(state.telnet).set(connection, { ...known, said }) };
}

function closeTelnet(state: LabState, connection: number, error: string | null): Partial<LabState> {
  const known = state.telnet.get(connection);
  if (known === undefined) return {};
  return { telnet: new Map(state.telnet).set(connection, { ...known, open: false, error }) };
}
