import { describe, expect, test } from 'vitest';
import { readLab } from '../../../shared/lab/read.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';

const labOf = (upstream: string): string => `lab: 1
name: play
proxy: |
  mail {
  }
upstreams:
  eng: { smtp: 127.0.0.1:2525, ${upstream} }
`;

const read = (upstream: string) => {
  const { lab, problems } = readLab(labOf(upstream), { file: 'x.lab.yaml' });
  const errors = problems.filter(({ severity }) => severity === 'error');
  return { upstream: lab?.upstreams[0], told: errors.map(({ message }) => message) };
};

describe('how an upstream is played', () => {
  test('an empty play is the plain one', () => {
    expect(read('play: {}')).toEqual({
      upstream: expect.objectContaining({ play: plainPlay }),
      told: [],
    });
  });

  test('a switch that is written counts, the others stay', () => {
    expect(read('play: { smtp: { xclient: false, xclientFrom: [10.0.0.0/8] } }').upstream?.play).toEqual({
      ...plainPlay,
      smtp: { ...plainPlay.smtp, xclient: false, xclientFrom: ['10.0.0.0/8'] },
    });
  });

  test('a fault of the file can be armed', () => {
    const { upstream, told } = read(
      'faults: [{ stage: rcpt, reply: "450 4.2.0 Greylisted", next: 1, address: "*@a.b" }]',
    );
    expect(told).toEqual([]);
    expect(upstream?.faults).toEqual([
      {
        upstream: 'eng',
        protocol: 'smtp',
        stage: 'rcpt',
        act: { type: 'reply', text: '450 4.2.0 Greylisted' },
        scope: { type: 'next', times: 1 },
        only: { address: '*@a.b' },
      },
    ]);
  });

  test.each([
    ['{ stage: rcpt }', 'expected exactly one of reply, delay, drip, close, reset, refuse, silent and switch'],
    [
      '{ stage: rcpt, close: true, reset: true }',
      'expected exactly one of reply, delay, drip, close, reset, refuse, silent',
    ],
    ['{ stage: select, close: true }', 'eng has no imap address, so nothing can strike there'],
    ['{ stage: list, close: true }', 'eng has no imap or pop3 address, so nothing can strike there'],
    ['{ stage: greeting, protocol: pop3, close: true }', 'eng has no pop3 address, so nothing can strike there'],
    ['{ stage: rcpt, close: true, client: here }', 'client: "here" is no address or network'],
    ['{ stage: rcpt, close: true, address: "/(/" }', 'address: "/(/" is no regular expression'],
    ['{ stage: rcpt, protocol: imap, close: true }', 'imap has no stage rcpt; expected one of connect, greeting'],
    ['{ stage: rcpt, close: true, next: 1, every: 2 }', 'expected at most one of next, every and percent'],
    ['{ stage: rcpt, close: true, percent: 5 }', 'expected at most one of next, every and percent, and seed beside'],
    ['{ stage: connect, protocol: smtp, reply: "421 no" }', 'nothing is said at connect; expected stage: greeting'],
    ['{ stage: rcpt, switch: no-xclient }', 'a switch is thrown when somebody connects; expected stage: connect'],
  ])('%s is refused', (fault, message) => {
    expect(read(`faults: [${fault}]`).told.join()).toContain(message);
  });

  test('a protocol need not be told where the upstream has one alone', () => {
    const greeting = 'faults: [{ stage: greeting, close: true }]';
    expect(read(greeting).upstream?.faults).toMatchObject([{ protocol: 'smtp', stage: 'greeting' }]);
    expect(read(`imap: 127.0.0.1:1143, ${greeting}`).told.join()).toContain(
      'more than one protocol of eng has the stage greeting; expected protocol: smtp, imap or pop3 beside it',
    );
  });

  test('an answer may have several lines', () => {
    const { upstream, told } = read('faults: [{ stage: rcpt, reply: "450 a\\nb" }]');
    expect(told).toEqual([]);
    expect(upstream?.faults?.[0]?.act).toEqual({ type: 'reply', text: '450 a\nb' });
  });

  test('what cannot be meant is told where it stands', () => {
    expect(read('play: { smtp: { xclientFrom: [10.0.0.0/8, here] } }').told.join()).toMatch(
      /^"here" is no address or network; expected one such as/,
    );
    const own = 'eng is a server of your own, which the lab does not play; leave';
    expect(read('external: true, play: {}, faults: []').told).toEqual([`${own} "play" out`, `${own} "faults" out`]);
  });
});
