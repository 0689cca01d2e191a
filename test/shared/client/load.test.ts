/** The pure parts of the load sender: what is sent to whom, and how what came of it is counted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../shared/client/histogram.ts';
import { idFilter } from '../../../shared/client/id-ranges.ts';
import { loadEnd } from '../../../shared/client/load-end.ts';
import { createJobs, type LoadPlan, loadMail } from '../../../shared/client/load-plan.ts';
import { createTally } from '../../../shared/client/load-stats.ts';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { matches, parseFilter } from '../../../shared/journal/filter.ts';

const plan: LoadPlan = {
  ...{
    sessions: 10,
    rate: null,
    open: 5,
    patienceMs: 1000,
    order: 'turn',
    seed: 1,
    helo: 'me',
    from: 'a@b.c',
    size: 500,
  },
  parts: [{ listener: 'x', weight: 1, starttls: false, login: false, after: 'count' }],
  recipients: [{ address: 'one@b.c', weight: 1 }],
  accounts: [],
};

const part = (weight: number) =>
  ({ listener: `l${weight}`, weight, starttls: false, login: false, after: 'count' }) as const;

const counted = (items: readonly number[], size: number): number[] =>
  Array.from({ length: size }, (_, at) => items.filter((one) => one === at).length);

describe('the mix', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

  test('by turns, each part comes exactly as often as its weight in every round', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 4 }), (list, rounds) => {
        const next = createJobs({ ...plan, parts: list.map(part) }, () => true);
        const round = list.reduce((sum, weight) => sum + weight, 0);
        const parts = Array.from({ length: round * rounds }, () => next().part);
        expect(counted(parts, list.length)).toEqual(list.map((weight) => weight * rounds));
      }),
    );
  });

  test('recipients take turns among the mails, accounts among the logins, whatever lies between', () => {
    const recipients = ['a', 'b', 'c'].map((address) => ({ address, weight: 1 }));
    const accounts = ['u', 'v'].map((user) => ({ user, password: '' }));
    const next = createJobs({ ...plan, parts: [part(1), part(1)], recipients, accounts }, (at) => at === 0);
    const jobs = Array.from({ length: 12 }, next);
    expect(jobs.filter((job) => job.part === 0).map(({ recipient }) => recipient)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(jobs.filter((job) => job.part === 1).map(({ account }) => account)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test('by chance, the seed alone decides, and the weights are kept', () => {
    const drawn = (seed: number) => {
      const next = createJobs({ ...plan, order: 'chance', seed, parts: [part(1), part(3)] }, () => true);
      return Array.from({ length: 4000 }, () => next().part);
    };
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    const [, often = 0] = counted(drawn(7), 2);
    expect(often).toBeGreaterThan(2850);
    expect(often).toBeLessThan(3150);
  });

  test('a mail has its size exactly, whole lines, and none that begins with a dot', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.nat(9), (size, n) => {
        const mail = loadMail({ ...plan, size }, n, 'a@b.c', 'one@b.c');
        const [head = ''] = mail.split('\r\n\r\n', 1);
        expect(mail.length).toBe(size < head.length + 7 ? head.length + 4 : size);
        expect(mail).toMatch(/^(?:(?!\.)[^\r\n]{0,200}\r\n)*$/);
      }),
    );
  });
});

describe('the histogram', () => {
  const times = fc.array(fc.double({ min: 0.01, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  const of = (list: readonly number[]) => {
    const histogram = new Histogram();
    for (const ms of list) histogram.add(ms);
    return histogram;
  };

  test('a quantile is within 2 % of the true one; least and greatest are exact', () => {
    fc.assert(
      fc.property(times, (list) => {
        const sorted = list.toSorted((one, other) => one - other);
        const { count, min, max, ...shares } = of(list).quantiles();
        expect([count, min, max]).toEqual([list.length, sorted[0], sorted.at(-1)]);
        for (const [share, value] of [
          [0.5, shares.p50],
          [0.95, shares.p95],
          [0.99, shares.p99],
        ] as const) {
          const exact = sorted[Math.max(1, Math.ceil(share * list.length)) - 1] ?? 0;
          expect(Math.abs(value / exact - 1)).toBeLessThan(0.02);
        }
      }),
    );
  });

  test('two joined are one of all, and the bars hold every value once', () => {
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 60 }), (one, other, most) => {
        const both = of(one);
        both.join(of(other));
        expect(both.quantiles()).toEqual(of([...one, ...other]).quantiles());
        const bars = both.bars(most);
        expect(bars.length).toBeLessThanOrEqual(most);
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(one.length + other.length);
        expect(Math.min(bars.at(0)?.count ?? 0, bars.at(-1)?.count ?? 0)).toBeGreaterThan(0);
      }),
    );
  });

  test('of nothing, everything is 0', () => {
    expect(of([]).quantiles()).toEqual({ count: 0, min: 0, p50: 0, p95: 0, p99: 0, max: 0 });
    expect(of([]).bars(10)).toEqual([]);
  });
});

describe('the count of a load', () => {
  const ends = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 2_000_000 }),
      ok: fc.boolean(),
      protocol: fc.constantFrom('smtp' as const, 'imap' as const, 'pop3' as const),
      answer: fc.constantFrom('250', '550', 'CLOSED'),
    }),
    { maxLength: 300 },
  );

  test('nothing is lost, however long it takes', () => {
    fc.assert(
      fc.property(ends, (list) => {
        const tally = createTally();
        for (const { at, ...end } of list) {
          tally.started(at);
          tally.ended({ ...end, stage: 'rcpt', ms: at }, at);
        }
        const stats = tally.stats();
        const done = list.filter(({ ok }) => ok).length;
        expect([stats.started, stats.done, stats.failed]).toEqual([list.length, done, list.length - done]);
        expect(stats.points.length).toBeLessThanOrEqual(240);
        const sum = (pick: (point: (typeof stats.points)[number]) => number) =>
          stats.points.reduce((all, point) => all + pick(point), 0);
        expect([sum((one) => one.started), sum((one) => one.done), sum((one) => one.failed)]).toEqual([
          ...[stats.started, stats.done, stats.failed],
        ]);
        expect(stats.outcomes.reduce((all, { count }) => all + count, 0)).toBe(list.length);
        expect(stats.byProtocol.reduce((all, { latency }) => all + latency.count, 0)).toBe(list.length);
      }),
    );
  });

  test('a hundred different outcomes are told apart, more are one', () => {
    const tally = createTally();
    for (let n = 0; n < 150; n += 1)
      tally.ended({ protocol: 'smtp', ok: false, stage: 'rcpt', answer: String(n), ms: 1 }, 0);
    const { outcomes } = tally.stats();
    expect(outcomes).toHaveLength(101);
    expect(outcomes[0]).toEqual({ protocol: 'smtp', ok: false, stage: 'other', answer: '', count: 50 });
  });
});

describe('how a session ended', () => {
  const step = (key: string, ok: boolean, reply = '', params: Record<string, string> = {}) => ({
    key,
    ok,
    reply,
    params,
  });
  test.each([
    [
      'a mail that was taken',
      [step('content', true, '250 OK: queued'), step('quit', true, '221 bye')],
      false,
      'true done 250',
    ],
    [
      'a refusal',
      [step('mail', true, '250 OK'), step('rcpt', false, '550 5.1.1 no')],
      false,
      'false rcpt 550 5.1.1 no',
    ],
    ['nobody there', [step('connect', false, '', { code: 'ECONNREFUSED' })], false, 'false connect ECONNREFUSED'],
    ['broken off', [step('broken', false, '', { doing: 'data', code: 'CLOSED' })], false, 'false data CLOSED'],
    ['too slow', [step('broken', false, '', { doing: 'login', code: 'ABORTED' })], true, 'false login TIMEOUT'],
    ['stopped', [step('broken', false, '', { doing: 'login', code: 'ABORTED' })], false, 'false login ABORTED'],
    ['a login', [step('login', true, 'OK LOGIN completed'), step('quit', true, 'OK')], false, 'true done OK'],
    [
      'a POP3 login refused',
      [step('greeting', true, '+OK'), step('login', false, '-ERR [AUTH] no')],
      false,
      'false login -ERR [AUTH] no',
    ],
    [
      'a goodbye that was not answered',
      [step('content', true, '250 OK'), step('broken', false, '', { doing: 'quit', code: 'CLOSED' })],
      ...([false, 'true done 250'] as const),
    ],
  ] as const)('%s', (_name, steps, gaveUp, told) => {
    const { ok, stage, answer } = loadEnd('smtp', steps, gaveUp);
    expect(`${ok} ${stage} ${answer}`).toBe(told);
  });
});

describe('the filter of many sessions', () => {
  const summary = (id: number) => ({ id }) as SessionSummary;
  const shown = (filter: string, id: number) => {
    const parsed = parseFilter(filter);
    return 'filter' in parsed && matches(parsed.filter, summary(id));
  };

  test('shows each of them, and nobody else while they are not too scattered', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 200 }), (ids) => {
        const filter = idFilter(ids) ?? '';
        for (const id of ids) expect(shown(filter, id)).toBe(true);
        if (filter.split(' or ').length < 30)
          expect(Array.from({ length: 201 }, (_, id) => id).filter((id) => shown(filter, id))).toHaveLength(ids.length);
        expect(filter.split(' or ').length).toBeLessThanOrEqual(30);
      }),
    );
  });

  test('is none without sessions', () => expect(idFilter([])).toBeNull());
});
