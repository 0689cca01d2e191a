/** Measures both proxies in turns, ABAB…, so that whatever else the machine does meets both alike. */
import { run } from './program.ts';
import type { MailProxy } from './proxies.ts';

/** What one round sends through a proxy. */
export interface Load {
  /** Sessions at a time, one message each. */
  readonly parallel: number;
  /** Bytes of the message's content. */
  readonly size: number;
  /** Sessions in a round. */
  readonly sessions: number;
  /** Rounds that count; one more goes before, to warm up. */
  readonly rounds: number;
}

/** What a proxy did. */
export interface Result {
  readonly name: string;
  /** Sessions a second, one of each round. */
  readonly rates: readonly number[];
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** CPU seconds in the rounds that counted. */
  readonly cpu: number;
  /** Memory after the last round and the most it ever was, bytes. */
  readonly memory: { readonly now: number; readonly peak: number };
}

/** The middle of `values`, or the mean of the two middle ones. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(half)] ?? Number.NaN;
  return (low + high) / 2;
}

function source(proxy: MailProxy, load: Load): Promise<number> {
  return run('smtp-source', [
    ...['-s', String(load.parallel), '-l', String(load.size), '-m', String(load.sessions)],
    ...['-f', 'bench@client.test', '-t', 'anyone@upstream.test', `127.0.0.1:${proxy.port}`],
  ]);
}

/** Runs all rounds. `each` hears of every round that counted. */
export async function compare(
  proxies: readonly MailProxy[],
  load: Load,
  each: (name: string, rate: number) => void,
): Promise<readonly Result[]> {
  for (const proxy of proxies) await source(proxy, load);
  const measured = proxies.map((proxy) => ({ proxy, rates: [] as number[], cpu: 0 }));
  for (let round = 0; round < load.rounds; round++) {
    for (const one of measured) {
      const before = one.proxy.cpu();
      const rate = load.sessions / (await source(one.proxy, load));
      one.cpu += one.proxy.cpu() - before;
      one.rates.push(rate);
      each(one.proxy.name, rate);
    }
  }
  return measured.map(({ proxy, rates, cpu }) => ({
    name: proxy.name,
    rates,
    min: Math.min(...rates),
    median: median(rates),
    max: Math.max(...rates),
    cpu,
    memory: proxy.memory(),
  }));
}
