/**
 * Conformance of an IMAP server, in the way of Dovecot's imaptest: each command once as RFC 3501 and its extensions have
 * it, then several clients at once. Run it against any server with an account whose mailbox may be emptied:
 *
 *     node test/peers/imap-conformance.ts HOST PORT USER PASSWORD [SEED]
 */
import { type Findings, newFindings } from './imap-client.ts';
import { dialogues } from './imap-dialogues.ts';
import { stress, type Target } from './imap-stress.ts';

/** Everything; what was found. */
export async function conformance(target: Target, seed = 1): Promise<Findings> {
  const findings = newFindings();
  await dialogues(target, findings);
  await stress(target, findings, { clients: 4, steps: 150, rounds: 3, seed });
  return findings;
}

/** What was found, for people. */
export function report({ violations, commands, responses, unchanging }: Findings): string {
  const sent = [...commands].sort(([a], [b]) => (a < b ? -1 : 1)).map(([verb, count]) => `${verb} ${count}`);
  const total = [...commands.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${total} commands: ${sent.join(', ')}`,
    `${responses} responses read by the grammar, ${unchanging.size} values of messages that may never change`,
    ...violations.slice(0, 50),
    `${violations.length} violations`,
  ].join('\n');
}

if (import.meta.main) {
  const [host = '', port = '', user = '', password = '', seed = '1'] = process.argv.slice(2);
  const findings = await conformance({ host, port: Number(port), user, password }, Number(seed));
  console.log(report(findings));
  process.exitCode = findings.violations.length === 0 ? 0 : 1;
}
