/**
 * Recorded sessions as a file, `NAME.mailsession.json`: what one lab writes and another can list, replay and compare.
 * Whatever is read is checked here, field by field; what a later version added is left out.
 */
import { z } from 'zod';
import type { Entry, Knowledge, SessionSummary, TrailStep, TrailTest } from '../journal/entry.ts';

/** What the file says it is. */
const FORMAT = 'mail-lab sessions';
/** Counts up when an older reader could not make sense of the file. */
const VERSION = 1;
/** Characters of a file: one message of the window carries it, escaped once more. */
export const SESSION_FILE_MAX = 20_000_000;
/** Sessions in one file. */
export const SESSIONS_IN_FILE_MAX = 1000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a byte string has every byte.
const bytes = z.string().regex(/^[\u0000-\u00ff]*$/, 'expected bytes, one character each');
const count = z.number().int().nonnegative();
const text = z.string().max(100_000);
const maybeText = text.nullable();
const ranges = z.array(z.tuple([count, count])).max(10_000);

const knowledge = z
  .object({
    place: text,
    helo: bytes.nullable(),
    esmtp: z.boolean(),
    from: bytes.nullable(),
    to: bytes.nullable(),
    user: bytes.nullable(),
    password: bytes.nullable(),
    tls: maybeText,
    errors: count,
    attempt: count,
    rule: maybeText,
    upstream: maybeText,
  } satisfies Record<keyof Knowledge, z.ZodType>)
  // A field that is there has a value: JSON knows no undefined.
  .partial() as z.ZodType<Partial<Knowledge>>;

const trailTest = z.object({
  field: text,
  expected: text,
  actual: text,
  raw: text.exactOptional(),
  negated: z.boolean().exactOptional(),
  held: z.boolean(),
} satisfies Record<keyof TrailTest, z.ZodType>);

const trailStep = z.object({
  rule: count.nullable(),
  name: text,
  outcome: z.enum(['matched', 'not-matched', 'not-tried', 'off']),
  tests: z.array(trailTest).max(1000),
  wouldMatch: z.boolean().exactOptional(),
  then: text,
} satisfies Record<keyof TrailStep, z.ZodType>);

const entry = z.object({
  seq: count,
  at: z.number().nonnegative(),
  leg: z.enum(['client', 'auth', 'upstream']),
  direction: z.enum(['in', 'out', 'none']),
  kind: z.enum([
    ...(['open', 'line', 'data', 'http', 'dial', 'decision'] as const),
    ...(['wait', 'relay', 'tls', 'hold', 'fault', 'close'] as const),
  ]),
  bytes,
  size: count.exactOptional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
  disposition: z.enum(['passed', 'consumed', 'invented', 'replayed', 'changed']).exactOptional(),
  cause: count.exactOptional(),
  why: z.string().regex(/^[a-z0-9.-]{1,200}$/, 'expected the key of a reason'),
  params: z.record(z.string().max(100), z.union([z.string(), z.number()])).exactOptional(),
  state: knowledge.exactOptional(),
  trail: z.array(trailStep).max(10_000).exactOptional(),
  secret: ranges.exactOptional(),
  edited: z.object({ was: bytes, secret: ranges.exactOptional() }).exactOptional(),
} satisfies Record<keyof Entry, z.ZodType>);

const summary = z.object({
  id: count,
  protocol: z.enum(['smtp', 'imap', 'pop3']),
  listener: text,
  client: text,
  startedAt: count,
  ms: count.nullable(),
  place: text,
  user: maybeText,
  from: maybeText,
  to: z.array(text).max(100_000),
  rule: maybeText,
  upstream: maybeText,
  outcome: z.enum(['relayed', 'rejected', 'failed', 'quit', 'closed']).nullable(),
  reply: z.number().int().nullable(),
  authCalls: count,
  bytesIn: count,
  bytesOut: count,
  entries: count,
  error: maybeText,
  imported: z.string().max(300).exactOptional(),
  stage: z.string().max(100).exactOptional(),
  tls: z.string().max(300).exactOptional(),
  faults: z.array(z.string().max(1000)).max(1000).exactOptional(),
  // What was found in it is found again by whoever reads the file.
} satisfies Record<Exclude<keyof SessionSummary, 'findings' | 'held'>, z.ZodType>);

const message = z.object({
  upstream: text,
  at: count,
  from: text,
  to: z.array(text).max(100_000),
  raw: bytes,
});

const session = z
  .object({ summary, entries: z.array(entry), messages: z.array(message).max(1000).exactOptional() })
  .superRefine(({ entries }, context) => {
    const wrong = entries.findIndex((one, position) => !isSound(one, position));
    if (wrong >= 0) context.addIssue({ code: 'custom', path: ['entries', wrong], message: 'is out of order' });
  });

const file = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** The version of the program that wrote it. */
  writtenBy: z.string().max(100),
  /** removed: four asterisks stand where passwords stood. */
  secrets: z.enum(['removed', 'kept']),
  sessions: z.array(z.unknown()).min(1).max(SESSIONS_IN_FILE_MAX),
});

/** A message that a session brought, as a played server kept it. */
export interface FiledMessage {
  readonly upstream: string;
  /** ms since 1970. */
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** One session in a file. */
export interface FiledSession {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
  readonly messages?: readonly FiledMessage[];
}

/** Whether an entry stands where it says, causes lie before it, and its secrets lie within it. */
function isSound({ seq, cause, bytes: own, secret, edited }: Entry, position: number): boolean {
  const within = (all: Entry['secret'], length: number) =>
    (all ?? []).every(([from, to], at) => from <= to && to <= length && from >= (all?.[at - 1]?.[1] ?? 0));
  return (
    seq === position &&
    (cause === undefined || cause <= seq) &&
    within(secret, own.length) &&
    within(edited?.secret, edited?.was.length ?? 0)
  );
}

/** The text of a file. */
export function printSessions(
  sessions: readonly FiledSession[],
  about: { readonly writtenBy: string; readonly secrets: 'removed' | 'kept' },
): string {
  const lines = sessions.map((one) => JSON.stringify({ ...one, summary: summary.parse(one.summary) })).join(',\n');
  const head = JSON.stringify({ format: FORMAT, version: VERSION, ...about });
  // One session a line: such files are compared and kept in repositories.
  return `${head.slice(0, -1)},"sessions":[\n${lines}\n]}\n`;
}

/** What a file says of itself, as far as it is one of ours. */
const announced = z.object({ format: z.literal(FORMAT), version: z.unknown() });

/** One sentence about a file that cannot be used. */
interface Refused {
  readonly problem: string;
}

/** Reads a file. Whoever must not keep others waiting reads it session by session instead. */
export function readSessions(name: string, given: string): { readonly sessions: readonly FiledSession[] } | Refused {
  const sessions: FiledSession[] = [];
  for (const one of sessionsIn(name, given)) {
    if ('problem' in one) return one;
    sessions.push(one);
  }
  return { sessions };
}

/** The sessions of a file, each checked when it is asked for; the last one may be what is wrong with the file. */
export function* sessionsIn(name: string, given: string): Generator<FiledSession | Refused, void, void> {
  const found = opened(name, given);
  if ('problem' in found) return yield found;
  for (const [at, one] of found.sessions.entries()) {
    const checked = session.safeParse(one);
    if (!checked.success) return yield damaged(name, checked.error, ['sessions', at]);
    yield checked.data;
  }
}

function opened(name: string, given: string): { readonly sessions: readonly unknown[] } | Refused {
  if (given.length > SESSION_FILE_MAX) {
    const mega = Math.floor(SESSION_FILE_MAX / 1_000_000);
    return {
      problem: `${name} is too large: a file of sessions has at most ${mega} MB. Export fewer sessions into one.`,
    };
  }
  const json = parsed(given);
  const head = announced.safeParse(json);
  if (!head.success) {
    return { problem: `${name} is not a file of recorded sessions: choose one that "Export session" has written.` };
  }
  if (head.data.version !== VERSION) {
    const version = JSON.stringify(head.data.version)?.slice(0, 20) ?? 'none';
    return {
      problem: `${name} has format version ${version}, and this Mail Traffic Lab reads version ${VERSION}: open it with the version that wrote it.`,
    };
  }
  const checked = file.safeParse(json);
  return checked.success ? { sessions: checked.data.sessions } : damaged(name, checked.error, []);
}

function damaged(name: string, { issues: [issue] }: z.ZodError, before: readonly PropertyKey[]): Refused {
  const path = [...before, ...(issue?.path ?? [])].map(String).join('.') || 'the top';
  return {
    problem: `${name} is damaged (at ${path}: ${issue?.message ?? 'it is not readable'}): export the session again.`,
  };
}

function parsed(given: string): unknown {
  try {
    return JSON.parse(given.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}
