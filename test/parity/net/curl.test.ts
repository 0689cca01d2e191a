/** curl in the place of a load balancer: it writes PROXY headers itself (`--haproxy-protocol`). */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { Protocol } from '../../../shared/machine/machine.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { lab } from '../harness/lab.ts';
import { nginx } from '../harness/nginx.ts';
import { raise } from './raise.ts';
import { proxied } from './words.ts';

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

interface Errand {
  readonly conf?: string;
  readonly upstream: NonNullable<Dialogue['upstream']>;
  readonly args: readonly string[];
  /** What curl prints of what it came for. */
  readonly output: string;
}

const errands: Readonly<Record<Protocol, Errand>> = {
  smtp: {
    conf: 'smtp_auth none; xclient off;',
    upstream: { proxied: true, replies: { VRFY: '252 perhaps⏎' } },
    args: ['--mail-from', 'a@test.com', '--mail-rcpt', 'b@test.com', '--upload-file', '-'],
    output: '',
  },
  imap: {
    upstream: { proxied: true, replies: { LIST: '* LIST () "/" INBOX⏎$TAG OK listed⏎' } },
    args: ['--user', 'u:p'],
    output: '* LIST () "/" INBOX\r\n',
  },
  pop3: {
    upstream: { proxied: true, replies: { LIST: '+OK⏎1 23⏎.⏎' } },
    args: ['--user', 'u:p'],
    output: '1 23\r\n',
  },
};

const protocols: readonly Protocol[] = ['smtp', 'imap', 'pop3'];

describe.each([nginx, lab])('$name', (system) => {
  test.each(protocols)('%s by curl behind its own PROXY header', async (protocol) => {
    const { conf = '', upstream, args, output } = errands[protocol];
    const { stage, port } = await raise(
      system,
      {
        name: 'curl',
        protocol,
        listen: 'proxy_protocol',
        conf: `${conf} proxy_protocol on; set_real_ip_from 127.0.0.0/8;`,
        upstream,
        turns: [],
      },
      cleanup,
    );
    const url = `${protocol}://127.0.0.1:${port}/`;
    const running = promisify(execFile)('curl', ['-sS', '--max-time', '10', '--haproxy-protocol', url, ...args]);
    running.child.stdin?.end('Subject: hello\r\n\r\nhello\r\n');
    expect(await running).toEqual({ stdout: output, stderr: '' });
    const [asked = ''] = stage.auth.requests.map((request) => request.replaceAll('\r\n', '⏎'));
    const from = /Proxy-Protocol-Port: (\d+)/.exec(asked)?.[1] ?? '';
    expect(asked).toContain(`Client-IP: 127.0.0.1⏎`);
    expect(asked).toContain(proxied('127.0.0.1', from, '127.0.0.1', port));
    expect(stage.upstream.received[0]).toMatch(new RegExp(`^PROXY TCP4 127.0.0.1 127.0.0.1 ${from} ${port}\r\n`));
  });
});
