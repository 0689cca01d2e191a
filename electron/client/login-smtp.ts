/** A login with SMTP AUTH (RFC 4954), tried as a mail program does it. */
import { bytesOf, type Talk } from './login-talk.ts';
import { answer, initial, type Mechanism, strongest } from './sasl.ts';

/** A whole reply, its lines joined by LF. */
async function reply({ wire }: Talk): Promise<string> {
  const lines: string[] = [];
  for (;;) {
    const line = await wire.line();
    lines.push(line);
    if (line[3] !== '-') return lines.join('\n');
  }
}

function ask(talk: Talk, line: string): Promise<string> {
  talk.wire.write(`${line}\r\n`);
  return reply(talk);
}

/** What the server offers, from its answer to EHLO; nothing where it only knows HELO. */
async function hello(talk: Talk): Promise<readonly string[]> {
  talk.doing = 'hello';
  const name = bytesOf(talk.job.helo);
  const said = await ask(talk, `EHLO ${name}`);
  if (!said.startsWith('2')) {
    const old = await ask(talk, `HELO ${name}`);
    talk.judge(old.startsWith('2'), 'hello', old);
    return [];
  }
  talk.good('hello', said.split('\n')[0] ?? '');
  return said
    .split('\n')
    .slice(1)
    .map((line) => line.slice(4).toUpperCase());
}

function mechanismOf(talk: Talk, offers: readonly string[]): Mechanism {
  const offered =
    offers
      .find((line) => /^AUTH[ =]/.test(line))
      ?.slice(5)
      .split(' ') ?? [];
  const { way } = talk.job;
  const chosen = way === 'auto' || way === 'command' || way === 'APOP' ? strongest(offered) : way;
  if (chosen === null) return talk.bad('login.none', '', { offered: offered.join(' ') || '-' });
  return chosen;
}

async function logIn(talk: Talk, mechanism: Mechanism): Promise<void> {
  talk.doing = 'login';
  const first = initial(mechanism, talk.job);
  let said = await ask(talk, first === null ? `AUTH ${mechanism}` : `AUTH ${mechanism} ${first}`);
  for (let turn = 0; said.startsWith('334'); turn += 1)
    said = await ask(talk, answer(mechanism, said.slice(4), turn, talk.job));
  talk.judge(said.startsWith('235'), 'login', said, { user: talk.job.user, way: mechanism });
}

/** From the greeting until a mail or a login can be said; answers with what the server offers. */
async function arrive(talk: Talk): Promise<readonly string[]> {
  const greeting = await reply(talk);
  talk.judge(greeting.startsWith('220'), 'greeting', greeting);
  let offers = await hello(talk);
  if (talk.job.starttls) {
    talk.doing = 'starttls';
    const said = await ask(talk, 'STARTTLS');
    talk.judge(said.startsWith('220'), 'starttls', said);
    await talk.secure();
    offers = await hello(talk);
  }
  return offers;
}

async function leave(talk: Talk): Promise<void> {
  talk.doing = 'quit';
  talk.good('quit', await ask(talk, 'QUIT'));
}

/** From the greeting to QUIT. */
export async function smtpLogin(talk: Talk): Promise<void> {
  await logIn(talk, mechanismOf(talk, await arrive(talk)));
  await leave(talk);
}

/** One mail of a load; its content is a byte string without lines that begin with a dot. */
export interface PlainMail {
  readonly from: string;
  readonly to: string;
  readonly content: string;
  readonly login: boolean;
}

/** From the greeting to QUIT with a mail between them. */
export async function smtpMail(talk: Talk, { from, to, content, login }: PlainMail): Promise<void> {
  const offers = await arrive(talk);
  if (login) await logIn(talk, mechanismOf(talk, offers));
  for (const [key, line, good] of [
    ['mail', `MAIL FROM:<${from}>`, '2'],
    ['rcpt', `RCPT TO:<${to}>`, '2'],
    ['data', 'DATA', '3'],
    ['content', `${content}.`, '2'],
  ] as const) {
    talk.doing = key;
    const said = await ask(talk, line);
    talk.judge(said.startsWith(good), key, said);
  }
  await leave(talk);
}
