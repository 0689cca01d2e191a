import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../shared/journal/entry.ts';
import { dialWord, gistOf, isRelayed, masked, relayStart, travelOf } from '../../../shared/journal/travel.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const relay = relayStart(entries);
const at = (position: number): Entry => entries[position] as Entry;
const travel = (position: number) => travelOf(at(position), isRelayed(at(position), position, relay));

describe('the way of an entry', () => {
  test('before the relay every line crosses one edge', () => {
    expect(travel(4)).toEqual({ from: 'client', to: 'proxy', legs: ['client'] });
    expect(travel(5)).toEqual({ from: 'proxy', to: 'client', legs: ['client'] });
    expect(travel(7)).toEqual({ from: 'proxy', to: 'auth', legs: ['auth'] });
    expect(travel(17)).toEqual({ from: 'upstream', to: 'proxy', legs: ['upstream'] });
  });

  test('after it a copied line crosses both, and a close only its own', () => {
    expect(travel(20)).toEqual({ from: 'client', to: 'upstream', legs: ['client', 'upstream'] });
    expect(travel(23)).toEqual({ from: 'upstream', to: 'client', legs: ['upstream', 'client'] });
    expect(travel(26)).toEqual({ from: 'upstream', to: 'proxy', legs: ['upstream'] });
  });

  test('a decision goes nowhere', () => {
    expect(travel(19)).toBeNull();
  });
});

describe('the text of an entry', () => {
  test('is its first line, and says when there are more', () => {
    expect(gistOf(at(4))).toEqual({ key: 'gist.text', params: { text: 'MAIL FROM:<dev@test.com>' } });
    expect(gistOf(at(13)).params.text).toBe('250-eng …');
  });

  test('a question is known by its recipient, an answer by its status', () => {
    expect(gistOf(at(7)).params.text).toBe('RCPT TO:<user@eng.abc.com>');
    expect(gistOf(at(8)).params.text).toBe('Auth-Status: OK');
    expect(gistOf({ ...at(8), bytes: '' }).key).toBe('gist.no-answer');
    expect(gistOf({ ...at(7), bytes: 'GET / HTTP/1.0\r\n\r\n' }).key).toBe('gist.question');
  });

  test('a message is its size, as it was on the wire', () => {
    expect(gistOf({ ...at(22), size: 70_000 })).toEqual({ key: 'gist.data', params: { size: 70_000 } });
  });

  test('a dial says how it went', () => {
    expect(dialWord(at(9))).toBe('out');
    expect(dialWord(at(10))).toBe('connected');
    expect(dialWord({ ...at(10), why: 'smtp.back.refused' })).toBe('failed');
    expect(gistOf(at(9))).toEqual({ key: 'gist.dial.out', params: { upstream: '127.0.0.1:2525' } });
  });

  test('a handshake says how it went', () => {
    const handshake = (why: string, params: NonNullable<Entry['params']> = {}): Entry => ({
      ...at(0),
      kind: 'tls',
      direction: 'none',
      why,
      params,
    });
    expect(gistOf(handshake('session.secured', { protocol: 'TLSv1.3' }))).toEqual({
      key: 'gist.tls.secured',
      params: { protocol: 'TLSv1.3' },
    });
    expect(gistOf(handshake('session.secure-failed')).key).toBe('gist.tls.secure-failed');
    expect(gistOf(handshake('session.secure-timed-out')).key).toBe('gist.tls.secure-timed-out');
  });

  test('a decision about the client says who it is', () => {
    const decision = (why: string, params: NonNullable<Entry['params']>): Entry => ({
      ...at(0),
      kind: 'decision',
      why,
      params,
    });
    const real = decision('session.real-ip', { client: '203.0.113.7:40000', peer: '127.0.0.1:1' });
    expect(gistOf(real)).toEqual({ key: 'gist.client', params: { client: '203.0.113.7:40000' } });
    expect(gistOf(decision('session.named', { host: 'client.example' })).params.client).toBe('client.example');
    expect(gistOf(decision('session.idle', { ms: 5 })).key).toBe('gist.decision');
  });

  test('a secret never shows, whatever its length', () => {
    const login = { ...at(4), bytes: 'AUTH PLAIN AGEAYg==\r\n', secret: [[11, 19]] as const };
    expect(masked(login)).toBe('AUTH PLAIN ••••\r\n');
    expect(gistOf(login).params.text).toBe('AUTH PLAIN ••••');
  });
});
