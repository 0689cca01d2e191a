import { describe, expect, test } from 'vitest';
import { createUpstreamFaults } from '../../../electron/upstream/faults.ts';
import type { UpstreamFault } from '../../../shared/upstream/fault.ts';

const fault = (upstream: string, more: Partial<UpstreamFault> = {}): UpstreamFault => ({
  upstream,
  protocol: 'smtp',
  stage: 'rcpt',
  act: { type: 'close' },
  scope: { type: 'always' },
  only: {},
  ...more,
});

const rcpt = (upstream: string, address = 'a@b') =>
  ({ upstream, protocol: 'smtp', stage: 'rcpt', addresses: [address], client: '127.0.0.1' }) as const;

/** Faults, and how often a change was told. */
function told() {
  let count = 0;
  const faults = createUpstreamFaults(() => {
    count += 1;
  });
  return { faults, times: () => count };
}

describe('armed by hand', () => {
  test('they strike until they are cleared, and each change is told', () => {
    const { faults, times } = told();
    const [one, two] = [faults.arm(fault('eng')), faults.arm(fault('hr'))];
    expect(one).not.toBe(two);
    expect(times()).toBe(2);
    expect(faults.strike(rcpt('eng'))).toEqual({ type: 'close' });
    expect(times()).toBe(3);
    expect(faults.list()).toMatchObject([
      { id: one, met: 1, struck: 1 },
      { id: two, met: 0, struck: 0 },
    ]);
    faults.clear(one);
    expect(faults.strike(rcpt('eng'))).toBe(null);
    expect(times()).toBe(4);
    faults.clear();
    expect(faults.list()).toEqual([]);
  });

  test('what is met and not struck is told, and what is not met is not', () => {
    const { faults, times } = told();
    faults.arm(fault('eng', { scope: { type: 'every', nth: 2 } }));
    expect(faults.strike(rcpt('eng'))).toBe(null);
    expect(times()).toBe(2);
    faults.strike(rcpt('hr'));
    expect(times()).toBe(2);
    expect(faults.strike(rcpt('eng'))).toEqual({ type: 'close' });
  });

  test('no more than 500, of which the oldest go', () => {
    const { faults } = told();
    for (let n = 0; n < 520; n += 1) faults.arm(fault('eng', { preset: `${n}` }));
    expect(faults.list()).toHaveLength(500);
    expect(faults.list()[0]?.preset).toBe('20');
  });

  test('an address speaks where nothing is armed, and after what is', () => {
    const { faults, times } = told();
    expect(faults.strike(rcpt('eng', 'reset@fault.test'))).toEqual({ type: 'reset' });
    expect(times()).toBe(0);
    faults.arm(fault('eng', { scope: { type: 'next', times: 1 } }));
    expect(faults.strike(rcpt('eng', 'reset@fault.test'))).toEqual({ type: 'close' });
    expect(faults.strike(rcpt('eng', 'reset@fault.test'))).toEqual({ type: 'reset' });
  });

  test('who connects meets switches and an act', () => {
    const { faults } = told();
    const connect = { upstream: 'eng', protocol: 'smtp', client: '127.0.0.1' } as const;
    expect(faults.connect(connect)).toEqual({ act: null, switches: [] });
    faults.arm(fault('eng', { stage: 'connect', act: { type: 'switch', name: 'no-xclient' } }));
    faults.arm(fault('eng', { stage: 'connect', act: { type: 'reset' } }));
    expect(faults.connect(connect)).toMatchObject({ act: { type: 'reset' }, switches: ['no-xclient'] });
    expect(faults.connect({ ...connect, protocol: 'imap' })).toMatchObject({ act: null, switches: [] });
  });
});

describe('written in the lab file', () => {
  const once = fault('eng', { scope: { type: 'next', times: 1 } });
  const acts = (faults: ReturnType<typeof createUpstreamFaults>) =>
    faults.list().map(({ upstream, act, written }) => [upstream, act.type, written ?? false]);

  test('they are armed, and the same again are not: spent or cleared, they stay so', () => {
    const { faults, times } = told();
    const file = [{ name: 'eng', faults: [once, fault('eng', { stage: 'data' })] }, { name: 'hr' }];
    faults.write(file);
    expect(times()).toBe(1);
    expect(faults.list()).toHaveLength(2);
    faults.strike(rcpt('eng'));
    faults.write(structuredClone(file));
    expect(faults.list()).toMatchObject([{ stage: 'data', written: true }]);
    faults.clear();
    faults.write(file);
    expect(faults.list()).toEqual([]);
    expect(times()).toBe(3);
  });

  test("another upstream's stay as they are; changed ones begin anew, and those armed by hand stay", () => {
    const { faults } = told();
    faults.write([
      { name: 'eng', faults: [once] },
      { name: 'hr', faults: [fault('hr')] },
    ]);
    faults.arm(fault('eng', { act: { type: 'silent' } }));
    faults.strike(rcpt('hr'));
    faults.write([
      { name: 'eng', faults: [fault('eng', { act: { type: 'reset' } })] },
      { name: 'hr', faults: [fault('hr')] },
    ]);
    expect(acts(faults)).toEqual([
      ['hr', 'close', true],
      ['eng', 'silent', false],
      ['eng', 'reset', true],
    ]);
    expect(faults.list()[0]?.struck).toBe(1);
    faults.write([{ name: 'eng' }, { name: 'hr', faults: [fault('hr')] }]);
    expect(acts(faults)).toEqual([
      ['hr', 'close', true],
      ['eng', 'silent', false],
    ]);
  });

  test('an upstream that is gone takes its faults along, and comes back with those of the file', () => {
    const { faults } = told();
    faults.write([{ name: 'eng', faults: [once] }]);
    faults.arm(fault('eng'));
    faults.write([]);
    expect(faults.list()).toEqual([]);
    faults.write([{ name: 'eng', faults: [once] }]);
    expect(acts(faults)).toEqual([['eng', 'close', true]]);
  });
});
