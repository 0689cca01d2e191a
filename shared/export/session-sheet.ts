/**
 * A recorded session in words, as everything that is printed or written of it needs them: the ladder's rows with their
 * times, texts and reasons. Every text in a sheet is one line without anything that a file could stumble over.
 */
import { clockText, duration, type TimeMode } from '../journal/clock.ts';
import type { Entry, SessionSummary } from '../journal/entry.ts';
import { type Column, type LadderRow, ladderOf, verdictOf } from '../journal/ladder.ts';
import { hasSecrets, withoutSecrets } from '../journal/masking.ts';
import { readable, readableLines, spelled } from '../journal/readable.ts';
import { type Say, sentenceOf } from '../journal/sentence.ts';
import { type Gist, gistOf, isRelayed, relayStart, travelOf } from '../journal/travel.ts';
import type { Disposition } from '../machine/machine.ts';

/** A session as it was recorded. */
export interface Recorded {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
}

/** How it is written. */
export interface SheetOptions {
  readonly say: Say;
  readonly time: TimeMode;
  /** Leaves passwords where they stand; otherwise they are not in the sheet at all. */
  readonly secrets: boolean;
}

/** A row in words. */
export interface SheetRow extends LadderRow {
  /** From 1. */
  readonly number: number;
  readonly time: string;
  /** `14 s later`; '' where no silence need be told. */
  readonly silence: string;
  readonly fromName: string;
  readonly toName: string;
  /** What it says, in one line. */
  readonly label: string;
  /** All of it, line by line; empty where there were no bytes, or only a content. */
  readonly lines: readonly string[];
  /** What stood there before a person changed it; null where nobody did. */
  readonly was: readonly string[] | null;
  /** The disposition's sign and word; '' where there is none. */
  readonly sign: string;
  readonly did: string;
  readonly why: { readonly title: string; readonly text: string; readonly source: string };
  readonly sentence: string;
}

export interface Sheet {
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly columns: readonly { readonly room: Column['room']; readonly name: string; readonly address: string }[];
  readonly rows: readonly SheetRow[];
  /** What the signs mean. */
  readonly legend: readonly { readonly sign: string; readonly word: string }[];
  /** Whether passwords were taken out: one sentence; '' where there were none. */
  readonly masked: string;
  /** Headings and the few words between. */
  readonly words: Readonly<Record<(typeof words)[number], string>>;
}

const words = [
  ...(['step', 'time', 'way', 'did', 'said', 'why', 'was', 'source'] as const),
  ...(['chart', 'transcript', 'divider', 'written', 'byHand'] as const),
] as const;

/** One sign per disposition, in the window and on paper. */
export const signs: Readonly<Record<Disposition, string>> = {
  passed: '→',
  consumed: '⊣',
  invented: '⊢',
  replayed: '⇥',
  changed: '≠',
};

/** The mark of what a person changed. */
export const BY_HAND = '✎';

/** Puts a session into words. */
export function sheetOf(recorded: Recorded, options: SheetOptions): Sheet {
  const { say, secrets } = options;
  const say1: Say = (key, values) => spelled(say(key, values));
  const entries = secrets ? recorded.entries : withoutSecrets(recorded.entries);
  const { columns, rows } = ladderOf(entries);
  const relay = relayStart(entries);
  const named = columns.map(({ room, name, address }) => ({
    room,
    name: name === '' ? (address === '' ? say1(`diagram:${room}`) : spelled(address)) : spelled(name),
    address: spelled(address),
  }));
  const told = rows.flatMap((row) => {
    const entry = entries[row.position];
    if (entry === undefined) return [];
    const before = entries[row.position - 1]?.at ?? entry.at;
    const time = clockText(options.time, entry.at, before, recorded.summary.startedAt);
    const travel = travelOf(entry, isRelayed(entry, row.position, relay));
    const gist = readableGist(gistOf(entry, (one) => one.bytes));
    return [
      {
        ...row,
        number: row.position + 1,
        time,
        silence: row.gap === 0 ? '' : say1('ladder:silence', { time: duration(row.gap) }),
        fromName: named[row.from]?.name ?? '',
        toName: named[row.to]?.name ?? '',
        label: labelOf(entry, gist, say1),
        ...linesOf(entry),
        sign: entry.disposition === undefined ? '' : signs[entry.disposition],
        did: entry.disposition === undefined ? '' : say1(`transcript:disposition.${entry.disposition}`),
        why: whyOf(entry, say1),
        sentence: sentenceOf(entry, travel, entries.length, say1, gist),
      },
    ];
  });
  return {
    title: titleOf(recorded.summary, say1),
    facts: factsOf(recorded.summary, say1),
    columns: named,
    rows: told,
    legend: [
      ...Object.entries(signs).map(([name, sign]) => ({ sign, word: say1(`transcript:disposition.${name}`) })),
      { sign: BY_HAND, word: say1('ladder:word.byHand') },
    ],
    masked: secrets || !hasSecrets(recorded.entries) ? '' : say1('ladder:masked'),
    words: Object.fromEntries(words.map((word) => [word, say1(`ladder:word.${word}`)])) as Sheet['words'],
  };
}

/** The gist with its bytes readable. */
export function readableGist({ key, params }: Gist): Gist {
  const { text } = params;
  return typeof text === 'string' ? { key, params: { ...params, text: readable(text) } } : { key, params };
}

/** What an arrow says: its line, and for an answer of the auth service what it comes to. */
export function labelOf(entry: Entry, gist: Gist, say: Say): string {
  const text = say(`transcript:${gist.key}`, gist.params);
  const verdict = verdictOf(entry);
  if (verdict === null) return text;
  const { rule } = verdict;
  const by =
    rule === null
      ? []
      : [
          rule.number === null
            ? say('transcript:verdict.otherwise')
            : rule.number === 0
              ? say('transcript:verdict.accounts')
              : say('transcript:verdict.rule', { number: rule.number, name: rule.name }),
        ];
  // The words of a refusal stand in the header already.
  const what =
    verdict.type === 'reject' ? [] : [say(`transcript:verdict.${verdict.type}`, { upstream: verdict.upstream })];
  return [...(verdict.type === 'route' ? [] : [text]), ...what, ...by].join(' · ');
}

function linesOf({ kind, bytes, edited }: Entry): Pick<SheetRow, 'lines' | 'was'> {
  const lines = kind === 'data' ? [] : readableLines(bytes);
  return { lines, was: edited === undefined ? null : readableLines(edited.was) };
}

function whyOf({ why, params }: Entry, say: Say): SheetRow['why'] {
  const values = { ...params };
  return {
    title: say(`reasons:${why}.title`, values),
    text: say(`reasons:${why}.text`, values),
    source: say(`reasons:${why}.source`, values),
  };
}

function titleOf({ id, protocol, from, to, user }: SessionSummary, say: Say): string {
  const who = [from, to.length > 1 ? `${to[0]} +${to.length - 1}` : to[0]].filter((one) => one).join(' → ') || user;
  const title = say('ladder:title', { id, protocol: say(`sessions:protocol.${protocol}`) });
  return who ? `${title} · ${spelled(who)}` : title;
}

/** Recipients that are named before the rest is counted. */
const NAMED_MAX = 5;

function factsOf(summary: SessionSummary, say: Say): Sheet['facts'] {
  const { outcome, reply, ms, to } = summary;
  const more = to.length > NAMED_MAX ? [say('ladder:more', { count: to.length - NAMED_MAX })] : [];
  const code = reply === null ? '' : ` (${reply})`;
  const values: readonly (readonly [name: string, value: string | null])[] = [
    ['protocol', say(`sessions:protocol.${summary.protocol}`)],
    ['client', summary.client],
    ['listener', summary.listener],
    ['started', new Date(summary.startedAt).toISOString().replace('T', ' ').replace('Z', ' UTC')],
    ['lasted', ms === null ? say('ladder:still') : duration(ms * 1000)],
    ['from', summary.from],
    ['to', to.length === 0 ? null : [...to.slice(0, NAMED_MAX), ...more].join(', ')],
    ['user', summary.user],
    ['lookups', `${summary.authCalls}`],
    ['rule', summary.rule],
    ['upstream', summary.upstream],
    ['outcome', outcome === null ? null : `${say(`ladder:outcome.${outcome}`)}${code}`],
    ['cause', summary.error === null ? null : say(`reasons:${summary.error}.title`)],
  ];
  return values.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [{ name: say(`ladder:fact.${name}`), value: spelled(value) }],
  );
}
