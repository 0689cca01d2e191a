import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSignedIn } from '../../../electron/tls/self-signed.ts';
import { createUpstreamFaults } from '../../../electron/upstream/faults.ts';
import { createMockServer } from '../../../electron/upstream/host.ts';
import type { PlayedMock } from '../../../electron/upstream/played.ts';
import type { FaultAct, Stage, UpstreamFault } from '../../../shared/upstream/fault.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';
import { pop3Mock } from '../../../shared/upstream/pop3/pop3.ts';
import type { Pop3MockState } from '../../../shared/upstream/pop3/state.ts';
import { FakeMailbox } from '../../fakes/mailbox.ts';
import { Wire } from './wire.ts';

const one = 'Subject: one\r\n\r\nfirst\r\n';
const certificate = () => selfSignedIn(null)('eng');
const ann = { user: 'ann', password: 'secret' };

interface Options extends Partial<PlayedMock<Pop3MockState>> {
  readonly inbox?: readonly string[];
  readonly lockWaitMs?: number;
}

/** A server that listens until the test is over. */
async function running({ inbox = [one], lockWaitMs, ...options }: Options = {}) {
  const mailbox = new FakeMailbox(inbox);
  const opened: { owner: string; port: number }[] = [];
  const faults = createUpstreamFaults();
  const server = createMockServer<Pop3MockState>(
    {
      name: 'eng',
      protocol: 'pop3',
      machine: pop3Mock,
      mailbox: (owner, port) => {
        opened.push({ owner, port });
        return mailbox;
      },
      faults,
      ...options,
    },
    lockWaitMs,
  );
  const { port } = await server.listen('127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const arm = (stage: Stage, act: FaultAct, more: Partial<UpstreamFault> = {}) =>
    faults.arm({ upstream: 'eng', protocol: 'pop3', stage, act, scope: { type: 'always' }, only: {}, ...more });
  return { server, port, mailbox, opened, faults, arm };
}

/** A client that has read the greeting. */
async function greeted(port: number): Promise<Wire> {
  const client = new Wire(port);
  await client.line();
  return client;
}

async function loggedIn(port: number, user = 'ann', password = 'secret'): Promise<Wire> {
  const client = await greeted(port);
  await client.say(`USER ${user}\r\n`);
  expect(await client.say(`PASS ${password}\r\n`)).toMatch('+OK maildrop has');
  return client;
}

describe('a played server on its listener', () => {
  it('holds a session, in pieces and all at once', async () => {
    const { port, opened } = await running({ accounts: [ann] });
    const client = await loggedIn(port);
    expect(opened).toEqual([{ owner: 'ann', port: client.localPort }]);
    client.send('ST');
    client.send('AT\r');
    client.send('\nUIDL 1\r\nRETR 1\r\nQUIT\r\n');
    expect(await client.rest()).toBe(`+OK 1 23\r\n+OK 1 7.1\r\n+OK 23 octets\r\n${one}.\r\n+OK bye\r\n`);
    expect(client.ended).toBe('fin');
  });

  it('answers a client that half-closes, and then closes', async () => {
    const { port } = await running();
    const client = new Wire(port);
    client.send('CAPA\r\nSTAT\r\n');
    client.end();
    expect(await client.rest()).toMatch(/^\+OK eng .*\r\n\.\r\n-ERR STAT needs a login first\r\n$/s);
  });

  it('asks for accounts at every login, so that they may change', async () => {
    const accounts = [ann];
    const { port } = await running({ accounts });
    await loggedIn(port);
    accounts.push({ user: 'bob', password: 'new' });
    await loggedIn(port, 'bob', 'new');
  });

  it('gives a maildrop to one session at a time; who comes second waits a moment for it', async () => {
    const { port } = await running({ accounts: [ann], lockWaitMs: 60_000 });
    const first = await loggedIn(port);
    const second = await greeted(port);
    await second.say('USER ann\r\n');
    second.send('PASS secret\r\n');
    await first.say('QUIT\r\n');
    expect(await second.line()).toMatch('+OK maildrop');
  });

  it('says that a maildrop is in use, and keeps no lock for who left or was refused', async () => {
    const { port } = await running({ accounts: [ann], lockWaitMs: 20 });
    const first = await loggedIn(port);
    const second = await greeted(port);
    await second.say('USER ann\r\n');
    expect(await second.say('PASS secret\r\n')).toMatch('-ERR [IN-USE]');
    first.destroy();
    await second.say('USER ann\r\n');
    expect(await second.say('PASS secret\r\n')).toMatch('+OK maildrop');
  });

  it('shares the catch-all', async () => {
    const { port } = await running();
    await loggedIn(port, 'who@ever', 'x');
    await loggedIn(port, 'somebody', 'else');
  });

  it('ends a line that has no end', async () => {
    const { port } = await running();
    const client = await greeted(port);
    client.send('A'.repeat(100_000));
    expect(await client.rest()).toMatch('-ERR line too long');
  });

  it('stops with a word, and leaves no socket behind', async () => {
    const { port, server } = await running();
    const client = await loggedIn(port);
    const silent = new Wire(port);
    await silent.line();
    await server.stop();
    expect(await client.rest()).toBe('-ERR [SYS/TEMP] eng is stopping\r\n');
    expect(await silent.rest()).toMatch('stopping');
    await server.stop();
  });

  it('tells why it cannot listen', async () => {
    const { port } = await running();
    const other = createMockServer<Pop3MockState>({
      name: 'x',
      protocol: 'pop3',
      machine: pop3Mock,
      mailbox: () => new FakeMailbox(),
    });
    await expect(other.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('reads no further while its answers are left unread, and then answers all of it', async () => {
    const big = `Subject: big\r\n\r\n${'x'.repeat(998)}\r\n`.repeat(2000);
    const { port, mailbox } = await running({ inbox: [big] });
    const client = await loggedIn(port);
    client.read(false);
    client.send('RETR 1\r\n'.repeat(20));
    const stalled = await new Promise<number>((resolve) => {
      const raws = () => mailbox.asked.filter((request) => request.do === 'raw').length;
      let before = -1;
      const look = setInterval(() => {
        if (raws() === before && before > 0) {
          clearInterval(look);
          resolve(before);
        }
        before = raws();
      }, 50);
    });
    expect(stalled).toBeLessThan(20);
    client.read(true);
    client.send('QUIT\r\n');
    const all = await client.rest();
    expect(all.length).toBe(20 * (`+OK ${big.length} octets\r\n.\r\n`.length + big.length) + '+OK bye\r\n'.length);
  });
});

describe('TLS', () => {
  const play = { ...plainPlay, starttls: true };

  it('begins with STLS, and forgets what was sent in clear text', async () => {
    const { port } = await running({ play, certificate });
    const client = await greeted(port);
    expect(await client.say('STLS\r\n')).toBe('+OK begin TLS\r\n');
    expect(await client.secure()).toBe('eng');
    expect(await client.say('STLS\r\n')).toMatch('-ERR STLS is not offered');
    await client.say('USER a\r\n');
    expect(await client.say('PASS b\r\n')).toMatch('+OK maildrop');
    client.send('QUIT\r\n');
    expect(await client.rest()).toBe('+OK bye\r\n');
  });

  it('does not execute what was smuggled in behind STLS', async () => {
    const { port, opened } = await running({ play, certificate });
    const client = await greeted(port);
    expect(await client.say('STLS\r\nUSER a\r\nPASS b\r\n')).toBe('+OK begin TLS\r\n');
    await client.secure();
    expect(await client.say('NOOP\r\n')).toMatch('-ERR NOOP needs a login');
    expect(opened).toEqual([]);
  });

  it('is not offered without a certificate', async () => {
    const { port } = await running({ play });
    const client = await greeted(port);
    client.send('CAPA\r\n');
    expect(await client.until(/^\.\r\n/m)).not.toMatch('STLS');
  });

  it('survives a client that sends no handshake', async () => {
    const { port } = await running({ play, certificate });
    const client = await greeted(port);
    await client.say('STLS\r\n');
    client.send('this is no handshake\r\n');
    await client.rest();
    expect(client.ended).not.toBe('no');
    await loggedIn(port);
  });

  it('breaks off with RST under TLS too', async () => {
    const { port, arm } = await running({ play, certificate });
    const client = await greeted(port);
    await client.say('STLS\r\n');
    await client.secure();
    arm('user', { type: 'reset' });
    client.send('USER ann\r\n');
    await client.rest();
    expect(client.ended).toBe('rst');
  });
});

describe('the PROXY header', () => {
  const play = { ...plainPlay, proxyProtocol: true };

  it('comes before everything, in any pieces, and names the client', async () => {
    const { port, arm } = await running({ play });
    arm('user', { type: 'reply', text: '-ERR not you' }, { only: { client: '192.0.2.0/24' } });
    const client = new Wire(port);
    client.send('PROXY TCP4 192.0.2.7 127.0.0.1 ');
    client.send('4321 110\r\n');
    expect(await client.line()).toMatch('+OK eng');
    expect(await client.say('USER a\r\n')).toBe('-ERR not you\r\n');
    const other = new Wire(port);
    other.send('\r\n\r\n\0\r\nQUIT\n\x20\0\0\0USER b\r\n');
    expect(await other.line()).toMatch('+OK eng');
    expect(await other.line()).toBe('+OK send PASS\r\n');
  });

  it('is refused when it is none, without a word', async () => {
    const { port } = await running({ play });
    for (const bytes of ['USER ann\r\n', 'PROXY TCP4 nonsense\r\n', `PROXY ${'x'.repeat(5000)}`]) {
      const client = new Wire(port);
      client.send(bytes);
      expect(await client.rest()).toBe('');
    }
  });

  it('is expected while that switch is thrown', async () => {
    const { port, arm } = await running();
    arm('connect', { type: 'switch', name: 'proxy-protocol' }, { scope: { type: 'next', times: 1 } });
    const struck = new Wire(port);
    struck.send('USER ann\r\n');
    expect(await struck.rest()).toBe('');
    await loggedIn(port);
  });
});

describe('faults', () => {
  it.each([
    ['close', 'fin'],
    ['reset', 'rst'],
  ] as const)('%s ends the connection at connect, at the greeting and at a command', async (type, how) => {
    for (const stage of ['connect', 'greeting', 'user'] as const) {
      const { port, arm } = await running();
      arm(stage, { type });
      const client = new Wire(port);
      if (stage === 'user') await client.line();
      client.send('USER ann\r\n');
      expect(await client.rest()).toBe('');
      // A client that had bytes on the way when the server closed is reset by the system.
      if (stage === 'user' || how === 'rst') expect(client.ended).toBe(how);
    }
  });

  it('another answer stands instead of the machine, and the session goes on', async () => {
    const { port, arm } = await running();
    arm('greeting', { type: 'reply', text: '+OK not as usual' });
    arm('stat', { type: 'reply', text: '-ERR [SYS/TEMP] später' }, { scope: { type: 'next', times: 1 } });
    const client = new Wire(port);
    expect(await client.line()).toBe('+OK not as usual\r\n');
    await client.say('USER a\r\n');
    await client.say('PASS b\r\n');
    expect(Buffer.from(await client.say('STAT\r\n'), 'latin1').toString()).toBe('-ERR [SYS/TEMP] später\r\n');
    expect(await client.say('STAT\r\n')).toBe('+OK 1 23\r\n');
  });

  it('a text that means yes stands where the machine says yes, and all is done', async () => {
    const { port, arm } = await running({ accounts: [ann] });
    for (const stage of ['pass', 'list', 'quit'] as const) arm(stage, { type: 'reply', text: '+OK [X] as told' });
    const client = await greeted(port);
    await client.say('USER ann\r\n');
    expect(await client.say('PASS wrong\r\n')).toMatch('-ERR [AUTH]');
    await client.say('USER ann\r\n');
    expect(await client.say('PASS secret\r\n')).toBe('+OK [X] as told\r\n');
    client.send('LIST\r\n');
    expect(await client.until(/^\.\r\n/m)).toBe('+OK [X] as told\r\n1 23\r\n.\r\n');
    client.send('QUIT\r\n');
    expect(await client.rest()).toBe('+OK [X] as told\r\n');
  });

  it('may have several lines', async () => {
    const { port, arm } = await running();
    arm('user', { type: 'reply', text: '-ERR one\ntwo' });
    const client = await greeted(port);
    expect(await client.say('USER ann\r\n')).toBe('-ERR one\r\n');
    expect(await client.line()).toBe('two\r\n');
  });

  it('an answer that is late comes, and what follows waits for it', async () => {
    const { port, arm } = await running();
    for (const stage of ['connect', 'greeting', 'stat'] as const) arm(stage, { type: 'delay', ms: 60 });
    const from = performance.now();
    const client = await greeted(port);
    expect(performance.now() - from).toBeGreaterThan(110);
    await client.say('USER a\r\n');
    await client.say('PASS b\r\n');
    const asked = performance.now();
    client.send('STAT\r\nNOOP\r\n');
    expect(await client.line()).toBe('+OK 1 23\r\n');
    expect(await client.line()).toBe('+OK\r\n');
    expect(performance.now() - asked).toBeGreaterThan(110);
  });

  it('an answer drips, byte by byte, and what follows comes whole', async () => {
    const { port, arm } = await running();
    arm('list', { type: 'drip', ms: 5 });
    const client = await loggedIn(port);
    const before = client.times.length;
    client.send('LIST\r\nSTAT\r\n');
    const answer = await client.until(/^\.\r\n/m);
    expect(answer).toBe('+OK 1 message (23 octets)\r\n1 23\r\n.\r\n');
    expect(client.times.length - before).toBeGreaterThan(answer.length / 2);
    expect(await client.line()).toBe('+OK 1 23\r\n');
  });

  it('an answer never comes, nor does any other; the connection stays', async () => {
    const { port, arm } = await running();
    arm('stat', { type: 'silent' });
    const client = await loggedIn(port);
    client.send('STAT\r\nNOOP\r\n'.repeat(5000));
    const other = await loggedIn(port, 'other', 'x');
    expect(await other.say('LIST 1\r\n')).toBe('+OK 1 23\r\n');
    expect(client.ended).toBe('no');
    client.end();
    expect(await client.rest()).toBe('');
  });

  it('strike only whom they are meant for', async () => {
    const { port, arm } = await running();
    arm('pass', { type: 'reply', text: '-ERR [AUTH] not ann' }, { only: { address: 'ann@*' } });
    const client = await greeted(port);
    await client.say('USER ann@eng.abc.com\r\n');
    expect(await client.say('PASS x\r\n')).toBe('-ERR [AUTH] not ann\r\n');
    await client.say('USER bob@eng.abc.com\r\n');
    expect(await client.say('PASS x\r\n')).toMatch('+OK maildrop');
  });

  it('a name carries its fault', async () => {
    const { port } = await running();
    const client = await greeted(port);
    await client.say('USER 550@fault.test\r\n');
    expect(await client.say('PASS x\r\n')).toMatch('-ERR [AUTH]');
  });
});

describe('clients that misbehave', () => {
  it('do not keep the server from the others, nor from stopping', async () => {
    const { port, server } = await running({ play: { ...plainPlay, starttls: true }, certificate });
    for (const bytes of ['', '\0\xff'.repeat(1000), 'USER a\r\nPASS b\r\nRETR 1\r\n', 'STLS\r\n']) {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      socket.write(bytes, 'latin1', () => socket.resetAndDestroy());
    }
    await loggedIn(port);
    await server.stop();
  });
});
