/** `syslog:` as nginx sends it, message by message. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bytes } from '../../../shared/machine/machine.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { logsOf, masked } from './logged.ts';

const login = 'AUTH PLAIN AHUAcA==⏎';
const dialogue: Dialogue = {
  name: 'a login behind a broken answer',
  auth: 'HTTP/1.0 200 OK⏎X_Y: z⏎⏎',
  turns: [[login, '451 4.3.2 Internal server error⏎', { closes: true }]],
};

/** The sinks: what they are told, and how many of the two messages (the connection, the error) each takes. */
const sinks: readonly (readonly [words: string, level: string, messages: number])[] = [
  ['', 'info', 2],
  ['', 'error', 1],
  ['', 'crit', 0],
  [',nohostname', 'error', 1],
  [',facility=mail', 'info', 2],
  [',facility=local0,severity=debug', 'info', 2],
  [',tag=lab_1', 'error', 1],
  [',facility=kern,tag=,nohostname', 'info', 2],
];
const expected = sinks.reduce((sum, [, , messages]) => sum + messages, 0);

/** Everything sent while the dialogue is played, in order, without times and numbers. */
async function messagesOf(name: 'nginx' | 'lab', daemon: Socket): Promise<readonly Bytes[]> {
  const messages: Bytes[] = [];
  const all = new Promise<void>((resolve) => {
    daemon.on('message', (message) => {
      const [, head = '', line = ''] = /^(.*?: )(\d{4}\/.*)$/s.exec(message.toString('latin1')) ?? [];
      messages.push(head.replace(/[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/, 'DATE') + masked(line));
      if (messages.length === expected) resolve();
    });
  });
  const conf = sinks
    .map(([words, level]) => `error_log syslog:server=127.0.0.1:${daemon.address().port}${words} ${level};`)
    .join(' ');
  await logsOf(name, [{ ...dialogue, conf }], 'emerg');
  await all;
  daemon.removeAllListeners('message');
  return messages.toSorted();
}

describe('error_log syslog:', () => {
  let daemon: Socket;
  beforeAll(async () => {
    daemon = createSocket('udp4');
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
  });
  afterAll(() => void daemon.close());

  it('brings the same messages', async () => {
    const real = await messagesOf('nginx', daemon);
    const ours = await messagesOf('lab', daemon);
    expect(real).toContain(
      `<187>DATE ${hostname().toLowerCase()} lab_1: ` +
        '[error] auth http server 127.0.0.1:PORT sent invalid header in response while in http auth state, ' +
        'client: 127.0.0.1, server: 127.0.0.1:PORT, login: "u"',
    );
    expect(ours).toEqual(real);
  });
});
