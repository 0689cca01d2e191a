/** The next POP3 commands. */
import type { Line } from './suggest.ts';

interface Conversation {
  offersTls: boolean;
  named: boolean;
  loggedIn: boolean;
  ended: boolean;
}

function conversation(lines: readonly Line[]): Conversation {
  const said: Conversation = { offersTls: false, named: false, loggedIn: false, ended: false };
  let command = '';
  for (const { text, from } of lines) {
    if (from === 'client') command = text.trim().split(/\s+/)[0]?.toUpperCase() ?? '';
    else if (from === 'server') answered(said, command, text);
    else said.named = false;
  }
  return said;
}

function answered(said: Conversation, command: string, text: string): void {
  if (command === 'CAPA' && text.trim().toUpperCase() === 'STLS') said.offersTls = true;
  if (!/^\+OK\b/i.test(text)) return;
  if (command === 'USER') said.named = true;
  if (command === 'PASS' || command === 'APOP' || command === 'AUTH') said.loggedIn = true;
  if (command === 'QUIT') said.ended = true;
}

export function suggestPop3(lines: readonly Line[], secure: boolean): readonly string[] {
  const said = conversation(lines);
  if (said.ended || lines.length === 0) return [];
  if (said.loggedIn) return ['STAT', 'LIST', 'UIDL', 'RETR 1', 'QUIT'];
  if (said.named) return ['PASS password', 'QUIT'];
  return ['CAPA', ...(said.offersTls && !secure ? ['STLS'] : []), 'USER user', 'QUIT'];
}
