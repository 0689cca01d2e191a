/** How many processes a configuration gets, and which of its addresses somebody else has. */
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { workersOf } from '../../../electron/workers/spread.ts';
import { takenOf } from '../../../electron/workers/taken.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { freePorts } from '../../e2e/fixtures/ports.ts';

function confOf(main: string, listens: string) {
  const text = `${main} events { } mail { auth_http 127.0.0.1:1; server { ${listens} protocol smtp; } }`;
  const { conf, problems } = readMail(text, { file: 'nginx.conf', hostname: 'here' });
  if (!conf) throw new Error(problems.map(({ message }) => message).join());
  return conf;
}

test.each([
  ['', 1, ''],
  ['worker_processes 1;', 1, ''],
  ['worker_processes 3;', 3, ''],
  ['worker_processes auto;', 2, ''],
  ['worker_processes 0;', 1, 'worker_processes 0: nginx would listen and answer nobody; one process runs here'],
  ['worker_processes 8;', 8, ''],
  ['worker_processes 10000;', 8, 'worker_processes 10000: 8 are started, 4 for each core of this machine'],
])('%s on two cores', (main, count, differs) => {
  expect(workersOf(confOf(main, 'listen 127.0.0.1:1;'), 2)).toEqual({ count, differs });
});

test('nothing to run is one process', () => {
  expect(workersOf(null, 2)).toEqual({ count: 1, differs: '' });
});

test('an address is taken where another program listens, unless that is us', async () => {
  const [mine = 0, free = 0] = await freePorts(2);
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(mine, '127.0.0.1', done);
  });
  const conf = confOf('', `listen ${mine}; listen 127.0.0.1:${free}; listen unix:/nowhere/at/all; listen 127.0.0.1;`);
  const address = `127.0.0.1:${mine}`;
  expect([...(await takenOf(conf, false, new Set()))]).toEqual([address]);
  expect([...(await takenOf(conf, false, new Set([address])))]).toEqual([]);
  await new Promise((done) => server.close(done));
  expect([...(await takenOf(conf, false, new Set()))]).toEqual([]);
});
