import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../renderer/bridge.ts';
import type { Bridge, Feed } from '../../shared/contract/contract.ts';
import type { SocketMessage, SocketRequest } from '../../shared/contract/socket.ts';

/** A WebSocket whose other end is the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  readonly sent: SocketRequest[] = [];
  readonly url: string;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;
  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as SocketRequest);
  }
  open(): void {
    this.readyState = 1;
    this.onopen();
  }
  say(message: SocketMessage): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
  close(): void {
    this.readyState = 3;
    this.onclose();
  }
}

const socket = (nth = -1): FakeSocket => {
  const found = FakeSocket.all.at(nth);
  if (!found) throw new Error('No socket was opened.');
  return found;
};

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal('window', {});
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:4000' });
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("in the desktop app it is the preload's bridge, which is never lost", () => {
  const bridge: Partial<Bridge> = {};
  vi.stubGlobal('window', { bridge });
  expect(connect().bridge).toBe(bridge);
  expect(FakeSocket.all).toEqual([]);
});

test('calls wait for the connection, and each gets its own answer', async () => {
  const { bridge } = connect();
  expect(socket().url).toBe('ws://127.0.0.1:4000/bridge');
  const saved = bridge.call('lab.save', {});
  const cleared = bridge.call('sessions.clear', {});
  expect(socket().sent).toEqual([]);
  socket().open();
  const [first, second] = socket().sent;
  expect([first, second]).toMatchObject([
    { name: 'lab.save', argument: {} },
    { name: 'sessions.clear', argument: {} },
  ]);
  socket().say({ id: second?.id ?? 0, result: { cleared: 3 } });
  socket().say({ id: first?.id ?? 0, error: 'This lab has no file yet; give it a name.' });
  expect(await cleared).toEqual({ cleared: 3 });
  await expect(saved).rejects.toThrow('This lab has no file yet; give it a name.');
});

test('feeds reach every listener until it stops listening', () => {
  const { bridge } = connect();
  socket().open();
  const heard: Feed[] = [];
  const stop = bridge.feed((feed) => heard.push(feed));
  const feeds: readonly Feed[] = [
    { type: 'telnet', connection: 1, data: 'a' },
    { type: 'telnet-closed', connection: 1, error: null },
  ];
  socket().say({ feeds });
  stop();
  socket().say({ feeds });
  expect(heard).toEqual(feeds);
});

test('a lost connection is told, what was asked fails, and it is made again, ever more slowly', async () => {
  const { bridge, onConnection } = connect();
  const told: boolean[] = [];
  onConnection((up) => told.push(up));
  socket().open();
  expect(told).toEqual([]);
  const asked = bridge.call('lab.get', {});
  socket().close();
  await expect(asked).rejects.toThrow('The connection to the lab was lost.');
  expect(told).toEqual([false]);
  const waiting = bridge.call('sessions.clear', {});
  vi.advanceTimersByTime(250);
  expect(FakeSocket.all).toHaveLength(2);
  socket().close();
  vi.advanceTimersByTime(499);
  expect(FakeSocket.all).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(FakeSocket.all).toHaveLength(3);
  expect(told).toEqual([false]);
  socket().open();
  expect(told).toEqual([false, true]);
  socket().say({ id: socket().sent[0]?.id ?? 0, result: { cleared: 0 } });
  expect(await waiting).toEqual({ cleared: 0 });
});

test('a thousand calls wait; one more is refused', async () => {
  const { bridge } = connect();
  const waiting = Array.from({ length: 1000 }, () => bridge.call('sessions.clear', {}));
  await expect(bridge.call('sessions.clear', {})).rejects.toThrow('too many requests wait');
  socket().open();
  for (const { id } of socket().sent) socket().say({ id, result: { cleared: 0 } });
  expect(await Promise.all(waiting)).toHaveLength(1000);
});
