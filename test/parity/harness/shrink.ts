/** Makes a dialogue on which the two systems differ as short as it can be while they still differ. */
import type { Dialogue, Said, Say, Turn, UpstreamScript } from './dialogue.ts';

/** The place of the first candidate on which the two systems differ; null if they agree on all. */
export type FirstThatDiffers = (candidates: readonly Dialogue[]) => Promise<number | null>;

/** Smaller forms of a value, the boldest first. */
type Smaller<T> = (whole: T) => T[];

/** How many candidates are played at once. */
const batch = 24;

/** `whole` without a part of it: without each half, each quarter, … each item (delta debugging). */
function without<T>(whole: readonly T[]): T[][] {
  const candidates: T[][] = [];
  for (let size = whole.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < whole.length; at += size) candidates.push(whole.toSpliced(at, size));
  return candidates;
}

/** The directives of a text, each with its semicolon. */
function directives(conf: string): string[] {
  return conf.match(/[^\s;](?:"[^"]*"|[^;"])*;/g) ?? [];
}

/** Cut behind every line end. */
function lines(text: string): string[] {
  return text.split(/(?<=[⏎␊])/);
}

const fewerLines: Smaller<string> = (text) => without(lines(text)).map((some) => some.join(''));
const fewerBytes: Smaller<string> = (text) => without([...text]).map((some) => some.join(''));

/** `whole` with one item in a smaller form. */
function each<T>(whole: readonly T[], smaller: Smaller<T>): T[][] {
  return whole.flatMap((item, i) => smaller(item).map((one) => whole.with(i, one)));
}

const turns = (dialogue: Dialogue, some: readonly Turn[]): Dialogue => ({ ...dialogue, turns: some });

/** The last turn stays: it waits for the end. */
function fewerTurns(dialogue: Dialogue): Dialogue[] {
  const last = dialogue.turns.slice(-1);
  return without(dialogue.turns.slice(0, -1)).map((some) => turns(dialogue, [...some, ...last]));
}

function joinedTurns(dialogue: Dialogue): Dialogue[] {
  return dialogue.turns.slice(1).flatMap(([send, hear, more], i) => {
    const [before, , first] = dialogue.turns[i] ?? ['', ''];
    if (first?.secure !== undefined || first?.finish || first?.reset) return [];
    const both: Turn = [before + send, hear, { ...more, after: first?.after ?? 0 }];
    return [turns(dialogue, dialogue.turns.toSpliced(i, 2, both))];
  });
}

function untimedTurns(dialogue: Dialogue): Dialogue[] {
  const untimed: Smaller<Turn> = ([send, hear, { after, ...more } = {}]) => {
    if (after === undefined) return [];
    return [Object.keys(more).length === 0 ? [send, hear] : [send, hear, more]];
  };
  return each(dialogue.turns, untimed).map((some) => turns(dialogue, some));
}

const saying =
  (smaller: Smaller<string>) =>
  (dialogue: Dialogue): Dialogue[] =>
    each(dialogue.turns, ([send, hear, more]): Turn[] =>
      smaller(send).map((less) => (more === undefined ? [less, hear] : [less, hear, more])),
    ).map((some) => turns(dialogue, some));

function fewerDirectives(dialogue: Dialogue): Dialogue[] {
  const { conf, ...rest } = dialogue;
  if (conf === undefined) return [];
  return without(directives(conf)).map((some) => (some.length === 0 ? rest : { ...rest, conf: some.join(' ') }));
}

function bare(dialogue: Dialogue): Dialogue[] {
  const { host: _host, ...here } = dialogue;
  const { listen: _listen, ...plain } = dialogue;
  return [here, plain];
}

/** Every smaller form of something that a peer says. */
function less(what: Say): Say[] {
  if (typeof what === 'string') return [...fewerLines(what), ...fewerBytes(what)];
  const { everyMs: _every, delayMs: _delay, then, ...rest } = what;
  const whole = rest.pieces.join('');
  const ends: Said = then === undefined ? { pieces: [whole] } : { pieces: [whole], then };
  const shorter = less(whole).flatMap((text): Say[] => (typeof text === 'string' ? [{ ...ends, pieces: [text] }] : []));
  return [whole, ends, ...each(what.pieces, fewerBytes).map((pieces) => ({ ...what, pieces })), ...shorter];
}

const isOne = (auth: Say | readonly Say[]): auth is Say => typeof auth === 'string' || 'pieces' in auth;

function simplerAuth({ auth, ...rest }: Dialogue): Dialogue[] {
  if (auth === undefined) return [];
  if (isOne(auth)) return [rest, ...less(auth).map((one) => ({ ...rest, auth: one }))];
  const singles = auth.map((one) => ({ ...rest, auth: one }));
  const fewer = [...without(auth), ...each(auth, less)].filter((some) => some.length > 0);
  return [rest, ...singles, ...fewer.map((some) => ({ ...rest, auth: some }))];
}

function simplerScript({ greeting, replies = {}, ...rest }: UpstreamScript): UpstreamScript[] {
  const script = (
    greets: Say | undefined,
    some: readonly (readonly [string, Say | readonly Say[]])[],
  ): UpstreamScript => ({
    ...rest,
    ...(greets === undefined ? {} : { greeting: greets }),
    ...(some.length === 0 ? {} : { replies: Object.fromEntries(some) }),
  });
  const all = Object.entries(replies);
  const shorter = each(all, ([key, said]) =>
    (isOne(said) ? less(said) : [...said]).map((one): [string, Say] => [key, one]),
  );
  return [
    script(undefined, all),
    ...[...without(all), ...shorter].map((some) => script(greeting, some)),
    ...(greeting === undefined ? [] : less(greeting)).map((one) => script(one, all)),
    { ...(greeting === undefined ? {} : { greeting }), replies },
  ];
}

function simplerUpstream({ upstream, ...rest }: Dialogue): Dialogue[] {
  if (upstream === undefined) return [];
  return [rest, ...simplerScript(upstream).map((script) => ({ ...rest, upstream: script }))];
}

/** What is tried, in this order: what takes most away first. */
const moves: readonly Smaller<Dialogue>[] = [
  fewerTurns,
  fewerDirectives,
  bare,
  simplerUpstream,
  simplerAuth,
  saying(fewerLines),
  joinedTurns,
  saying(fewerBytes),
  untimedTurns,
];

const size = (dialogue: Dialogue): number => JSON.stringify(dialogue).length;

/** The first of the candidates that is smaller and on which the two still differ. */
async function better(
  now: Dialogue,
  candidates: readonly Dialogue[],
  first: FirstThatDiffers,
): Promise<Dialogue | null> {
  const limit = size(now);
  const seen = new Set<string>();
  const smaller = candidates.filter((one) => {
    const text = JSON.stringify(one);
    return text.length < limit && !seen.has(text) && seen.add(text);
  });
  for (let at = 0; at < smaller.length; at += batch) {
    const some = smaller.slice(at, at + batch);
    const found = await first(some);
    if (found !== null) return some[found] ?? null;
  }
  return null;
}

/**
 * Shrinks `dialogue`, on which the two systems differ, until no move makes it smaller: no turn, line, byte, directive,
 * answer or pause can go any more. The same dialogue and the same systems give the same result.
 */
export async function shrink(dialogue: Dialogue, first: FirstThatDiffers): Promise<Dialogue> {
  let now = dialogue;
  for (let before = Number.POSITIVE_INFINITY; size(now) < before; ) {
    before = size(now);
    for (const move of moves)
      for (let next = await better(now, move(now), first); next !== null; next = await better(now, move(now), first))
        now = next;
  }
  return now;
}
