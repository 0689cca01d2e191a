import { expect, test } from 'vitest';
import { createServers, type Wanted } from '../../../electron/lab/servers.ts';

const at = { host: '127.0.0.1', port: 0 };
const played = (protocol: Wanted['protocol'], how: string): Wanted => ({
  role: 'upstream',
  name: protocol,
  protocol,
  at,
  how,
});

test('servers stand in the order of the lab file, whichever of them was started anew', async () => {
  const stopped: string[] = [];
  const servers = createServers(({ name }) => ({
    listen: () => Promise.resolve({ port: 1 }),
    stop: () => Promise.resolve(void stopped.push(name)),
  }));
  const names = () => servers.views().map(({ name }) => name);
  await servers.raise([played('smtp', 'a'), played('imap', 'a'), played('pop3', 'a')]);
  expect(names()).toEqual(['smtp', 'imap', 'pop3']);
  const other = [played('smtp', 'b'), played('imap', 'a'), played('pop3', 'a')];
  await servers.drop(other);
  expect(stopped).toEqual(['smtp']);
  await servers.raise(other);
  expect(names()).toEqual(['smtp', 'imap', 'pop3']);
});
