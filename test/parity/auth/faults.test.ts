/** Faults of the lab's own auth service: what a client of the lab sees is what a client of a real nginx sees. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type LabClient, type LabHandle } from '../../../electron/lab/lab.ts';
import { type FaultKind, faultKinds } from '../../../shared/auth/fault.ts';
import { nginx } from '../harness/nginx.ts';
import { freePorts } from '../harness/sockets.ts';
import type { Running } from '../harness/system.ts';
import { mailBlock, namedUpstream, recipients } from './session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faults-'));
let upstream: Awaited<ReturnType<typeof namedUpstream>>;
let lab: LabHandle;
let client: LabClient;
let proxy: Running | null = null;
let ports: readonly number[] = [];

/** `mailBlock` for a port, with a patience of a second. */
const proxyOn = (port: number, authPort: number): string =>
  mailBlock(port, authPort).replace('xclient off;', 'xclient off; auth_http_timeout 1s;');

beforeAll(async () => {
  upstream = await namedUpstream('eng');
  while (proxy === null) {
    ports = await freePorts(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
    const [labPort = 0, authPort = 0, nginxPort = 0] = ports;
    proxy = await nginx.start(proxyOn(nginxPort, authPort));
    const file = join(folder, 'faults.lab.yaml');
    writeFileSync(
      file,
      `lab: 1
name: faults
proxy: |
  ${proxyOn(labPort, authPort).replaceAll('\n', '\n  ')}
auth:
  listen: 127.0.0.1:${authPort}
  rules:
    - { name: all, when: { rcpt: "*@eng.abc.com" }, then: { route: eng } }
upstreams:
  eng: { smtp: 127.0.0.1:${upstream.port}, external: true }
`,
    );
    lab = await createLab({ host: 'browser', dbFile: ':memory:', file });
  }
  client = lab.connect(() => undefined);
});

afterAll(async () => {
  client.close();
  await proxy?.stop();
  await lab.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true });
});

/** What the first recipient is answered by the lab, which asks in process, and by nginx, which asks over HTTP. */
async function both(kind: FaultKind, scope: 'always' | 'next') {
  const replies: (string | null | undefined)[] = [];
  for (const port of [ports[0], ports[2]]) {
    const armed = scope === 'always' ? ({ type: 'always' } as const) : ({ type: 'next', times: 1 } as const);
    await client.handlers['fault.arm']({ kind, ms: 50, status: 503, scope: armed });
    const [reply] = await recipients(port ?? 0, ['RCPT TO:<user@eng.abc.com>']);
    replies.push(reply);
    await client.handlers['fault.clear']({});
  }
  return replies;
}

test('without a fault both let in', async () => {
  for (const port of [ports[0], ports[2]])
    expect(await recipients(port ?? 0, ['RCPT TO:<user@eng.abc.com>'])).toEqual(['250 eng']);
});

// nginx asks again for ever after WAIT without Auth-Wait, and the lab a thousand times: a difference on purpose.
const kinds = faultKinds.filter((kind) => kind !== 'wait-loop');

test.each(kinds)('%s', async (kind) => {
  const [ours, theirs] = await both(kind, kind === 'wait' ? 'next' : 'always');
  expect(ours).toBe(theirs);
  const welcome = kind === 'slow' || kind === 'status' || kind === 'no-status' || kind === 'wait';
  const seen = welcome ? '250 eng' : kind === 'lower-case' ? '535 5.7.0 ok' : '451 4.3.2 Internal server error';
  expect(theirs).toBe(seen);
});

test('the session tells which fault it was', async () => {
  await client.handlers['fault.arm']({ kind: 'page', ms: 0, status: 500, scope: { type: 'always' } });
  await recipients(ports[0] ?? 0, ['RCPT TO:<user@eng.abc.com>']);
  expect(lab.view().faults).toMatchObject([{ kind: 'page', struck: 1 }]);
  await client.handlers['fault.clear']({});
  expect(lab.view().faults).toEqual([]);
  const { sessions } = await client.handlers['sessions.list']({ filter: '', limit: 1 });
  const session = await client.handlers['session.get']({ id: sessions[0]?.id ?? 0 });
  const answer = session?.entries.find(({ leg, direction }) => leg === 'auth' && direction === 'in');
  expect(answer?.params).toMatchObject({ fault: 'page', transport: 'in-process' });
});
