/** Two hundred sessions of all three protocols in which nothing is wrong: nothing is found in them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FindingCount } from '../../../shared/journal/diagnostics.ts';
import { Wire } from '../upstream/wire.ts';
import { type Doors, openDoors, type Told, toldOf } from './diagnoses/lab.ts';

let doors: Doors;

beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors.lab.stop());

/** Numbers from 0 to below 1, the same each time (mulberry32). */
function dice(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const users = ['bob', 'ann', 'eve.smith', 'o-connor', 'x', 'postmaster', 'a.very.long.name.indeed'];
const plain = (user: string): string => `AUTH PLAIN ${btoa(`\0${user}\0secret${user.length}`)}`;

/** Of clients behind a load balancer; the system gives none of them to clients here. */
const ports = Array.from({ length: 9000 }, (_, at) => 1000 + at);

/** Everything that a client says, and how the reply to each ends. */
interface Talk {
  readonly door: string;
  readonly secure?: true;
  /** The port that a PROXY header tells, before anything else. */
  readonly from?: number;
  readonly says: readonly string[];
}

type Pick = <T>(of: readonly T[]) => T;

function mailTo(pick: Pick, domain: string): readonly string[] {
  const to = [...new Set([pick(users), pick(users)])].map((user) => `RCPT TO:<${user}@${domain}>`);
  const text = pick([
    'Subject: hi\r\n\r\nhello\r\n',
    '\r\n',
    'Subject: x\r\n\r\n..dot\r\nand more\r\n',
    'To: y\r\n\r\n\xc3\xa9\r\n',
  ]);
  return [`MAIL FROM:<${pick([...users.map((user) => `${user}@home.test`), ''])}>`, ...to, 'DATA', `${text}.`];
}

function smtp(pick: Pick): Talk {
  const hello = pick(['EHLO me.home.test', 'HELO me', 'EHLO [127.0.0.1]']);
  const domain = pick(['plain.test', 'other.test', 'somewhere.test']);
  const mails = pick([1, 1, 1, 2, 3]);
  const body = Array.from({ length: mails }, (_, at) => [
    ...(at > 0 && pick([true, false]) ? ['RSET'] : []),
    ...mailTo(pick, domain),
  ]).flat();
  const end = pick(['QUIT', 'NOOP', 'QUIT']);
  const door = pick(['route', 'xclient', 'pass', 'tls', 'proxied', 'loginUp', 'starttls']);
  if (door === 'tls') return { door, secure: true, says: [hello, ...body, end] };
  if (door === 'proxied') {
    return { door, from: pick(ports), says: [hello, ...body, end] };
  }
  const login = plain(`${pick(users)}@plain.test`);
  if (door === 'loginUp') return { door, says: ['EHLO me', login, ...body, end] };
  if (door === 'starttls') return { door, says: ['EHLO me', 'STARTTLS', 'EHLO me', login, ...body, end] };
  return { door, says: [hello, ...body, end] };
}

function imap(pick: Pick): Talk {
  const user = `${pick(users)}@${pick(['plain.test', 'other.test'])}`;
  const login = pick([`a LOGIN ${user} secret`, `a login "${user}" "secret"`]);
  const more = ['a SELECT INBOX', 'a UID SEARCH ALL', 'a NOOP', 'a LIST "" *', 'a STATUS INBOX (MESSAGES)'];
  const read = more.filter(() => pick([true, false]));
  const start = pick([[], ['a CAPABILITY'], ['a NOOP']]);
  const end = pick(['a LOGOUT', 'a NOOP']);
  const says = [...start, login, 'a EXAMINE INBOX', ...read, end];
  const door = pick(['imap', 'imapTls', 'imapStart']);
  if (door === 'imapTls') return { door, secure: true, says };
  return door === 'imap' ? { door, says } : { door, says: ['a STARTTLS', ...says] };
}

function pop3(pick: Pick): Talk {
  const user = `${pick(users)}@${pick(['plain.test', 'other.test'])}`;
  const login = pick([[`USER ${user}`, 'PASS secret'], [plain(user)]]);
  const says = [...login, ...['STAT', 'NOOP', 'RSET'].filter(() => pick([true, false])), 'QUIT'];
  return pick([true, false]) ? { door: 'pop3', says } : { door: 'pop3Tls', secure: true, says };
}

const replied = /^(?:\d{3} |a |\+|\* (?:OK|BYE|BAD)|-ERR)[^\n]*\n/m;

async function talk({ door, secure, from, says }: Talk): Promise<Told> {
  const wire = new Wire(doors.port(door));
  if (from !== undefined) wire.send(`PROXY TCP4 192.0.2.7 192.0.2.8 ${from} 25\r\n`);
  if (secure) await wire.secure();
  await wire.until(replied);
  for (const line of says) {
    wire.send(`${line}\r\n`);
    const reply = await wire.until(/^a /.test(line) ? /^a [^\n]*\n/m : replied);
    expect([door, line, reply]).toEqual([
      door,
      line,
      expect.stringMatching(/^[\s\S]*(?:^[23]\d\d |^a OK|^\+)[^\n]*\n$/m),
    ]);
    if (/STARTTLS$/.test(line)) await wire.secure();
  }
  wire.end();
  return toldOf(doors, from === undefined ? wire : { localPort: from });
}

const talks: readonly Talk[] = (() => {
  const roll = dice(6);
  const pick: Pick = (of) => {
    const found = of[Math.floor(roll() * of.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  };
  const each = [smtp, smtp, imap, pop3];
  return Array.from({ length: 200 }, () => pick(each)(pick));
})();

test('two hundred healthy sessions have no finding at all', async () => {
  const doorsUsed = new Set(talks.map(({ door }) => door));
  expect([...doorsUsed].sort()).toEqual(
    [
      'imap',
      'imapStart',
      'imapTls',
      'loginUp',
      'pass',
      'pop3',
      'pop3Tls',
      'proxied',
      'route',
      'starttls',
      'tls',
      'xclient',
    ].sort(),
  );
  const ids: number[] = [];
  for (const one of talks) {
    const { summary, found } = await talk(one);
    ids.push(summary.id);
    expect({ talk: one, found: found.map(({ key, params }) => ({ key, params })) }).toEqual({ talk: one, found: [] });
  }
  expect(ids).toHaveLength(200);
  // The lab itself looked through them meanwhile, and found the same.
  const last = Math.max(...ids);
  await doors.lab.feed((feed) => feed.type === 'findings' && feed.found.some(({ id }) => id === last));
  const counted = new Map<number, FindingCount>();
  for (const feed of doors.lab.feeds) {
    if (feed.type === 'findings') for (const { id, findings } of feed.found) counted.set(id, findings);
  }
  expect([...counted.values()].filter(({ worst }) => worst !== null)).toEqual([]);
  const { matching } = await doors.lab.call('sessions.list', { filter: 'diag:*', limit: 10 });
  expect(matching).toBe(0);
}, 120_000);
