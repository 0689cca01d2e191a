/** What a person at a telnet prompt could say next, read off what was said so far. */
import type { Protocol } from '../../shared/machine/machine.ts';

/** One line of the conversation. */
export interface Line {
  readonly text: string;
  /** Judged by its form: replies begin with a code or a sign that clients never begin with. */
  readonly from: 'server' | 'client';
}

const replies: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^\d{3}([ -]|$)/,
  imap: /^(\* |\+ |\w+ (OK|NO|BAD)\b)/,
  pop3: /^(\+OK|-ERR|\+ )/,
};

/** Lines kept on screen; the store keeps more bytes. */
const LINES_MAX = 600;

/** The conversation as lines, oldest first; a last line without its end counts too. */
export function linesOf(text: string, protocol: Protocol): readonly Line[] {
  const parts = text.split(/\r?\n/);
  if (parts.at(-1) === '') parts.pop();
  return parts
    .slice(-LINES_MAX)
    .map((part) => ({ text: part, from: replies[protocol].test(part) ? 'server' : 'client' }));
}

/** Addresses to suggest. */
export interface Material {
  readonly from: string;
  readonly to: readonly string[];
}

/** The next lines to choose from; none where nothing sensible is known or a message is being typed to its end. */
export function suggest(lines: readonly Line[], protocol: Protocol, { from, to }: Material): readonly string[] {
  if (protocol !== 'smtp') return otherProtocol(protocol);
  const said = conversation(lines);
  if (said.inMessage) return said.messageLines === 0 ? ['Subject: hello', '', 'Hi there', '.'] : ['', 'Hi there', '.'];
  if (said.ended) return [];
  if (!said.greeted) return ['HELO laptop', 'EHLO laptop'];
  if (!said.sender) return [`MAIL FROM:<${from}>`, 'QUIT'];
  const recipients = to.slice(0, 3).map((address) => `RCPT TO:<${address}>`);
  return said.recipients === 0 ? [...recipients, 'RSET'] : ['DATA', ...recipients.slice(0, 2), 'RSET'];
}

interface Said {
  greeted: boolean;
  sender: boolean;
  recipients: number;
  inMessage: boolean;
  messageLines: number;
  ended: boolean;
}

/** Folds the lines into where the dialogue stands: each reply decides the command before it. */
function conversation(lines: readonly Line[]): Said {
  const said: Said = { greeted: false, sender: false, recipients: 0, inMessage: false, messageLines: 0, ended: false };
  let command = '';
  for (const { text, from } of lines) {
    if (from === 'client') {
      if (said.inMessage) said.messageLines += 1;
      command = text.trim().toUpperCase();
    } else answered(said, command, text);
  }
  return said;
}

function answered(said: Said, command: string, reply: string): void {
  const good = /^[23]/.test(reply);
  if (reply.startsWith('354')) Object.assign(said, { inMessage: true, messageLines: 0 });
  else if (said.inMessage) Object.assign(said, { inMessage: false, sender: false, recipients: 0 });
  else if (/^(HELO|EHLO)\b/.test(command) && good) said.greeted = true;
  else if (command.startsWith('MAIL') && good) said.sender = true;
  else if (command.startsWith('RCPT') && good) said.recipients += 1;
  else if (command === 'RSET') Object.assign(said, { sender: false, recipients: 0 });
  if (/^(221|421)/.test(reply)) said.ended = true;
}

function otherProtocol(protocol: 'imap' | 'pop3'): readonly string[] {
  return protocol === 'imap' ? ['a1 CAPABILITY', 'a2 LOGOUT'] : ['CAPA', 'QUIT'];
}
