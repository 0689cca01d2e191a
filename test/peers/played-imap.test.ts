/** The IMAP that the lab plays, before real clients and before the grammar; through the proxy, everything in the journal. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Feed } from '../../shared/contract/contract.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { type RunningLab, startLab } from '../fakes/running-lab.ts';
import { conformance, report } from './imap-conformance.ts';
import { idle } from './imapflow.ts';
import { mutt } from './mutt.ts';
import { python } from './python.ts';
import { run } from './run.ts';

const text = readFileSync(join(import.meta.dirname, '../../examples/three-protocols.lab.yaml'), 'utf8');
const account = { user: 'bob@hr.abc.com', password: 'two' };
const login = `${account.user}:${account.password}`;

let running: RunningLab;

beforeAll(async () => {
  running = await startLab(text);
});

afterAll(() => running?.stop());

/** The proxy's IMAP listener, or an upstream's. */
function portOf(name = ''): number {
  const found = running.lab.listeners().find((one) => one.protocol === 'imap' && one.name === name);
  if (found?.state !== 'listening') throw new Error(`IMAP ${name} does not listen`);
  return found.port;
}

const mail = (subject: string): string =>
  `From: x@test.com\r\nTo: bob@hr.abc.com\r\nSubject: ${subject}\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n\r\nbody of ${subject}\r\n`;

const url = (path = ''): string => `imap://127.0.0.1:${portOf()}/INBOX${path}`;
const curl = (...args: readonly string[]) => run('curl', ['-sS', '--user', login, ...args]);

async function store(subject: string): Promise<void> {
  const file = join(running.folder, 'mail.eml');
  await writeFile(file, mail(subject));
  const { code, output } = await curl('--url', url(), '--upload-file', file);
  expect(code, output).toBe(0);
}

/** How many sessions there have been so far. */
const latest = async (): Promise<number> => (await running.call('sessions.list', {})).sessions[0]?.id ?? 0;

/** Everything that the proxy relayed in sessions after `since`, once `count` of them are over: one line per entry. */
async function relayed(since: number, count: number): Promise<string> {
  const over = new Map<number, SessionSummary>();
  await running.feed((feed: Feed) => {
    if (feed.type === 'sessions')
      for (const one of feed.changed) if (one.id > since && one.ms !== null) over.set(one.id, one);
    return over.size >= count;
  });
  const lines: string[] = [];
  for (const { id, outcome, upstream, user } of over.values()) {
    expect({ outcome, upstream, user }).toEqual({ outcome: 'relayed', upstream: 'hr', user: account.user });
    const session = await running.call('session.get', { id });
    for (const { disposition, bytes } of session?.entries ?? []) if (disposition === 'passed') lines.push(bytes);
  }
  return lines.join('\n');
}

describe('conformance', () => {
  test('every command, and four clients at once: no violation', async () => {
    const findings = await conformance({ host: '127.0.0.1', port: portOf('hr'), ...account });
    expect(findings.violations, report(findings)).toEqual([]);
    expect(findings.responses).toBeGreaterThan(10_000);
    console.log(report(findings));
  }, 90_000);

  test('the same through the proxy: what NGINX itself says to LOGOUT is not in the grammar', async () => {
    const findings = await conformance({ host: '127.0.0.1', port: portOf(), ...account }, 2);
    expect(findings.violations).toEqual([
      'login: not in the grammar, LOGOUT: Error: expected " " at "\\r\\n" of "* BYE\\r\\n"',
      'login: expected BYE before LOGOUT is done',
    ]);
  }, 90_000);
});

describe('real clients', () => {
  test('imaplib stores with a literal, searches, fetches, deletes', async () => {
    const since = await latest();
    const { code, output } = await python('imap', {
      ...account,
      security: 'plain',
      port: portOf(),
      ca: '',
      mail: mail('plain'),
    });
    expect(code, output).toBe(0);
    expect(output).toContain('body of plain');
    expect(output).toContain('EXPUNGED OK');
    expect(output).toMatch(/OK BYE/);
    expect(await relayed(since, 1)).toMatch(/SELECT INBOX.*APPEND INBOX.*UID SEARCH SUBJECT plain.*EXPUNGE/s);
  });

  test('imapflow hears of new mail in IDLE, reads and deletes it', async () => {
    const since = await latest();
    const seen = await idle(portOf(), false, '', account, mail('idle'));
    expect(seen.source).toBe(mail('idle'));
    expect(seen.left).toBe(seen.told - 1);
    expect(await relayed(since, 2)).toMatch(/IDLE.*EXISTS.*DONE/s);
  });

  test('curl stores, searches, and reads a message and a part of it', async () => {
    await store('first for curl');
    await store('second for curl');
    const since = await latest();
    const found = await curl('--url', `${url()}?SUBJECT%20second`);
    const [number = ''] = /\d+/.exec(found.output) ?? [];
    expect(found.output).toMatch(/^\* SEARCH \d+/);
    expect((await curl('--url', url(`;MAILINDEX=${number}`))).output).toBe(mail('second for curl'));
    const header = await curl('--url', url(`;MAILINDEX=${number};SECTION=HEADER.FIELDS%20(SUBJECT)`));
    expect(header.output).toBe('Subject: second for curl\r\n\r\n');
    expect((await curl('--url', `imap://127.0.0.1:${portOf()}/`)).output).toContain(
      '* LIST (\\HasNoChildren) "/" INBOX',
    );
    expect(await relayed(since, 4)).toContain(`FETCH ${number} BODY[HEADER.FIELDS (SUBJECT)]`);
  });

  test('mutt opens the mailbox, shows the newest message and flags it', async () => {
    await store('for mutt');
    const since = await latest();
    const { code, output } = await mutt(running.folder, portOf(), account.user, account.password);
    expect(code, output).toBe(0);
    expect(output).toContain('for mutt');
    expect(await relayed(since, 1)).toMatch(/SELECT "INBOX".*FETCH.*STORE.*LOGOUT/s);
    const flags = await curl('--url', url(), '--request', 'FETCH * (FLAGS)');
    expect(flags.output).toContain('(FLAGS (\\Seen \\Flagged))');
  });
});
