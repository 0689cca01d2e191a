/** A login with IMAP (RFC 3501), tried as a mail program does it, and a look at INBOX. */
import { bytesOf, type Talk } from './login-talk.ts';
import { answer, type Mechanism, strongest } from './sasl.ts';

/** What came for one command: the untagged responses and the tagged line. */
interface Answer {
  readonly untagged: readonly string[];
  /** `OK LOGIN completed`. */
  readonly tagged: string;
  readonly ok: boolean;
}

/** One response, its literals as they stand in it. */
async function response({ wire }: Talk): Promise<string> {
  let text = await wire.line();
  for (let literal = /\{(\d+)\}$/.exec(text); literal; literal = /\{(\d+)\}$/.exec(text)) {
    text += `\r\n${await wire.bytes(Number(literal[1]))}`;
    const more = await wire.line();
    text += more;
    // What follows a literal is looked at alone: its content may end like one.
    if (!/\{\d+\}$/.test(more)) break;
  }
  return text;
}

/** One conversation: its tags count up. */
class Imap {
  readonly talk: Talk;
  #tag = 0;

  constructor(talk: Talk) {
    this.talk = talk;
  }

  /** Sends a command in parts; each further one waits for the server's `+` and is made from what stands behind it. */
  async ask(first: string, next: (prompt: string, turn: number) => string = () => '*'): Promise<Answer> {
    this.#tag += 1;
    const tag = `a${this.#tag}`;
    const untagged: string[] = [];
    this.talk.wire.write(`${tag} ${first}\r\n`);
    for (let turn = 0; ; ) {
      const text = await response(this.talk);
      if (text.startsWith(`${tag} `)) {
        const tagged = text.slice(tag.length + 1);
        return { untagged, tagged, ok: /^OK\b/i.test(tagged) };
      }
      if (/^\+/.test(text)) {
        this.talk.wire.write(`${next(text.slice(2), turn)}\r\n`);
        turn += 1;
      } else {
        untagged.push(text);
        this.talk.heard = text.slice(2);
      }
      // A server that says BYE has the last word (RFC 3501 7.1.5), but for the answer to LOGOUT.
      if (/^\* BYE/i.test(text) && first !== 'LOGOUT') this.talk.bad('bye', text.slice(2));
    }
  }
}

async function capability(imap: Imap): Promise<readonly string[]> {
  imap.talk.doing = 'capability';
  const { untagged, tagged, ok } = await imap.ask('CAPABILITY');
  const listed = untagged.find((line) => /^\* CAPABILITY /i.test(line))?.slice(13) ?? '';
  imap.talk.judge(ok, 'capability', tagged, { listed: listed || '-' });
  return listed.toUpperCase().split(' ');
}

/** `"text"`, or null for what only a literal can carry (RFC 3501 4.3). */
function quoted(text: string): string | null {
  return /^[\x20-\x7e]*$/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : null;
}

/** LOGIN with each text quoted or, where it must be, as a literal. */
function loginCommand(imap: Imap): Promise<Answer> {
  let sent = '';
  const parts: string[] = [];
  for (const text of [imap.talk.job.user, imap.talk.job.password].map(bytesOf)) {
    const plain = quoted(text);
    if (plain !== null) sent += ` ${plain}`;
    else {
      parts.push(`${sent} {${text.length}}`);
      sent = text;
    }
  }
  const [first = '', ...rest] = [...parts, sent];
  return imap.ask(`LOGIN${first}`, (_, turn) => rest[turn] ?? '*');
}

async function logIn(imap: Imap, offers: readonly string[]): Promise<void> {
  const { talk } = imap;
  const { way, user } = talk.job;
  const offered = offers.flatMap((one) => (one.startsWith('AUTH=') ? [one.slice(5)] : []));
  talk.doing = 'login';
  const asked: Mechanism | null =
    way === 'auto' ? strongest(offered) : way === 'command' || way === 'APOP' ? null : way;
  if (asked === null && way === 'auto' && offers.includes('LOGINDISABLED'))
    talk.bad('login.disabled', '', { offered: offers.join(' ') });
  const { ok, tagged } =
    asked === null
      ? await loginCommand(imap)
      : await imap.ask(`AUTHENTICATE ${asked}`, (prompt, turn) => answer(asked, prompt, turn, talk.job));
  talk.judge(ok, 'login', tagged, { user, way: asked ?? 'LOGIN' });
}

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

async function look(imap: Imap): Promise<void> {
  const { talk } = imap;
  talk.doing = 'list';
  const list = await imap.ask('LIST "" "*"');
  const names = list.untagged.filter((line) => /^\* LIST /i.test(line));
  talk.judge(list.ok, 'list', list.tagged, { count: names.length });
  talk.doing = 'count';
  const status = await imap.ask('STATUS INBOX (MESSAGES UNSEEN)');
  const told = status.untagged.join(' ');
  const [count, unseen] = [numberIn(told, /MESSAGES (\d+)/i), numberIn(told, /UNSEEN (\d+)/i)];
  talk.judge(status.ok, 'count', status.tagged, { count, unseen });
}

async function fetchNewest(imap: Imap): Promise<void> {
  const { talk } = imap;
  talk.doing = 'open';
  const opened = await imap.ask('EXAMINE INBOX');
  const last = numberIn(opened.untagged.join('\n'), /^\* (\d+) EXISTS/im);
  talk.judge(opened.ok, 'open', opened.tagged, { count: last });
  if (last === 0) return;
  talk.doing = 'fetch';
  const { untagged, tagged, ok } = await imap.ask(`FETCH ${last} (RFC822.SIZE BODY.PEEK[])`);
  const found = untagged.find((line) => new RegExp(`^\\* ${last} FETCH`, 'i').test(line)) ?? '';
  const literal = /BODY\[\] (?:\{(\d+)\}\r\n|")/i.exec(found);
  const start = literal ? literal.index + literal[0].length : found.length;
  const raw = found.slice(start, start + Number(literal?.[1] ?? found.length));
  talk.judge(ok && literal !== null, 'fetch', tagged, { size: raw.length });
  talk.show(raw);
}

/** From the greeting to LOGOUT. */
export async function imapLogin(talk: Talk): Promise<void> {
  const imap = new Imap(talk);
  const greeting = await response(talk);
  talk.judge(/^\* (OK|PREAUTH)/i.test(greeting), 'greeting', greeting);
  let offers = await capability(imap);
  if (talk.job.starttls) {
    talk.doing = 'starttls';
    const { ok, tagged } = await imap.ask('STARTTLS');
    talk.judge(ok, 'starttls', tagged);
    await talk.secure();
    offers = await capability(imap);
  }
  await logIn(imap, offers);
  if (talk.job.after !== 'nothing') await look(imap);
  if (talk.job.after === 'fetch') await fetchNewest(imap);
  talk.doing = 'quit';
  talk.good('quit', (await imap.ask('LOGOUT')).tagged);
}
