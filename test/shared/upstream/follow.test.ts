/** Where the upstream of a recorded session stands, said by its machine: what it really did is what is found again. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imapTap } from '../../../shared/imap/relay.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { pop3Tap } from '../../../shared/pop3/relay.ts';
import { playedAt, playedDiagram } from '../../../shared/upstream/diagrams.ts';
import { imapMock } from '../../../shared/upstream/imap/imap.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';
import { pop3Mock } from '../../../shared/upstream/pop3/pop3.ts';
import type { RelayItem } from '../../../shared/wire/relay.ts';
import { FakeMailbox } from '../../fakes/mailbox.ts';
import { MockTalk } from '../../fakes/mock-talk.ts';
import { onDiagram } from '../../fakes/on-diagram.ts';

type Protocol = 'imap' | 'pop3';

const upstream = { name: 'eng', play: plainPlay };
const mail = 'Subject: hello\r\n\r\nHello!\r\n';
const sha = () => {
  const hash = createHash('sha256');
  return { update: (bytes: string) => void hash.update(bytes, 'latin1'), digest: () => hash.digest('hex') };
};

/** A session with a played server as the proxy's journal has it, and where the server really stood. */
class Talked {
  readonly entries: Entry[] = [];
  place = '';
  readonly #protocol: Protocol;
  readonly #talk: { send(bytes: string): string; fresh(): string };
  readonly #tap;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    const options = { ...upstream, secure: false };
    const tell = onDiagram(protocol, options);
    const world = {
      mailbox: new FakeMailbox([mail, mail, mail]),
      login: (user: string) => (user === 'ann' ? user : null),
      told: (event: Parameters<typeof tell>[0]) => {
        this.place = tell(event);
      },
    };
    this.write({ kind: 'dial', direction: 'out', why: 'session.dialled' });
    this.write({ kind: 'dial', direction: 'in', why: `${protocol}.back.connected` });
    this.#talk = protocol === 'imap' ? new MockTalk(imapMock(options), world) : new MockTalk(pop3Mock(options), world);
    this.#tap = { imap: imapTap, pop3: pop3Tap }[protocol](sha, (item) => this.#passed(item));
    this.#tap.upstream(this.#talk.fresh());
  }

  write(entry: Partial<Entry>): void {
    const seq = this.entries.length;
    this.entries.push({ seq, at: seq, leg: 'upstream', direction: 'in', kind: 'line', bytes: '', why: '', ...entry });
  }

  #passed({ from: leg, kind, bytes, size, secret = [] }: RelayItem): void {
    this.write({ leg, kind, bytes, size, secret, disposition: 'passed', why: 'relay' });
  }

  /** The client says something, and the server answers. */
  say(bytes: string): void {
    this.#tap.client(bytes);
    this.#tap.upstream(this.#talk.send(bytes));
  }

  get followed() {
    return playedAt(this.#protocol, upstream, this.entries, this.entries.length - 1);
  }
}

const known = (protocol: Protocol) =>
  new Set(playedDiagram(protocol, upstream).ways.map(({ from, on, why, to }) => `${from} ${on} ${why} ${to}`));

const imapLines: readonly string[] = [
  ...[
    'CAPABILITY',
    'NOOP',
    'LOGIN ann secret',
    'LOGIN eve x',
    'AUTHENTICATE PLAIN',
    'AGFubgBzZWNyZXQ=',
    '*',
    'LOGIN {3}',
  ],
  ...['ann {6}', 'secret', 'SELECT INBOX', 'EXAMINE INBOX', 'SELECT Nowhere', 'CLOSE', 'UNSELECT', 'IDLE', 'DONE'],
  ...['FETCH 1:* (FLAGS)', 'FETCH 1 (BODY[])', 'FETCH 9 (FLAGS)', 'UID FETCH 1:* (ENVELOPE)', 'SEARCH SUBJECT hello'],
  ...['STORE 1 +FLAGS (\\Deleted)', 'EXPUNGE', 'COPY 1 Nowhere', 'CREATE Work', 'COPY 1 Work', 'MOVE 2 Work'],
  ...['STATUS INBOX (MESSAGES)', 'LIST "" *', 'APPEND INBOX {5}', 'hello', 'GARBAGE', '', 'LOGOUT'],
];
const pop3Lines: readonly string[] = [
  ...['CAPA', 'USER ann', 'USER eve', 'PASS x', 'APOP ann 00', 'AUTH PLAIN', 'AGFubgBzZWNyZXQ=', '*', 'STAT', 'LIST'],
  ...['UIDL', 'RETR 1', 'RETR 9', 'TOP 2 1', 'DELE 1', 'RSET', 'NOOP', 'GARBAGE', '', 'QUIT'],
];

describe.each(['imap', 'pop3'] as const)('the played %s server', (protocol) => {
  const ways = known(protocol);

  test('is found where it really stands, after every line of any session', () => {
    const lines = protocol === 'imap' ? imapLines : pop3Lines;
    const login = protocol === 'imap' ? ['a LOGIN ann secret', 'a SELECT INBOX'] : ['USER ann', 'PASS x'];
    const begin = fc.constantFrom([], login.slice(0, 1), login);
    fc.assert(
      fc.property(begin, fc.array(fc.constantFrom(...lines), { maxLength: 12 }), (first, rest) => {
        const talked = new Talked(protocol);
        // An answer to a prompt, or the bytes of a literal, have no tag.
        const tagged = (line: string) =>
          protocol === 'imap' && /^[A-Z]{4}/.test(line) && line !== 'DONE' ? `t ${line}` : line;
        for (const line of [...first, ...rest.map(tagged)]) {
          talked.say(`${line}\r\n`);
          const { place, taken, lost } = talked.followed;
          expect(place, line).toBe(talked.place);
          expect(lost).toBeNull();
          for (const { from, on, why, to } of taken) expect(ways).toContain(`${from} ${on} ${why} ${to}`);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('what a journal can hold besides', () => {
  /** A session up to the login, to which entries are added by hand. */
  function loggedIn(protocol: Protocol) {
    const talked = new Talked(protocol);
    for (const line of protocol === 'imap' ? ['a LOGIN ann x'] : ['USER ann', 'PASS x']) talked.say(`${line}\r\n`);
    const said = (bytes: string, entry: Partial<Entry> = {}) =>
      talked.write({ leg: 'client', disposition: 'passed', bytes, ...entry });
    const heard = (bytes: string, entry: Partial<Entry> = {}) =>
      talked.write({ bytes, disposition: 'passed', ...entry });
    return { said, heard, talked, at: () => talked.followed.place };
  }

  test('a command that is not answered yet waits for the mailbox', () => {
    const { said, heard, at } = loggedIn('imap');
    said('s SELECT INBOX\r\n');
    expect(at()).toBe('mailbox');
    heard('* 3 EXISTS\r\n');
    expect(at()).toBe('mailbox');
    heard('s OK [READ-WRITE] done\r\n');
    expect(at()).toBe('selected');
  });

  test('pipelined commands are answered one after the other', () => {
    const { said, heard, at } = loggedIn('imap');
    said('s SELECT INBOX\r\n');
    said('t LOGOUT\r\n');
    expect(at()).toBe('mailbox');
    heard('s NO there is none\r\n');
    expect(at()).toBe('ended');
  });

  test('a fault that answers in place of the server leaves it where it was', () => {
    const imap = loggedIn('imap');
    imap.said('i IDLE\r\n');
    expect(imap.at()).toBe('idle');
    imap.heard('i NO not now\r\n');
    expect(imap.at()).toBe('authenticated');
    const pop3 = loggedIn('pop3');
    pop3.said('QUIT\r\n');
    pop3.heard('-ERR not now\r\n');
    expect(pop3.at()).toBe('transaction');
    pop3.heard('', { kind: 'close' });
    expect(pop3.at()).toBe('ended');
  });

  test('what a person changed, added or dropped is not what the server said', () => {
    const changed = loggedIn('imap');
    changed.said('s SELECT INBOX\r\n');
    changed.heard('s NO changed by hand\r\n', { edited: { was: 's OK done\r\n' } });
    expect(changed.at()).toBe('selected');
    const added = loggedIn('imap');
    added.said('s SELECT INBOX\r\n');
    added.heard('s NO added by hand\r\n', { edited: { was: '' } });
    expect(added.at()).toBe('mailbox');
    added.heard('s OK done\r\n', { kind: 'hold', direction: 'none', why: 'session.dropped', params: { gate: 'U>P' } });
    expect(added.at()).toBe('selected');
  });

  test('an exported session without its passwords is followed all the same', () => {
    const talked = new Talked('imap');
    const out = (bytes: string, secret: Entry['secret'] = []) =>
      talked.write({ direction: 'out', disposition: 'invented', bytes, secret });
    const heard = (bytes: string) => talked.write({ bytes });
    out('a LOGIN {3}\r\n');
    heard('+ go on\r\n');
    out('ann {6}\r\n');
    heard('+ go on\r\n');
    expect(talked.followed.place).toBe('literal');
    out('****\r\n', [[0, 4]]);
    expect(talked.followed.place).toBe('login');
    heard('a OK logged in\r\n');
    expect(talked.followed.place).toBe('authenticated');
  });

  test('where the journal keeps no more, nothing is said of it', () => {
    const { said, talked, at } = loggedIn('imap');
    talked.write({ direction: 'none', kind: 'decision', why: 'session.truncated' });
    said('s LOGOUT\r\n');
    expect(at()).toBe('authenticated');
    expect(talked.followed.lost).toBe(talked.entries.length - 2);
  });

  test('a server that was never reached stands nowhere', () => {
    const entries: readonly Entry[] = [
      { seq: 0, at: 0, leg: 'client', direction: 'in', kind: 'open', bytes: '', why: 'session.accepted' },
      { seq: 1, at: 1, leg: 'upstream', direction: 'out', kind: 'dial', bytes: '', why: 'session.dialled' },
      { seq: 2, at: 2, leg: 'upstream', direction: 'in', kind: 'dial', bytes: '', why: 'imap.back.refused' },
    ];
    expect(playedAt('imap', upstream, entries, 2)).toEqual({ place: null, taken: [], lost: null });
  });
});
