/** How long lists, searches and the requests of IMAP take over a mailbox of 10,000 messages, and how fast it fills. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openJournal } from '../../electron/journal/journal.ts';
import type { MailKeeper } from '../../electron/journal/mail-keeper.ts';
import type { MailboxRequest } from '../../shared/upstream/mailbox.ts';

/** Messages in the mailbox, deliveries that are on their way together, and different texts among them. */
const MESSAGES = 10_000;
const TOGETHER = 20;
const TEXTS = 200;

/** Each is done so often; what counts is the one in the middle. */
const TIMES = 9;

/** What was measured of one kind of mail. */
export interface MailboxResult {
  readonly kind: string;
  readonly megabytes: number;
  /** Deliveries a second, each in the database when it counts. */
  readonly delivered: number;
  /** The median of some, in ms. */
  readonly ms: Readonly<Record<string, number>>;
}

/** Words that look like words, the same in every run. */
const words = Array.from({ length: 5000 }, (_, nth) =>
  Math.abs(Math.sin(nth + 1) * 1e15)
    .toString(36)
    .slice(0, 3 + (nth % 6)),
);

function wordAt(nth: number): string {
  return words[nth % words.length] ?? '';
}

/** Lines of words; `seed` makes it another text. */
function lines(bytes: number, seed: number): string {
  const found: string[] = [];
  let length = 0;
  for (let nth = seed * 7919; length < bytes; nth += 1 + (nth % 13)) {
    const end = found.length % 12 === 11 ? '\r\n' : ' ';
    found.push(wordAt(nth) + end);
    length += wordAt(nth).length + end.length;
  }
  return found.join('');
}

const header = (nth: number): string =>
  [
    `Received: from a.example by b.example with ESMTP id ${nth}; Mon, 1 Jun 2026 07:00:00 +0000`,
    `From: Person ${nth} <person${nth}@example.com>`,
    'To: user@eng.abc.com',
    `Subject: Report ${nth} ${wordAt(nth)}`,
    `Message-ID: <${nth}@example.com>`,
    '',
  ].join('\r\n');

const attached = (text: string): string =>
  `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b\r\n` +
  'Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
  `${'JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI+PgplbmRvYmoK\r\n'.repeat(540)}--b--\r\n`;

/** What people keep: short mails, mails with something attached, and long texts without. */
const kinds: Readonly<Record<string, (seed: number) => string>> = {
  '3 kB': (seed) => `\r\n${lines(2500, seed)}`,
  '50 kB, attached': (seed) => attached(lines(3000, seed)),
  '50 kB of text': (seed) => `\r\n${lines(50_000, seed)}`,
};

async function fill(mail: MailKeeper, bodies: readonly string[]): Promise<number> {
  let spent = 0;
  for (let from = 0; from < MESSAGES; from += TOGETHER) {
    const batch = Array.from({ length: TOGETHER }, (_, nth) => {
      const number = from + nth;
      const needle = number === 777 ? 'a needle in a haystack\r\n' : '';
      const raw = Buffer.from(`${header(number)}${bodies[number % TEXTS] ?? ''}${needle}`, 'latin1');
      const envelope = { from: `a${number}@b.example`, to: ['user@eng.abc.com'] };
      return { upstream: 'eng', at: number, ...envelope, raw, session: number, owners: [''] };
    });
    const start = performance.now();
    await Promise.all(batch.map((one) => mail.keep(one)));
    spent += performance.now() - start;
  }
  return (MESSAGES / spent) * 1000;
}

function median(work: () => unknown): number {
  const found = Array.from({ length: TIMES }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return found.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? Number.NaN;
}

function measure(mail: MailKeeper): Record<string, number> {
  const box = mail.of('eng', '');
  const page = (search: string) => () => mail.page({ upstream: 'eng', owner: '', search, limit: 200 });
  const ask = (request: MailboxRequest) => () => box.perform(request);
  const find = (text: string) => ask({ do: 'find', folder: 'INBOX', text, within: 'text' });
  return {
    list: median(page('')),
    'search, one found': median(page('needle')),
    'search, some found': median(page(wordAt(9))),
    'search, all found': median(page('report')),
    'search, none found': median(page('zzqqxx')),
    'IMAP SELECT': median(ask({ do: 'open', folder: 'INBOX', look: false })),
    'IMAP SEARCH TEXT, one': median(find('needle')),
    'IMAP SEARCH TEXT, some': median(find(wordAt(9))),
  };
}

/** Measures every kind of mail in a new journal in `folder`. */
export async function benchMailbox(folder: string, tell: (result: MailboxResult) => void): Promise<void> {
  for (const [nth, [kind, bodyOf]] of Object.entries(kinds).entries()) {
    const journal = openJournal({ file: join(folder, `mailbox-${nth}.db`), maxMailBytes: 2_000_000_000 });
    try {
      const bodies = Array.from({ length: TEXTS }, (_, seed) => bodyOf(seed));
      const delivered = await fill(journal.mail, bodies);
      const { messages, bytes } = journal.mail.kept();
      if (messages !== MESSAGES)
        throw new Error(`${MESSAGES} messages were delivered, but the mailbox holds ${messages}.`);
      tell({ kind, megabytes: bytes / 1e6, delivered, ms: measure(journal.mail) });
    } finally {
      journal.close();
    }
  }
}
