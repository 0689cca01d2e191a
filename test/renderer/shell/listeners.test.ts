import { describe, expect, test } from 'vitest';
import { causeKey, chipAddress, commandFor, dialable, groupListeners } from '../../../renderer/shell/listeners.ts';
import type { ListenerView } from '../../../shared/contract/contract.ts';
import { hostPort } from '../../../shared/wire/host-port.ts';

const view = (change: Partial<ListenerView>): ListenerView => ({
  id: `smtp ${change.address ?? '127.0.0.1'}:${change.port ?? 3333}`,
  role: 'proxy',
  name: '',
  protocol: 'smtp',
  address: '127.0.0.1',
  port: 3333,
  state: 'listening',
  error: null,
  narrowed: true,
  ...change,
});

const both = [view({}), view({ address: '::1' })];

describe('groupListeners', () => {
  test('the two sockets of `listen 3333` are one thing', () => {
    const [group, ...more] = groupListeners(both);
    expect(more).toEqual([]);
    expect(group).toMatchObject({ protocol: 'smtp', port: 3333, state: 'listening', narrowed: true });
    expect(group && chipAddress(group)).toBe('127.0.0.1:3333');
  });

  test('one failed socket makes the group failed', () => {
    const [group] = groupListeners([view({}), view({ address: '::1', state: 'failed', error: 'EADDRINUSE' })]);
    expect(group?.state).toBe('failed');
  });

  test('upstreams stay apart by name, and show only their port', () => {
    const groups = groupListeners([
      view({ role: 'upstream', name: 'eng', port: 2525 }),
      view({ role: 'upstream', name: 'hr', port: 2526 }),
    ]);
    expect(groups.map((one) => [one.name, chipAddress(one)])).toEqual([
      ['eng', '2525'],
      ['hr', '2526'],
    ]);
  });
});

describe('a unix socket', () => {
  const unix = (path: string) => view({ address: `unix:${path}`, port: 0 });

  test('is a thing of its own, without a port', () => {
    const groups = groupListeners([unix('/run/a'), unix('/run/b')]);
    expect(groups.map(chipAddress)).toEqual(['unix:/run/a', 'unix:/run/b']);
    expect(dialable([unix('/run/a')])).toEqual([]);
  });

  test('has sentences of its own where it fails', () => {
    expect(causeKey('EADDRINUSE', true)).toBe('listener.unix.EADDRINUSE');
    expect(causeKey('EMFILE', true)).toBe('listener.unix.other');
  });
});

test('a listener is reached by hand with the program that speaks as it listens', () => {
  expect(commandFor(view({}))).toBe('telnet 127.0.0.1 3333');
  expect(commandFor(view({ address: '::1', ssl: true }))).toBe('openssl s_client -quiet -connect [::1]:3333');
  // What comes first there can be typed.
  expect(commandFor(view({ ssl: true, proxyProtocol: true }))).toBe('telnet 127.0.0.1 3333');
  expect(commandFor(view({ address: 'unix:/run/mail.sock', port: 0 }))).toBe('nc -U /run/mail.sock');
});

describe('dialable', () => {
  test('puts those first where a client may speak at once', () => {
    const tls = view({ port: 465, ssl: true });
    expect(dialable([tls, view({ port: 25 })]).map(({ port }) => port)).toEqual([25, 465]);
  });

  test('gives one listening socket per proxy group', () => {
    const others = [view({ role: 'auth', protocol: 'http', port: 8000 }), view({ port: 25, state: 'failed' })];
    expect(dialable([...both, ...others]).map((one) => hostPort(one.address, one.port))).toEqual(['127.0.0.1:3333']);
  });

  test('takes the socket that works where the other failed', () => {
    const broken = [view({ state: 'failed', error: 'EADDRINUSE' }), view({ address: '::1' })];
    expect(dialable(broken).map((one) => hostPort(one.address, one.port))).toEqual(['[::1]:3333']);
  });
});

test('a failure without a sentence of its own gets the general one', () => {
  expect(causeKey('EADDRINUSE')).toBe('listener.cause.EADDRINUSE');
  expect(causeKey('EMFILE')).toBe('listener.cause.other');
  expect(causeKey(null)).toBe('listener.cause.other');
});
