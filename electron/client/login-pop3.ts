/** A login with POP3 (RFC 1939, 5034), tried as a mail program does it, and a look at the mailbox. */
import { createHash } from 'node:crypto';
import { bytesOf, type Talk } from './login-talk.ts';
import { answer, type Mechanism, strongest } from './sasl.ts';

function ask(talk: Talk, line: string): Promise<string> {
  talk.wire.write(`${line}\r\n`);
  return talk.wire.line();
}

const isGood = (reply: string): boolean => /^\+OK\b/i.test(reply);

/** The lines behind a good reply, up to the dot alone; the dots that were added are taken away (RFC 1939 3). */
async function lines({ wire }: Talk): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const line = await wire.line();
    if (line === '.') return all;
    all.push(line.startsWith('.') ? line.slice(1) : line);
  }
}

async function capabilities(talk: Talk): Promise<readonly string[]> {
  talk.doing = 'capability';
  const said = await ask(talk, 'CAPA');
  // A server from before RFC 2449 may not know the command; that is no mistake.
  if (!isGood(said)) return [];
  const listed = await lines(talk);
  talk.good('capability', said, { listed: listed.join(', ') || '-' });
  return listed.map((line) => line.toUpperCase());
}

/** The way that is really taken. */
function wayOf({ job: { way } }: Talk, offers: readonly string[], stamp: string | null): Mechanism | 'USER' | 'APOP' {
  if (way === 'command') return 'USER';
  if (way !== 'auto') return way;
  const sasl =
    offers
      .find((line) => line.startsWith('SASL '))
      ?.slice(5)
      .split(' ') ?? [];
  if (sasl.includes('CRAM-MD5')) return 'CRAM-MD5';
  if (stamp !== null) return 'APOP';
  if (offers.length === 0 || offers.includes('USER')) return 'USER';
  return strongest(sasl) ?? 'USER';
}

async function authenticate(talk: Talk, mechanism: Mechanism): Promise<string> {
  let said = await ask(talk, `AUTH ${mechanism}`);
  for (let turn = 0; said.startsWith('+ ') || said === '+'; turn += 1)
    said = await ask(talk, answer(mechanism, said.slice(2), turn, talk.job));
  return said;
}

async function logIn(talk: Talk, offers: readonly string[], stamp: string | null): Promise<void> {
  talk.doing = 'login';
  const [user, password] = [talk.job.user, talk.job.password].map(bytesOf);
  const way = wayOf(talk, offers, stamp);
  const told = { user: talk.job.user, way: way === 'USER' ? 'USER/PASS' : way };
  let said: string;
  if (way === 'USER') {
    said = await ask(talk, `USER ${user}`);
    if (isGood(said)) said = await ask(talk, `PASS ${password}`);
  } else if (way === 'APOP') {
    if (stamp === null) return talk.bad('login.no-stamp', '');
    const digest = createHash('md5').update(`${stamp}${password}`, 'latin1').digest('hex');
    said = await ask(talk, `APOP ${user} ${digest}`);
  } else said = await authenticate(talk, way);
  talk.judge(isGood(said), 'login', said, told);
}

async function look(talk: Talk): Promise<number> {
  talk.doing = 'count';
  const said = await ask(talk, 'STAT');
  const [, count = '0', size = '0'] = /^\+OK (\d+) (\d+)/i.exec(said) ?? [];
  talk.judge(isGood(said), 'stat', said, { count: Number(count), size: Number(size) });
  return Number(count);
}

async function fetchNewest(talk: Talk, last: number): Promise<void> {
  talk.doing = 'fetch';
  const said = await ask(talk, `RETR ${last}`);
  if (!isGood(said)) talk.bad('fetch', said, { size: 0 });
  const raw = (await lines(talk)).map((line) => `${line}\r\n`).join('');
  talk.good('fetch', said, { size: raw.length });
  talk.show(raw);
}

/** From the greeting to QUIT. */
export async function pop3Login(talk: Talk): Promise<void> {
  const greeting = await talk.wire.line();
  talk.judge(isGood(greeting), 'greeting', greeting);
  const stamp = /<[^<>]+>/.exec(greeting)?.[0] ?? null;
  let offers = await capabilities(talk);
  if (talk.job.starttls) {
    talk.doing = 'starttls';
    const said = await ask(talk, 'STLS');
    talk.judge(isGood(said), 'starttls', said);
    await talk.secure();
    offers = await capabilities(talk);
  }
  await logIn(talk, offers, stamp);
  if (talk.job.after !== 'nothing') {
    const last = await look(talk);
    if (talk.job.after === 'fetch' && last > 0) await fetchNewest(talk, last);
  }
  talk.doing = 'quit';
  talk.good('quit', await ask(talk, 'QUIT'));
}
