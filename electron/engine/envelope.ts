/** The addresses of a session, for its row in the list. */
import type { Knowledge, SessionSummary } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import { parsePath } from '../../shared/wire/address.ts';

/** More recipients of one session are not listed in its row; its journal has them all. */
const RECIPIENTS_MAX = 100;

/** Notes the sender and the recipients that the proxy remembered. */
export function noteEnvelope(summary: SessionSummary, changed: Partial<Knowledge>): void {
  if (changed.from) summary.from = parsePath(changed.from).address;
  if (changed.to) addRecipient(summary, changed.to);
}

/** Notes the recipients that are relayed behind the first one; a second message's sender does not replace the first. */
export function noteRelayedLine(summary: SessionSummary, line: Bytes): void {
  if (/^rcpt[ ]+to/i.test(line)) addRecipient(summary, line.trimEnd());
}

function addRecipient(summary: SessionSummary, command: Bytes): void {
  const { address } = parsePath(command);
  if (summary.to.length < RECIPIENTS_MAX && !summary.to.includes(address)) summary.to.push(address);
}
