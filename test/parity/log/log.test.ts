/** What nginx writes into its log, and what the lab says that nginx would have: line by line, for every dialogue. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bytes } from '../../../shared/machine/machine.ts';
import type { LogLevel } from '../../../shared/nginx/log-levels.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { dialogues as imap } from '../imap/dialogues.ts';
import { incoming } from '../net/proxy-in.ts';
import { outgoing } from '../net/proxy-out.ts';
import { resolving } from '../net/resolver.ts';
import { dialogues as pop3 } from '../pop3/dialogues.ts';
import { dialogues as smtp } from '../smtp/dialogues.ts';
import { imap as tlsImap } from '../tls/imap.ts';
import { pop3 as tlsPop3 } from '../tls/pop3.ts';
import { smtp as tlsSmtp } from '../tls/smtp.ts';
import { dialogues } from './dialogues.ts';
import { byChance, older, unequal, wordier } from './differences.ts';
import { logsOf } from './logged.ts';

const changed = (line: Bytes, changes: typeof older): Bytes =>
  changes.reduce((text, change) => text.replace(change.line, change.becomes), line);

function compare(name: string, all: readonly Dialogue[], level: LogLevel): void {
  // Where the older nginx behaves otherwise its log does too; what the lab then writes is told in `unequal`, or not held.
  const told = (dialogue: Dialogue) => unequal[`${name}: ${dialogue.name}`];
  const dialogues = all.filter((dialogue) => dialogue.nginx === undefined || told(dialogue) !== undefined);

  describe(`${name}, error_log … ${level}`, () => {
    let real: ReadonlyMap<string, readonly Bytes[]> = new Map();
    let ours: ReadonlyMap<string, readonly Bytes[]> = new Map();
    beforeAll(async () => {
      real = await logsOf('nginx', dialogues, level);
      ours = await logsOf('lab', dialogues, level);
    }, 240_000);
    for (const dialogue of dialogues)
      it(dialogue.name, () => {
        const lab = ours.get(dialogue.name);
        const known = told(dialogue);
        const chance = byChance[`${name}: ${dialogue.name}`];
        const written = real.get(dialogue.name)?.filter((line) => !chance?.test(line));
        if (known) expect(lab).toEqual(known.lab);
        else expect(lab?.map((line) => changed(line, older))).toEqual(written?.map((line) => changed(line, wordier)));
      });
  });
}

compare('smtp', smtp, 'info');
compare('imap', imap, 'info');
compare('pop3', pop3, 'info');
compare('pop3', pop3, 'error');
compare('PROXY header in', incoming, 'info');
compare('PROXY header out', outgoing, 'info');
compare('resolver', resolving, 'info');
compare('TLS', [...tlsSmtp, ...tlsImap, ...tlsPop3], 'info');
compare('log', dialogues, 'info');
