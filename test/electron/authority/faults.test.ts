/** Faults of the lab's own service: in process and over HTTP they look alike, byte for byte. */
import { afterEach, describe, expect, test } from 'vitest';
import { createAuthority, type OwnService } from '../../../electron/authority/authority.ts';
import { createFaults, type Faults } from '../../../electron/authority/faults.ts';
import { createAuthServer } from '../../../electron/authority/server.ts';
import type { Exchange } from '../../../electron/engine/ports.ts';
import { type Fault, type FaultKind, faultKinds, ruleFaults } from '../../../shared/auth/fault.ts';
import { encodeRequest } from '../../../shared/auth/request.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { rcptLookup, targetAt, tutorialBook } from './services.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const lookup = rcptLookup('RCPT TO:<user@eng.abc.com>');
const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({
  kind,
  ms: 20,
  status: 500,
  scope: { type: 'always' },
  ...more,
});

/** Asks through an authority; the lab's own service really listens too. */
async function lab(transport: OwnService['transport'], faults: Faults, book = tutorialBook, served = book) {
  const server = createAuthServer({ book: () => served, faults });
  const { port } = await server.listen('127.0.0.1', 0);
  stops.push(() => server.stop());
  const own: OwnService = { book, address: '127.0.0.1', port, transport };
  const authority = createAuthority({ own: () => own, faults });
  const target = targetAt(port);
  return (timeoutMs = 10_000): Promise<Exchange> =>
    new Promise((resolve) => {
      const request = encodeRequest(lookup, target);
      authority.ask({ lookup, request, target, timeoutMs, passwordKnown: false }, resolve);
    });
}

describe.each(faultKinds)('armed: %s', (kind) => {
  test('the same bytes, verdict and trail in process and over HTTP', async () => {
    const seen: Exchange[] = [];
    for (const transport of ['in-process', 'http'] as const) {
      const faults = createFaults();
      faults.arm(fault(kind));
      const exchange = await (await lab(transport, faults))(kind === 'silent' ? 60 : 10_000);
      expect(exchange).toMatchObject({ transport, fault: kind, rule: 'engineering' });
      expect(exchange.trail).toHaveLength(3);
      seen.push(exchange);
    }
    const [inside, outside] = seen;
    expect(outside?.response).toBe(inside?.response);
    expect(outside?.verdict).toEqual(inside?.verdict);
  });
});

describe.each(ruleFaults)('of a rule: %s', (kind) => {
  const book: RuleBook = {
    ...tutorialBook,
    rules: tutorialBook.rules.map((rule) => ({ ...rule, then: { ...rule.then, fault: kind } })),
  };

  test('is what it is when it is armed, in process and over HTTP', async () => {
    const patience = kind === 'silent' ? 60 : 10_000;
    for (const transport of ['in-process', 'http'] as const) {
      const armed = createFaults();
      armed.arm(fault(kind));
      const asArmed = await (await lab(transport, armed))(patience);
      const asRule = await (await lab(transport, createFaults(), book))(patience);
      expect(asRule).toMatchObject({ transport, fault: kind, rule: 'engineering' });
      expect(asRule.response).toBe(asArmed.response);
      expect(asRule.verdict).toEqual(asArmed.verdict);
    }
  });

  test('is not claimed of an answer that came from the rules of before', async () => {
    const exchange = await (await lab('http', createFaults(), book, tutorialBook))(10_000);
    expect(exchange.fault).toBeUndefined();
  });

  test('an armed one comes first', async () => {
    const armed = createFaults();
    armed.arm(fault('page', { scope: { type: 'next', times: 1 } }));
    const ask = await lab('in-process', armed, book);
    expect((await ask(60)).fault).toBe('page');
    expect((await ask(60)).fault).toBe(kind);
  });
});

test('a slow answer comes too late on both ways', async () => {
  for (const transport of ['in-process', 'http'] as const) {
    const faults = createFaults();
    faults.arm(fault('slow', { ms: 5000 }));
    const { verdict, response } = await (await lab(transport, faults))(40);
    expect([verdict, response]).toEqual([{ type: 'error', error: 'timed-out' }, '']);
  }
});

describe('the armed faults', () => {
  test('strike as they say, count, and the spent one is gone', async () => {
    const faults = createFaults();
    const ask = await lab('in-process', faults);
    faults.arm(fault('close', { scope: { type: 'next', times: 1 } }));
    faults.arm(fault('status', { scope: { type: 'every', nth: 2 } }));
    const kinds = [];
    for (let i = 0; i < 5; i += 1) kinds.push((await ask()).fault ?? '');
    expect(kinds).toEqual(['close', '', 'status', '', 'status']);
    expect(faults.list()).toMatchObject([{ kind: 'status', asked: 4, struck: 2 }]);
  });

  test('are cleared one by one or all at once, and every change is told', async () => {
    let told = 0;
    const faults = createFaults(() => {
      told += 1;
    });
    for (const kind of ['slow', 'silent', 'page'] as const) faults.arm(fault(kind));
    faults.clear(faults.list()[1]?.id);
    expect(faults.list().map(({ kind }) => kind)).toEqual(['slow', 'page']);
    faults.clear();
    expect([faults.list(), told]).toEqual([[], 5]);
    const ask = await lab('in-process', faults);
    expect(await ask()).not.toHaveProperty('fault');
  });

  test('strike who asks from outside as well', async () => {
    const faults = createFaults();
    const server = createAuthServer({ book: () => tutorialBook, faults });
    const { port } = await server.listen('127.0.0.1', 0);
    stops.push(() => server.stop());
    faults.arm(fault('page'));
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(502);
  });
});
