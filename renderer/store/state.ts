/** Everything the window knows. Panes read it with selectors; only `actions.ts` and `fold.ts` change it. */
import type { Handshake } from '../../shared/contract/clients.ts';
import type { Feed, LabView } from '../../shared/contract/contract.ts';
import type { GatesView } from '../../shared/contract/gates.ts';
import type { HitsView } from '../../shared/contract/rules.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Rows } from './rows.ts';
import type { Said } from './said.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** The inspector's tabs. */
export type InspectorTab = 'why' | 'route' | 'auth' | 'message' | 'log' | 'what-if';

/** A part of the diagram a person can select; an upstream by its name. */
export type NodeId = 'client' | 'proxy' | 'auth' | `upstream:${string}`;

/** One telnet connection of this window. */
export interface Telnet {
  readonly connection: number;
  readonly listener: string;
  /** What both sides said, newest at the end. */
  readonly said: readonly Said[];
  /** What the handshake agreed on; null in clear text. */
  readonly tls: Handshake | null;
  readonly open: boolean;
  /** The system's code when it broke; null when it was closed in order. */
  readonly error: string | null;
}

/** A connection that nothing has been said on. */
export const newTelnet = (connection: number): Telnet => ({
  ...{ connection, listener: '', said: [], tls: null, open: true, error: null },
});

/** What a menu item or the system asks of the window. */
export interface Command {
  readonly name: Extract<Feed, { type: 'command' }>['command'];
  /** Grows by one with each command, so that the same one twice is two. */
  readonly n: number;
}

/** Entries that went by too quickly to be drawn one by one, per leg, in the last second. */
export interface Burst {
  readonly client: number;
  readonly auth: number;
  readonly upstream: number;
}

export interface LabState {
  /** null until the lab has answered. */
  readonly lab: LabView | null;
  readonly connected: boolean;
  /** How often each rule decided. */
  readonly hits: HitsView;
  /** What is armed at the gates, and what is held there. */
  readonly gates: GatesView;

  /** Sessions loaded so far, by id. */
  readonly sessions: Rows;
  /** Ids as listed, newest first: those that match the filter. At most `SESSIONS_MAX`. */
  readonly order: readonly number[];
  readonly matching: number;
  readonly total: number;
  readonly open: number;
  readonly filter: string;
  /** What is wrong with the filter's text. */
  readonly filterProblem: string | null;

  readonly selected: number | null;
  /** Whether a person chose the session; otherwise the window goes on to the newest one. */
  readonly pinned: boolean;
  /** true between choosing a session and having its entries. */
  readonly loading: boolean;
  /** The chosen session's journal so far; `entries[i].seq === i`. */
  readonly entries: readonly Entry[];
  /** Where the person stands: a position in `entries`, or null to follow what happens. */
  readonly cursor: number | null;
  /** The position that every pane draws; -1 while there is nothing. Runs up to the newest entry when following. */
  readonly shown: number;
  readonly playing: boolean;
  /** Whether the session is looked at as a recording: it opened at its first step, and what comes does not move it. */
  readonly replay: boolean;
  /** Whether the session is one mail sent from this window: it is followed at a walk, not at the pace of traffic. */
  readonly walk: boolean;
  readonly burst: Burst | null;
  /** Parcels a second of all sessions together, on each edge, while they are too many to be drawn; else null. */
  readonly rush: Burst | null;

  readonly tab: InspectorTab;
  /** The part of the diagram whose facts the inspector shows on top; null for none. */
  readonly node: NodeId | null;
  readonly telnet: ReadonlyMap<number, Telnet>;
  readonly command: Command | null;
  /** Whether things must not move: the system's or the person's "reduce motion". */
  readonly still: boolean;
  readonly settings: Settings;
}

/** Rows the session list keeps: enough to scroll for a while, little enough to copy thirty times a second. */
export const SESSIONS_MAX = 20_000;
/** Entries following may lag behind before it jumps to the newest and shows counts instead of parcels. */
export const LAG_MAX = 40;

export const initialState: LabState = {
  lab: null,
  connected: false,
  hits: { hits: [], editedAt: null },
  gates: { everywhere: [], sessions: [], breakpoints: [], held: [], heldCount: 0, slowMs: 0 },
  sessions: new Map(),
  order: [],
  matching: 0,
  total: 0,
  open: 0,
  filter: '',
  filterProblem: null,
  selected: null,
  pinned: false,
  loading: false,
  entries: [],
  cursor: null,
  shown: -1,
  playing: false,
  replay: false,
  walk: false,
  burst: null,
  rush: null,
  tab: 'why',
  node: null,
  telnet: new Map(),
  command: null,
  still: false,
  settings: defaultSettings,
};
