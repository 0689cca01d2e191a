import { describe, expect, test } from 'vitest';
import { chosenPlace, idleProxy, pictureAt, upstreamPlaces } from '../../../renderer/store/picture.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { hostPort } from '../../../shared/wire/host-port.ts';
import { tutorialView } from '../../fakes/bridge.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const words = (at: number) => {
  const { client, proxy, auth, upstream } = pictureAt(entries, at);
  return [client, proxy, auth, upstream].map((room) => room.status);
};
const like = (base: Entry | undefined, change: Partial<Entry>): Entry => ({ ...(base as Entry), ...change });

describe('the rooms', () => {
  test('have one word each, step by step', () => {
    expect(words(-1)).toEqual(['idle', 'idle', 'idle', 'idle']);
    expect(words(0)).toEqual(['connected', 'greeting', 'idle', 'idle']);
    expect(words(4)).toEqual(['waiting', 'reading', 'idle', 'idle']);
    expect(words(5)).toEqual(['answered', 'listening', 'idle', 'idle']);
    expect(words(7)).toEqual(['waiting', 'asking', 'asked', 'idle']);
    expect(words(8)).toEqual(['waiting', 'deciding', 'rule', 'idle']);
    expect(words(9)).toEqual(['waiting', 'dialling', 'rule', 'dialled']);
    expect(words(11)).toEqual(['waiting', 'introducing', 'rule', 'talking']);
    expect(words(19)).toEqual(['answered', 'proxying', 'rule', 'proxying']);
    expect(words(22)).toEqual(['waiting', 'proxying', 'rule', 'thinking']);
    expect(words(27)).toEqual(['closed', 'ended', 'rule', 'closed']);
  });

  test('a proxy without a session says whether it listens at all', () => {
    expect(idleProxy(null).status).toBe('starting');
    expect(idleProxy(tutorialView).status).toBe('idle');
    const listeners = tutorialView.listeners.map((one) => ({ ...one, state: 'failed' as const }));
    expect(idleProxy({ listeners })).toMatchObject({ status: 'deaf', tone: 'bad' });
  });

  test('the auth service is named by the rule that decided', () => {
    expect(pictureAt(entries, 8).auth).toEqual({
      status: 'rule',
      tone: 'good',
      params: { number: 1, name: 'engineering' },
    });
  });

  test('what an upstream says no to is seen in every protocol, but not in what it passes on', () => {
    const reply = entries.findLastIndex(
      ({ leg, direction, kind }) => leg === 'upstream' && direction === 'in' && kind === 'line',
    );
    const client = (change: Partial<Entry>) =>
      pictureAt([...entries.slice(0, reply), like(entries[reply], change)], reply).client.status;
    for (const bytes of ['550 no\r\n', '-ERR no\r\n', 'a NO no\r\n', '* BAD no\r\n'])
      expect(client({ bytes })).toBe('got-no');
    for (const bytes of ['250 ok\r\n', '+OK\r\n', 'a OK NO \r\n']) expect(client({ bytes })).toBe('answered');
    expect(client({ kind: 'data', bytes: 'NO news\r\n' })).toBe('answered');
  });

  test('an answer that is no use, a refusal and a connection that fails look bad', () => {
    const asked = entries.slice(0, 8);
    const useless = like(entries[8], { why: 'session.verdict.timed-out', params: { verdict: 'error' } });
    expect(pictureAt([...asked, useless], 8).auth).toMatchObject({ status: 'no-answer', tone: 'bad' });
    const otherwise = {
      rule: null,
      name: 'otherwise',
      outcome: 'matched',
      tests: [],
      then: 'reject 550 5.1.1 no',
    } as const;
    const refused = like(entries[8], { params: { verdict: 'reject' }, trail: [otherwise] });
    expect(pictureAt([...asked, refused], 8).auth).toMatchObject({ status: 'otherwise', tone: 'bad' });
    const failed = like(entries[10], { why: 'smtp.upstream-failed', params: { error: 'ECONNREFUSED' } });
    expect(pictureAt([...entries.slice(0, 10), failed], 10).upstream).toMatchObject({ status: 'refused', tone: 'bad' });
  });

  test('a refusing reply shows at both ends', () => {
    const no = like(entries[23], { bytes: '550 5.1.1 no such user\r\n' });
    const { client, upstream } = pictureAt([...entries.slice(0, 23), no], 23);
    expect(client).toMatchObject({ status: 'got-no', tone: 'bad' });
    expect(upstream).toMatchObject({ status: 'refused', tone: 'bad' });
  });
});

describe('the edges', () => {
  const edges = (at: number) => pictureAt(entries, at).edges;
  test('open, carry and close with the session', () => {
    expect(edges(-1)).toEqual({ client: 'none', auth: 'none', upstream: 'none' });
    expect(edges(7)).toEqual({ client: 'open', auth: 'open', upstream: 'none' });
    expect(edges(9)).toEqual({ client: 'open', auth: 'closed', upstream: 'trying' });
    expect(edges(20)).toEqual({ client: 'open', auth: 'closed', upstream: 'open' });
    expect(edges(27)).toEqual({ client: 'closed', auth: 'closed', upstream: 'closed' });
  });

  test('the client’s is sealed by TLS, however late, and not by a handshake that fails', () => {
    const handshake = (why: string) => like(entries[6], { kind: 'tls', direction: 'none', why });
    const with6 = (entry: Entry, at: number) =>
      pictureAt([...entries.slice(0, 6), entry, ...entries.slice(6)], at).edges.client;
    expect(with6(handshake('session.secured'), 5)).toBe('open');
    expect(with6(handshake('session.secured'), 6)).toBe('secured');
    expect(with6(handshake('session.secured'), 20)).toBe('secured');
    expect(with6(handshake('session.secured'), 28)).toBe('closed');
    expect(with6(handshake('session.secure-failed'), 6)).toBe('open');
  });

  test('before the relay the upstream goes with the client', () => {
    const gone = like(entries[27], { why: 'session.proxy-closed' });
    expect(pictureAt([...entries.slice(0, 13), gone], 13).edges.upstream).toBe('closed');
  });
});

describe('the upstreams', () => {
  const chosen = { name: 'eng', address: '127.0.0.1:2525' };

  test('are those of the lab, with where they listen for this protocol', () => {
    const places = upstreamPlaces(tutorialView, 'smtp', chosen);
    expect(places.map(({ name, address }) => [name, address])).toEqual([
      ['eng', '127.0.0.1:2525'],
      ['hr', '127.0.0.1:2526'],
    ]);
    expect(chosenPlace(places, chosen)).toBe(0);
    expect(chosenPlace(places, null)).toBe(-1);
    expect(upstreamPlaces(tutorialView, 'imap', null)[0]?.address).toBe('');
  });

  test('a dialled one the lab does not know is added', () => {
    const foreign = { name: '', address: '10.0.0.9:25' };
    const places = upstreamPlaces(tutorialView, 'smtp', foreign);
    expect(places.at(-1)).toMatchObject({ name: '10.0.0.9:25', external: true });
    expect(chosenPlace(places, foreign)).toBe(2);
  });

  test('addresses of both families are written as one writes them', () => {
    expect(hostPort('127.0.0.1', 25)).toBe('127.0.0.1:25');
    expect(hostPort('::1', 25)).toBe('[::1]:25');
  });
});
