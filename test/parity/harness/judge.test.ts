/** The judge itself: what it must not let pass. */
import { describe, expect, it } from 'vitest';
import type { Dialogue } from './dialogue.ts';
import { mismatches, shortfalls } from './judge.ts';
import type { Observed } from './play.ts';

const dialogue: Dialogue = {
  name: 'one mail',
  conf: 'smtp_auth none;',
  turns: [
    ['MAIL FROM:<a>⏎', '250 2.0.0 OK⏎'],
    ['RCPT TO:<b>⏎', '250 2.1.5 rcpt ok⏎', { within: [0, 1000] }],
  ],
  requests: ['GET / HTTP/1.0⏎⏎'],
  received: ['HELO mx.test⏎'],
};

const good: Observed = {
  heard: ['220 mx.test ESMTP ready⏎', '250 2.0.0 OK⏎', '250 2.1.5 rcpt ok⏎', '250 noop-up⏎221 bye-up⏎ close'],
  ms: [1, 2, 3],
  reset: false,
  requests: ['GET / HTTP/1.0⏎⏎'],
  received: ['HELO mx.test⏎NOOP⏎QUIT⏎'],
};

const changes: readonly [what: string, change: Partial<Observed>][] = [
  ['another reply', { heard: good.heard.with(2, '550 no⏎') }],
  ['a close that was not expected', { heard: good.heard.with(2, '250 2.1.5 rcpt ok⏎ close') }],
  ['a reply too many', { heard: good.heard.with(3, '250 2.1.5 rcpt ok⏎250 noop-up⏎221 bye-up⏎ close') }],
  ['a session that ends too soon', { heard: good.heard.slice(0, 2) }],
  ['another request', { requests: ['GET /x HTTP/1.0⏎⏎'] }],
  ['no request', { requests: [] }],
  ['a request too many', { requests: [...good.requests, ...good.requests] }],
  ['other bytes upstream', { received: ['EHLO mx.test⏎NOOP⏎QUIT⏎'] }],
  ['a second upstream connection', { received: [...good.received, ''] }],
];

describe('shortfalls', () => {
  it('has nothing to say when all is well', () => {
    expect(shortfalls(dialogue, good, 'lab')).toEqual([]);
  });

  it.each(changes)('sees %s', (_, change) => {
    expect(shortfalls(dialogue, { ...good, ...change }, 'lab')).not.toEqual([]);
  });

  it('sees a reply that comes too late', () => {
    expect(shortfalls(dialogue, { ...good, ms: [1, 2, 1001] }, 'lab')).toEqual([
      'exchange 2 was over after 1001 ms, not within 0 to 1000',
    ]);
  });

  it('sees a dialogue that was never played, or could not be', () => {
    expect(shortfalls(dialogue, undefined, 'lab')).toEqual(['it was never played']);
    expect(shortfalls(dialogue, new Error('connection refused'), 'lab')).toEqual([
      'it could not be played: connection refused',
    ]);
  });
});

describe('mismatches', () => {
  it('has nothing to say when both did the same', () => {
    expect(mismatches(good, good)).toEqual([]);
  });

  it.each(changes)('sees %s', (_, change) => {
    expect(mismatches(good, { ...good, ...change })).not.toEqual([]);
    expect(mismatches({ ...good, ...change }, good)).not.toEqual([]);
  });
});
