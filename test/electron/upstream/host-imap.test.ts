import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSignedIn } from '../../../electron/tls/self-signed.ts';
import { createUpstreamFaults } from '../../../electron/upstream/faults.ts';
import { createMockServer } from '../../../electron/upstream/host.ts';
import { imapMock } from '../../../shared/upstream/imap/imap.ts';
import { type Play, plainPlay } from '../../../shared/upstream/play.ts';
import { FakeMailbox } from '../../fakes/mailbox.ts';
import { Wire } from './wire.ts';

const one = 'Subject: one\r\n\r\nfirst\r\n';
const accounts = [{ user: 'ann', password: 'secret' }];

async function running(play: Partial<Play> = {}) {
  const mailbox = new FakeMailbox([one]);
  const owners: string[] = [];
  const faults = createUpstreamFaults();
  const server = createMockServer({
    name: 'eng',
    protocol: 'imap',
    machine: imapMock,
    play: { ...plainPlay, ...play },
    accounts,
    faults,
    certificate: () => selfSignedIn(null)('eng'),
    mailbox: (owner) => {
      owners.push(owner);
      return mailbox;
    },
  });
  const { port } = await server.listen('127.0.0.1', 0);
  onTestFinished(() => server.stop());
  return { server, port, mailbox, owners, faults };
}

async function selected(port: number): Promise<Wire> {
  const client = new Wire(port);
  await client.line();
  client.send('a LOGIN ann secret\r\nb SELECT INBOX\r\n');
  expect(await client.until(/^b [^\n]*\n/m)).toMatch('b OK');
  return client;
}

describe('a played IMAP server on its listener', () => {
  it('lets sessions share a mailbox, and tells who waits of what another one did, once', async () => {
    const { port, mailbox } = await running();
    const waiting = await selected(port);
    expect(await waiting.say('c IDLE\r\n')).toMatch(/^\+/);
    const acting = await selected(port);
    acting.send('c STORE 1 +FLAGS (\\Seen)\r\n');
    await acting.until(/^c OK[^\n]*\n/m);
    expect(await waiting.line()).toMatch(/^\* 1 FETCH \(.*\\Seen/);
    for (const subject of ['two', 'three']) mailbox.deliver(`Subject: ${subject}\r\n\r\n`);
    waiting.send('DONE\r\n');
    expect(await waiting.until(/^c OK[^\n]*\n/m)).toMatch(/^\* 3 EXISTS\r\n(?:\* \d RECENT\r\n)?c OK/);
    acting.send('d NOOP\r\n');
    expect(await acting.until(/^d OK[^\n]*\n/m)).toMatch('* 3 EXISTS');
  });

  it('greets as somebody, and has their mailbox open', async () => {
    const { port, owners } = await running({ imap: { ...plainPlay.imap, preauth: 'Ann' } });
    const client = new Wire(port);
    expect(await client.line()).toMatch(/^\* PREAUTH/);
    client.send('a EXAMINE INBOX\r\n');
    expect(await client.until(/^a [^\n]*\n/m)).toMatch(/\* 1 EXISTS.*a OK/s);
    expect(owners).toEqual(['ann']);
  });

  it('takes a literal in pieces, and what is pipelined behind it', async () => {
    const { port, mailbox } = await running();
    const client = await selected(port);
    client.send(`c APPEND INBOX {${one.length}}\r\n${one.slice(0, 5)}`);
    expect(await client.line()).toMatch(/^\+/);
    for (const piece of [one.slice(5, 20), one.slice(20), '\r\nd NO', 'OP\r\n']) client.send(piece);
    expect(await client.until(/^d OK[^\n]*\n/m)).toMatch(/c OK.*d OK/s);
    expect(mailbox.raws()).toEqual([one, one]);
  });

  it('begins TLS, and forgets what was smuggled in before it', async () => {
    const { port, owners } = await running({ starttls: true });
    const client = new Wire(port);
    await client.line();
    expect(await client.say('a STARTTLS\r\nb LOGIN ann secret\r\n')).toMatch('a OK');
    expect(await client.secure()).toBe('eng');
    expect(await client.say('c SELECT INBOX\r\n')).not.toMatch('c OK');
    expect(owners).toEqual([]);
    expect(await client.say('d LOGIN ann secret\r\n')).toMatch('d OK');
  });

  it('lets others have their turn while one client has sent more than can be done at once', async () => {
    const { port, mailbox } = await running();
    const [eager, patient] = [await selected(port), await selected(port)];
    const perform = mailbox.perform.bind(mailbox);
    mailbox.perform = (request) => {
      const end = performance.now() + (request.do === 'find' ? 3 : 0);
      while (performance.now() < end);
      return perform(request);
    };
    eager.send(`${'c SEARCH TEXT nothing\r\n'.repeat(200)}d NOOP\r\n`);
    await eager.until(/^c OK[^\n]*\n/m);
    patient.send('c NOOP\r\n');
    const first = await Promise.race([patient.until(/^c OK/m), eager.until(/^d OK/m)]);
    expect(first).toBe('c OK');
    await eager.until(/^d OK/m);
  });

  it('says that the mailbox is not to be had when the database fails, and goes on when it is there again', async () => {
    const { port, mailbox } = await running();
    const client = await selected(port);
    const perform = mailbox.perform.bind(mailbox);
    mailbox.perform = () => {
      throw new Error('database is locked');
    };
    expect(await client.say('c CREATE a\r\n')).toMatch(/^c NO \[UNAVAILABLE\] /);
    mailbox.perform = perform;
    expect(await client.say('d CREATE a\r\n')).toMatch(/^d OK/);
  });

  it('says BYE when it stops', async () => {
    const { port, server } = await running();
    const client = await selected(port);
    await server.stop();
    expect(await client.rest()).toBe('* BYE eng is stopping\r\n');
  });

  it('answers a login with the words of a fault: a no instead of it, a yes behind it', async () => {
    const { port, faults } = await running();
    const arm = (text: string, times: number) =>
      faults.arm({
        ...{ upstream: 'eng', protocol: 'imap', stage: 'login', act: { type: 'reply', text } },
        ...{ scope: { type: 'next', times }, only: {} },
      });
    arm('NO [UNAVAILABLE] come again', 1);
    arm('* OK [ALERT] look out\nOK [X] welcome', 1);
    const client = new Wire(port);
    await client.line();
    expect(await client.say('a LOGIN ann secret\r\n')).toBe('a NO [UNAVAILABLE] come again\r\n');
    expect(await client.say('b SELECT INBOX\r\n')).not.toMatch('b OK');
    client.send('c LOGIN ann secret\r\n');
    expect(await client.until(/^c [^\n]*\n/m)).toBe('* OK [ALERT] look out\r\nc OK [X] welcome\r\n');
    client.send('d SELECT INBOX\r\n');
    expect(await client.until(/^d [^\n]*\n/m)).toMatch('d OK');
  });
});
