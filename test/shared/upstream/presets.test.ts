import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../../shared/machine/machine.ts';
import type { UpstreamFault } from '../../../shared/upstream/fault.ts';
import { faultProblem } from '../../../shared/upstream/fault-problem.ts';
import { presetFaults, presets } from '../../../shared/upstream/presets.ts';

const protocols: readonly Protocol[] = ['smtp', 'imap', 'pop3'];

describe('presets', () => {
  const all = presets.flatMap(({ name, parts }) =>
    protocols.filter((protocol) => parts[protocol]).map((protocol) => [name, protocol] as const),
  );

  test.each(all)('%s of %s can be armed', (name, protocol) => {
    const faults = presetFaults(name, 'eng', protocol) ?? [];
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) {
      expect(faultProblem(fault)).toBe(null);
      expect(fault).toMatchObject({ upstream: 'eng', protocol, preset: name, only: {} });
    }
  });

  test('have one name each, and those of the design are there', () => {
    const names = presets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of [
      'greylisting',
      'mailbox-full',
      'down',
      'no-xclient',
      'preauth',
      'login-disabled',
      'proxy-protocol',
    ])
      expect(names).toContain(name);
  });

  test('there is none of another name, or for a protocol that it does not concern', () => {
    expect(presetFaults('nonsense', 'eng', 'smtp')).toBe(null);
    expect(presetFaults('preauth', 'eng', 'smtp')).toBe(null);
    expect(presetFaults('greylisting', 'eng', 'pop3')).toBe(null);
  });
});

describe('what is wrong with a fault', () => {
  const fault: UpstreamFault = {
    upstream: 'eng',
    protocol: 'smtp',
    stage: 'rcpt',
    act: { type: 'close' },
    scope: { type: 'always' },
    only: {},
  };

  test.each<[Partial<UpstreamFault>, RegExp | null]>([
    [{}, null],
    [{ only: { address: ['*@x', '/a.c/'], client: '192.0.2.0/24' } }, null],
    [{ stage: 'connect' }, null],
    [{ stage: 'connect', act: { type: 'switch', name: 'preauth' } }, null],
    [{ stage: 'select' }, /^smtp has no stage select; expected one of connect, greeting, ehlo/],
    [{ act: { type: 'switch', name: 'preauth' } }, /expected stage: connect/],
    [{ stage: 'connect', act: { type: 'reply', text: '550 no' } }, /nothing is said at connect/],
    [{ stage: 'connect', act: { type: 'drip', ms: 5 } }, /nothing is said at connect/],
    [{ stage: 'connect', act: { type: 'refuse' } }, null],
    [{ act: { type: 'refuse' } }, /refused before a word is said; expected stage: connect/],
    [
      { stage: 'connect', act: { type: 'refuse' }, scope: { type: 'next', times: 1 } },
      /refuses everybody, every time; expected no next, every, percent or client beside refuse, or reset/,
    ],
    [{ stage: 'connect', act: { type: 'refuse' }, scope: { type: 'every', nth: 2 } }, /refuses everybody, every time/],
    [{ stage: 'connect', act: { type: 'refuse' }, only: { client: '192.0.2.1' } }, /refuses everybody, every time/],
    [{ stage: 'connect', only: { address: 'a@b' } }, /nobody has given an address at connect/],
    [{ only: { address: '/(/' } }, /^address: "\/\(\/" is no regular expression/],
    [{ only: { client: ['192.0.2.1', 'somewhere'] } }, /^client: "somewhere" is no address or network/],
  ])('%j', (more, problem) => {
    const said = faultProblem({ ...fault, ...more });
    if (problem === null) expect(said).toBe(null);
    else expect(said).toMatch(problem);
  });
});
