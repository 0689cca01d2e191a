/** Holds many sessions that have greeted and then say nothing, and weighs them. */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { MailProxy } from './proxies.ts';

/** Connections begun at once: fewer than any listen queue holds. */
const STRIDE = 200;

/** Memory that idle sessions take. */
export interface Weight {
  readonly name: string;
  readonly sessions: number;
  /** Bytes of the process before and while they are held. */
  readonly before: number;
  readonly held: number;
  readonly bytesEach: number;
}

function greeted(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`127.0.0.1:${port} closed a session that had said nothing.`)));
  });
}

/** Waits until the process neither grows nor shrinks by more than a percent in half a second. */
async function settled(proxy: MailProxy): Promise<number> {
  let last = proxy.memory().now;
  for (let tries = 0; tries < 20; tries++) {
    await pause(500);
    const now = proxy.memory().now;
    if (Math.abs(now - last) < last / 100) return now;
    last = now;
  }
  return last;
}

/** Opens `count` sessions, weighs the process, closes them. */
export async function weigh(proxy: MailProxy, count: number): Promise<Weight> {
  const before = await settled(proxy);
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const stride = Math.min(STRIDE, count - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: stride }, () => greeted(proxy.port)))));
    }
    const held = await settled(proxy);
    return { name: proxy.name, sessions: count, before, held, bytesEach: (held - before) / count };
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  }
}
