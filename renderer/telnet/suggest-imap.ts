/** The next IMAP commands, each with a tag of its own (RFC 3501 2.2.1). */
import type { Line } from './suggest.ts';

interface Conversation {
  /** Commands sent so far. */
  commands: number;
  offersTls: boolean;
  loggedIn: boolean;
  selected: boolean;
  /** The server waits for a continuation. */
  prompted: boolean;
  ended: boolean;
}

function conversation(lines: readonly Line[]): Conversation {
  const said: Conversation = {
    ...{ commands: 0, offersTls: false, loggedIn: false, selected: false, prompted: false, ended: false },
  };
  const asked = new Map<string, string>();
  for (const { text, from } of lines) {
    if (from === 'server') answered(said, asked, text);
    else if (from === 'client' && !said.prompted) {
      const [tag = '', name = ''] = text.trim().split(/\s+/);
      asked.set(tag, name.toUpperCase());
      said.commands += 1;
    } else said.prompted = false;
  }
  return said;
}

function answered(said: Conversation, asked: ReadonlyMap<string, string>, text: string): void {
  if (text.startsWith('+')) said.prompted = true;
  if (/^\* BYE\b/i.test(text)) said.ended = true;
  if (/^\* PREAUTH\b/i.test(text)) said.loggedIn = true;
  if (/\bSTARTTLS\b/i.test(text) && /CAPABILITY/i.test(text)) said.offersTls = true;
  const [, tag = '', result = ''] = /^(\S+) (OK|NO|BAD)\b/i.exec(text) ?? [];
  const command = asked.get(tag);
  if (command === undefined) return;
  said.prompted = false;
  if (result.toUpperCase() !== 'OK') return;
  if (command === 'LOGIN' || command === 'AUTHENTICATE') said.loggedIn = true;
  if (command === 'SELECT' || command === 'EXAMINE') said.selected = true;
  if (command === 'CLOSE' || command === 'UNSELECT') said.selected = false;
}

export function suggestImap(lines: readonly Line[], secure: boolean): readonly string[] {
  const said = conversation(lines);
  if (said.ended || said.prompted || lines.length === 0) return [];
  const starttls = said.offersTls && !secure ? ['STARTTLS'] : [];
  const commands = !said.loggedIn
    ? ['CAPABILITY', ...starttls, 'LOGIN user password', 'LOGOUT']
    : said.selected
      ? ['FETCH 1:* (FLAGS ENVELOPE)', 'FETCH 1 BODY.PEEK[]', 'SEARCH UNSEEN', 'LOGOUT']
      : ['LIST "" "*"', 'STATUS INBOX (MESSAGES UNSEEN)', 'SELECT INBOX', 'LOGOUT'];
  return commands.map((command) => `a${said.commands + 1} ${command}`);
}
