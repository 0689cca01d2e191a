/** What a person at a telnet prompt could say next, read off what was said so far. */
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Said } from '../store/said.ts';
import { suggestImap } from './suggest-imap.ts';
import { suggestPop3 } from './suggest-pop3.ts';

/** One line of the conversation, as bytes without its end. */
export interface Line {
  readonly text: string;
  readonly from: Said['from'];
}

/** Lines kept on screen; the store keeps more bytes. */
const LINES_MAX = 600;

/** The conversation as lines, oldest first; a last line without its end counts too. */
export function linesOf(said: readonly Said[]): readonly Line[] {
  const lines: Line[] = [];
  for (const { from, text } of said) {
    const parts = text.split(/\r?\n/);
    if (parts.at(-1) === '' && from !== 'note') parts.pop();
    lines.push(...parts.map((part) => ({ text: part, from })));
  }
  return lines.slice(-LINES_MAX);
}

/** Addresses to suggest. */
export interface Material {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether the connection is encrypted: then TLS is no suggestion any more. */
  readonly secure: boolean;
}

/** The next lines to choose from; none where nothing sensible is known or a message is being typed to its end. */
export function suggest(lines: readonly Line[], protocol: Protocol, material: Material): readonly string[] {
  if (agreedToTls(lines, protocol)) return [];
  if (protocol === 'imap') return suggestImap(lines, material.secure);
  if (protocol === 'pop3') return suggestPop3(lines, material.secure);
  return suggestSmtp(lines, material);
}

function suggestSmtp(lines: readonly Line[], { from, to, secure }: Material): readonly string[] {
  const said = conversation(lines);
  if (said.inMessage) return said.messageLines === 0 ? ['Subject: hello', '', 'Hi there', '.'] : ['', 'Hi there', '.'];
  if (said.ended) return [];
  if (!said.greeted) return ['HELO laptop', 'EHLO laptop'];
  const starttls = said.offersTls && !secure ? ['STARTTLS'] : [];
  if (!said.sender) return [`MAIL FROM:<${from}>`, ...starttls, 'QUIT'];
  const recipients = to.slice(0, 3).map((address) => `RCPT TO:<${address}>`);
  return said.recipients === 0 ? [...recipients, 'RSET'] : ['DATA', ...recipients.slice(0, 2), 'RSET'];
}

interface Conversation {
  greeted: boolean;
  offersTls: boolean;
  sender: boolean;
  recipients: number;
  inMessage: boolean;
  messageLines: number;
  ended: boolean;
}

/** Folds the lines into where the dialogue stands: each reply decides the command before it. */
function conversation(lines: readonly Line[]): Conversation {
  const said: Conversation = {
    ...{ greeted: false, offersTls: false, sender: false, recipients: 0 },
    ...{ inMessage: false, messageLines: 0, ended: false },
  };
  let command = '';
  for (const { text, from } of lines) {
    if (from === 'note') Object.assign(said, { greeted: false, sender: false, recipients: 0 });
    else if (from === 'server') answered(said, command, text);
    else if (said.inMessage) said.messageLines += 1;
    else command = text.trim().toUpperCase();
  }
  return said;
}

function answered(said: Conversation, command: string, reply: string): void {
  const good = /^[23]/.test(reply);
  if (/^250[ -]STARTTLS/i.test(reply)) said.offersTls = true;
  if (reply.startsWith('354')) Object.assign(said, { inMessage: true, messageLines: 0 });
  else if (said.inMessage) Object.assign(said, { inMessage: false, sender: false, recipients: 0 });
  else if (/^(HELO|EHLO)\b/.test(command) && good) said.greeted = true;
  else if (command.startsWith('MAIL') && good) said.sender = true;
  else if (command.startsWith('RCPT') && good) said.recipients += 1;
  else if (command === 'RSET') Object.assign(said, { sender: false, recipients: 0 });
  if (/^(221|421)/.test(reply)) said.ended = true;
}

/** Commands that ask for TLS, and answers that agree. */
const upgrades: Readonly<Record<Protocol, readonly [command: RegExp, reply: RegExp]>> = {
  smtp: [/^STARTTLS\s*$/i, /^220/],
  imap: [/^\S+ STARTTLS\s*$/i, /^\S+ OK\b/i],
  pop3: [/^STLS\s*$/i, /^\+OK\b/i],
};

/** Whether the server waits for the handshake now: it has just agreed to what was typed last. */
export function agreedToTls(lines: readonly Line[], protocol: Protocol): boolean {
  const [command, reply] = upgrades[protocol];
  const [asked, said] = lines.slice(-2);
  return asked?.from === 'client' && said?.from === 'server' && command.test(asked.text) && reply.test(said.text);
}

/** POP3 commands whose good answer is a list up to a dot alone (RFC 1939, 2449). */
const lists = /^(CAPA|RETR\b.*|TOP\b.*|LIST|UIDL)\s*$/i;

const finished: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^\d{3}( |$)/,
  imap: /^(\+|\S+ (OK|NO|BAD)\b)/i,
  pop3: /^(\+|-ERR)/i,
};

/** Whether the last line that was sent still waits for its answer: pasted lines go out one by one then. */
export function awaitsReply(lines: readonly Line[], protocol: Protocol): boolean {
  if (protocol === 'smtp') {
    const { inMessage } = conversation(lines);
    const last = lines.at(-1);
    if (inMessage && last?.from === 'client') return last.text === '.';
  }
  const last = lines.at(-1);
  if (last === undefined || last.from === 'client') return true;
  if (last.from === 'note') return false;
  if (protocol !== 'pop3') return !finished[protocol].test(last.text);
  const at = lines.findLastIndex(({ from }) => from === 'client');
  const first = lines[at + 1]?.text ?? '';
  if (lists.test(lines[at]?.text ?? '') && /^\+OK/i.test(first))
    return last.text !== '.' || at + 1 === lines.length - 1;
  return !finished.pop3.test(first);
}
