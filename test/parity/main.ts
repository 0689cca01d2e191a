/**
 * `npm run parity`: the lab against Debian's nginx.
 *
 *   npm run parity                                          every dialogue of the lists
 *   npm run parity -- --fuzz N [--seed S] [--first I]       N random dialogues of each protocol, from number I on
 *   … --protocol smtp|imap|pop3                             of one protocol only
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Dialogue } from './harness/dialogue.ts';
import { type Fuzz, fuzz, shortest } from './harness/fuzz.ts';
import { labFaults, shortfalls } from './harness/judge.ts';
import { lab } from './harness/lab.ts';
import { nginx } from './harness/nginx.ts';
import { resultsOf } from './harness/troupe.ts';
import { dialogues as imap } from './imap/dialogues.ts';
import { known as knownImap } from './imap/differences.ts';
import { grammar as imapGrammar } from './imap/random.ts';
import { dialogues as pop3 } from './pop3/dialogues.ts';
import { known as knownPop3 } from './pop3/differences.ts';
import { grammar as pop3Grammar } from './pop3/random.ts';
import { dialogues as smtp } from './smtp/dialogues.ts';
import { known as knownSmtp } from './smtp/differences.ts';
import { grammar as smtpGrammar } from './smtp/random.ts';
import { imap as imapTls } from './tls/imap.ts';
import { pop3 as pop3Tls } from './tls/pop3.ts';
import { smtp as smtpTls } from './tls/smtp.ts';

interface Part extends Fuzz {
  readonly name: string;
  readonly dialogues: readonly Dialogue[];
}

const parts: Readonly<Record<Protocol, Part>> = {
  smtp: { name: 'SMTP', dialogues: [...smtp, ...smtpTls], grammar: smtpGrammar, known: knownSmtp },
  imap: { name: 'IMAP', dialogues: [...imap, ...imapTls], grammar: imapGrammar, known: knownImap },
  pop3: { name: 'POP3', dialogues: [...pop3, ...pop3Tls], grammar: pop3Grammar, known: knownPop3 },
};

interface Wanted {
  readonly parts: readonly Part[];
  /** Random dialogues of each protocol; null: the lists. */
  readonly fuzz: number | null;
  readonly seed: number;
  readonly first: number;
}

function number(text: string, name: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < 2 ** 32) return value;
  throw new TypeError(`--${name} must be a whole number from ${least} on, not ${JSON.stringify(text)}.`);
}

const isProtocol = (text: string): text is Protocol => text in parts;

function wanted(args: readonly string[]): Wanted {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { fuzz: option, seed: option, first: option, protocol: option },
  });
  const { fuzz: many, seed = '1', first = '0', protocol } = values;
  if (protocol !== undefined && !isProtocol(protocol))
    throw new TypeError(`--protocol must be smtp, imap or pop3, not ${JSON.stringify(protocol)}.`);
  if (many === undefined && (values.seed ?? values.first) !== undefined)
    throw new TypeError('--seed and --first belong to --fuzz.');
  return {
    parts: protocol === undefined ? Object.values(parts) : [parts[protocol]],
    fuzz: many === undefined ? null : number(many, 'fuzz', 1),
    seed: number(seed, 'seed', 0),
    first: number(first, 'first', 0),
  };
}

/** The version of the nginx that is compared with, which it says on its standard error. */
function version(): string {
  const said = execFileSync('/bin/sh', ['-c', '/usr/sbin/nginx -v 2>&1'], { encoding: 'utf8' });
  return /nginx\/([\d.]+)/.exec(said)?.[1] ?? 'of an unknown version';
}

/** What one protocol came to. */
interface Sum {
  readonly all: number;
  readonly wrong: number;
  readonly known: ReadonlyMap<string, number>;
}

const sumOf = (counts: Iterable<number>): number => [...counts].reduce((sum, one) => sum + one, 0);

function tell(name: string, { all, wrong, known }: Sum): void {
  const apart = sumOf(known.values());
  console.log(
    `parity: ${name}: ${all} dialogues, ${all - wrong - apart} identical, ${apart} known differences, ${wrong} mismatches`,
  );
  for (const [why, count] of known) console.log(`  known, ${count}: ${why}`);
}

async function listed({ name, dialogues }: Part): Promise<Sum> {
  const real = await resultsOf(nginx, dialogues);
  const ours = await resultsOf(lab, dialogues);
  const known = new Map<string, number>();
  let wrong = 0;
  for (const dialogue of dialogues) {
    const [theirs, own] = [real.get(dialogue.name), ours.get(dialogue.name)];
    const unlike = labFaults(dialogue, theirs, own);
    const faults = [
      ...shortfalls(dialogue, theirs, 'nginx').map((one) => `nginx: ${one}`),
      ...unlike.map((one) => `lab: ${one}`),
    ];
    if (faults.length > 0) {
      wrong += 1;
      console.log(`${name}: ${dialogue.name}\n  ${faults.join('\n  ')}`);
    } else if (dialogue.nginx !== undefined) known.set(dialogue.nginx.why, (known.get(dialogue.nginx.why) ?? 0) + 1);
  }
  return { all: dialogues.length, wrong, known };
}

/** How many mismatches of one protocol are shrunk: the first ones tell most. */
const MOST = 5;

async function random(part: Part, { seed, first }: Wanted, count: number): Promise<Sum> {
  const found = await fuzz(part, seed, first, count);
  for (const one of found.wrong.slice(0, MOST)) console.log(`${part.name}: ${await shortest(one, part)}`);
  for (const { dialogue } of found.wrong.slice(MOST)) console.log(`${part.name}: ${dialogue.name} differs, too`);
  return { all: found.played, wrong: found.wrong.length, known: found.known };
}

async function main(): Promise<void> {
  const about = wanted(process.argv.slice(2));
  const sums: [string, Sum][] = [];
  for (const part of about.parts) {
    const began = performance.now();
    const sum = about.fuzz === null ? await listed(part) : await random(part, about, about.fuzz);
    const drawn = about.fuzz === null ? '' : `, random, seed ${about.seed}`;
    sums.push([`${part.name}${drawn}, ${Math.round((performance.now() - began) / 1000)} s`, sum]);
  }
  console.log(`\nThe lab against nginx ${version()}; what the lab follows is nginx 1.31.5.`);
  for (const [name, sum] of sums) tell(name, sum);
  const [all, wrong] = [sumOf(sums.map(([, sum]) => sum.all)), sumOf(sums.map(([, sum]) => sum.wrong))];
  console.log(wrong === 0 ? `parity: ${all} dialogues, no mismatch` : `parity: ${all} dialogues, ${wrong} mismatches`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(`npm run parity: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
// Node does not always get to its end by itself after sockets were reset: their handles are never closed.
process.exit();
