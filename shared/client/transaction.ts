/** The first mail of a recorded SMTP session. */
import type { Recorded, Sent } from './recorded.ts';

/** A mail's envelope and its content, as they were said. */
export interface Transaction {
  /** HELO or EHLO, and the name in it; null where the client greeted nobody. */
  readonly hello: { readonly verb: string; readonly name: string } | null;
  /** Between the angle brackets; null where no mail was begun. */
  readonly from: string | null;
  readonly to: readonly string[];
  /** The content's lines as they were on the wire, without the closing dot; null where it did not come to that. */
  readonly content: readonly string[] | null;
  readonly cut: boolean;
  /** Whether other mails came behind it. */
  readonly more: boolean;
  /** Whether MAIL or RCPT had more than an address. */
  readonly params: boolean;
}

const path = (line: string): { address: string; params: boolean } => {
  const [, bracketed, bare = '', rest = ''] = /^\w+ \w+:\s*(?:<([^>]*)>|(\S*))\s*(.*)$/.exec(line) ?? [];
  return { address: bracketed ?? bare, params: rest.trim() !== '' };
};

/** The content without the dot that ends it; its lines may end as they like. */
function contentLines(raw: string): readonly string[] {
  const text = raw.replace(/(^|\r\n)\.\r\n$/, '$1');
  const lines = text.split('\r\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The recipients of the first mail: until its content, or another sender. */
function partOf(sent: readonly Sent[], begin: number): readonly Sent[] {
  const end = sent.findIndex(({ kind, bytes }, at) => at > begin && (kind === 'data' || /^(MAIL|RSET)\b/i.test(bytes)));
  return sent.slice(begin + 1, end < 0 ? undefined : end);
}

export function transactionOf({ sent, before }: Recorded): Transaction {
  const greeting = [...before, ...sent].findLast(({ bytes }) => /^(HELO|EHLO)\b/i.test(bytes))?.bytes;
  const [, verb = '', name = ''] = /^(\w+)\s*(.*)$/.exec(greeting ?? '') ?? [];
  const hello = greeting === undefined ? null : { verb: verb.toUpperCase(), name: name.trim() };
  const begin = sent.findIndex(({ bytes }) => /^MAIL FROM:/i.test(bytes));
  const mail = sent[begin];
  const none = { hello, from: null, to: [], content: null, cut: false, more: false, params: false };
  if (mail === undefined) return none;
  const from = path(mail.bytes);
  const recipients = partOf(sent, begin)
    .filter(({ bytes }) => /^RCPT TO:/i.test(bytes))
    .map(({ bytes }) => path(bytes));
  const data = sent.find(({ kind }, at) => kind === 'data' && at > begin);
  return {
    hello,
    from: from.address,
    to: recipients.map(({ address }) => address),
    content: data === undefined ? null : contentLines(data.raw),
    cut: data?.cut === true,
    more: sent.filter(({ bytes }) => /^MAIL FROM:/i.test(bytes)).length > 1,
    params: [from, ...recipients].some(({ params }) => params),
  };
}

/** A dot that was added for the wire is taken away again (RFC 5321 4.5.2). */
export const undotted = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^\./, ''));
