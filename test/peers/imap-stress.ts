/** Several clients do what they like to one mailbox at the same time; at the end they must agree. As imaptest does. */
import { type Findings, ImapClient, type Reply } from './imap-client.ts';

/** A repeatable chance (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Where the server is, and who may log in. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Connects and logs in. */
export async function enter(name: string, target: Target, findings: Findings): Promise<ImapClient> {
  const client = await ImapClient.connect(name, target, findings);
  const { status } = await client.command('LOGIN ', { literal: target.user }, ' ', { literal: target.password });
  if (status !== 'OK') client.wrong(`LOGIN is answered ${status}`);
  return client;
}

const flags = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Deleted', '$one', '$two'] as const;
const items = [
  '(FLAGS)',
  '(UID FLAGS INTERNALDATE RFC822.SIZE)',
  '(UID ENVELOPE)',
  '(UID BODYSTRUCTURE)',
  '(UID BODY.PEEK[HEADER])',
  '(UID BODY.PEEK[TEXT] RFC822.SIZE)',
  '(BODY[1])',
] as const;
const keys = [
  'ALL',
  'UNSEEN',
  'DELETED',
  'SUBJECT stress',
  'NOT FLAGGED',
  'OR SEEN KEYWORD $one',
  'TEXT body',
] as const;

/** What a client does next. */
type Act = (client: ImapClient, pick: (below: number) => number) => Promise<Reply>;

const of = <T>(list: readonly T[], pick: (below: number) => number): T => {
  const one = list[pick(list.length)];
  if (one === undefined) throw new Error('an empty list');
  return one;
};

/** A set of sequence numbers that are there; null where there is no message. */
function numbers({ mails }: ImapClient, pick: (below: number) => number): string | null {
  if (mails.length === 0) return null;
  const from = 1 + pick(mails.length);
  return of([`${from}`, `${from}:*`, `1:${from}`, '*'], pick);
}

const withSet =
  (make: (set: string, pick: (below: number) => number) => string): Act =>
  (client, pick) => {
    const set = numbers(client, pick);
    return client.command(set === null ? 'NOOP' : make(set, pick));
  };

const uidSet = ({ mails }: ImapClient, pick: (below: number) => number): string => {
  const known = mails.flatMap(({ uid }) => (uid === null ? [] : [uid]));
  return known.length === 0 ? '1:*' : of([`${of(known, pick)}`, `${of(known, pick)}:*`, '1:*'], pick);
};

const acts: readonly Act[] = [
  withSet((set, pick) => `FETCH ${set} ${of(items, pick)}`),
  withSet((set, pick) => `FETCH ${set} ${of(items, pick)}`),
  (client, pick) => client.command(`UID FETCH ${uidSet(client, pick)} ${of(items, pick)}`),
  withSet(
    (set, pick) => `STORE ${set} ${of(['+', '-', ''], pick)}FLAGS${of(['', '.SILENT'], pick)} (${of(flags, pick)})`,
  ),
  (client, pick) =>
    client.command(`UID STORE ${uidSet(client, pick)} ${of(['+', '-'], pick)}FLAGS (${of(flags, pick)})`),
  (client, pick) => client.command(`SEARCH ${of(keys, pick)}`),
  (client, pick) => client.command(`UID SEARCH ${of(keys, pick)}`),
  withSet((set) => `COPY ${set.replace(/:.*/, '')} INBOX`),
  (client) => client.command('EXPUNGE'),
  (client, pick) => client.command(`UID EXPUNGE ${uidSet(client, pick)}`),
  (client, pick) =>
    client.command('APPEND INBOX ', of(['', '(\\Seen) ', '($two) '], pick), { literal: mail(pick(1000)) }),
  (client, pick) => client.command('APPEND INBOX ', { literal: mail(pick(1000)) }),
  (client) => client.command('NOOP'),
  (client) => client.command('CHECK'),
  (client) => client.command('STATUS INBOX (MESSAGES UNSEEN)'),
  (client, pick) => client.command(of(['SELECT INBOX', 'NOOP', 'NOOP', 'NOOP'], pick)),
];

const mail = (n: number): string =>
  `From: stress${n}@example.com\r\nSubject: stress ${n}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n` +
  `--b\r\n\r\nbody ${n}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner ${n}\r\n\r\n${'x'.repeat(n)}\r\n--b--\r\n`;

const WELL: ReadonlySet<string> = new Set(['OK']);

async function play(client: ImapClient, steps: number, pick: (below: number) => number): Promise<void> {
  await client.command('SELECT INBOX');
  for (let step = 0; step < steps && !client.ended; step += 1) {
    const { status, code } = await of(acts, pick)(client, pick);
    // A message that another client expunged may be refused (RFC 2180 4).
    if (!WELL.has(status) && code !== 'EXPUNGEISSUED')
      client.wrong(`a command that is right is answered ${status} ${code}`);
  }
}

/** Everybody looks at the mailbox at rest, and has to see the same. */
async function agree(clients: readonly ImapClient[]): Promise<void> {
  const seen: string[] = [];
  for (const client of clients) {
    await client.command('NOOP');
    if (client.mails.length > 0) await client.command('FETCH 1:* (UID FLAGS)');
    const view = client.mails.map(
      ({ uid, flags: all }) =>
        `${uid} ${[...(all ?? [])]
          .filter((flag) => flag !== '\\Recent')
          .sort()
          .join(' ')}`,
    );
    seen.push(view.join(', '));
  }
  for (const [nth, client] of clients.entries())
    if (seen[nth] !== seen[0])
      client.wrong(`sees ${seen[nth]?.slice(0, 200)}, but the first one sees ${seen[0]?.slice(0, 200)}`);
  const recent = clients.flatMap(({ mails }) =>
    mails.flatMap(({ uid, flags: all }) => (all?.has('\\Recent') ? [uid] : [])),
  );
  for (const uid of recent.filter((one, nth) => recent.indexOf(one) !== nth))
    clients[0]?.wrong(`UID ${uid} is recent to two clients`);
}

/** So many clients, each with so many commands, `rounds` times; between the rounds all must agree. */
export async function stress(
  target: Target,
  findings: Findings,
  { clients, steps, rounds, seed }: { clients: number; steps: number; rounds: number; seed: number },
): Promise<void> {
  const all: ImapClient[] = [];
  for (let nth = 0; nth < clients; nth += 1) all.push(await enter(`s${nth}`, target, findings));
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(all.map((client, nth) => play(client, steps, chance(seed * 1000 + round * 100 + nth))));
    await agree(all);
  }
  for (const client of all) {
    await client.command('LOGOUT');
    await client.over;
  }
}
