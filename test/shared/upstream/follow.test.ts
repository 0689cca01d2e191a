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
