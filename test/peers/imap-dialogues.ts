/** Each command of an IMAP server once, as RFC 3501 and its extensions have it; what must be answered is known. */
import { type Findings, ImapClient, type Reply, type Word } from './imap-client.ts';
import type { Response } from './imap-grammar.ts';
import { enter, type Target } from './imap-stress.ts';

const inner = 'Subject: inner\r\n\r\ninner text\r\n';
const whole =
  'From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: conformance\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n' +
  'Message-ID: <1@example.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\nfirst\r\n' +
  `--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}--b--\r\n`;

/** One client and what it expects. */
class Examiner {
  readonly client: ImapClient;

  constructor(client: ImapClient) {
    this.client = client;
  }

  /** The command must be answered so; gives the reply. */
  async gets(status: string, ...words: readonly Word[]): Promise<Reply> {
    const reply = await this.client.command(...words);
    if (reply.status !== status)
      this.client.wrong(`${words[0]} is answered ${reply.status} ${reply.code}, not ${status}`);
    return reply;
  }

  expects(holds: boolean, what: string): void {
    if (!holds) this.client.wrong(`expected ${what}`);
  }
}

const has = (reply: Reply, type: Response['type']): boolean => reply.untagged.some((one) => one.type === type);

const numbersOf = (reply: Reply): readonly number[] =>
  reply.untagged.flatMap((one) => (one.type === 'search' ? one.numbers : []));

const namesOf = (reply: Reply): readonly string[] =>
  reply.untagged.flatMap((one) => (one.type === 'list' ? [one.name] : []));

const itemOf = (reply: Reply, item: string): unknown =>
  reply.untagged.flatMap((one) => (one.type === 'fetch' && one.items.has(item) ? [one.items.get(item)] : [])).at(-1);

/** Before a login. */
async function greeted(target: Target, findings: Findings): Promise<void> {
  const client = await ImapClient.connect('login', target, findings);
  const one = new Examiner(client);
  const { greeting } = client;
  one.expects(greeting?.type === 'condition' && greeting.status === 'OK', 'OK as the greeting');
  one.expects(has(await one.gets('OK', 'CAPABILITY'), 'capability'), 'CAPABILITY to be told');
  await one.gets('OK', 'NOOP');
  await one.gets('BAD', 'SELECT INBOX');
  await one.gets('BAD', 'NONSENSE');
  const bye = await one.gets('OK', 'LOGOUT');
  one.expects(
    bye.untagged.some((response) => response.type === 'condition' && response.status === 'BYE'),
    'BYE before LOGOUT is done',
  );
  await client.over;
}

/** Mailboxes. */
async function folders(one: Examiner): Promise<void> {
  const [root] = (await one.gets('OK', 'LIST "" ""')).untagged;
  const sub = `conf${root?.type === 'list' ? root.separator : ''}sub`;
  for (const name of [sub, 'conf2', 'conf', '"conf &- x"']) await one.client.command(`DELETE ${name}`);
  await one.gets('OK', 'NAMESPACE');
  await one.gets('OK', 'ID ("name" "conformance")');
  await one.gets('OK', 'CREATE conf');
  await one.gets('NO', 'CREATE conf');
  await one.gets('OK', `CREATE ${sub}`);
  await one.gets('OK', 'CREATE "conf &- x"');
  const all = namesOf(await one.gets('OK', 'LIST "" *'));
  one.expects(
    ['INBOX', 'conf', sub, 'conf &- x'].every((name) => all.includes(name)),
    'all mailboxes for *',
  );
  const top = namesOf(await one.gets('OK', 'LIST "" %'));
  one.expects(top.includes('conf') && !top.includes(sub), 'only the first level for %');
  one.expects(namesOf(await one.gets('OK', `LIST ${sub.slice(0, -3)} %`)).join() === sub, 'one mailbox below conf');
  await one.gets('OK', 'SUBSCRIBE conf');
  one.expects(namesOf(await one.gets('OK', 'LSUB "" *')).includes('conf'), 'conf among the subscribed');
  await one.gets('OK', 'UNSUBSCRIBE conf');
  one.expects(!namesOf(await one.gets('OK', 'LSUB "" *')).includes('conf'), 'conf no more among the subscribed');
  const status = await one.gets('OK', 'STATUS conf (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)');
  one.expects(
    status.untagged.some((response) => response.type === 'status' && response.values.size === 5),
    'five values of STATUS',
  );
  await one.gets('OK', `RENAME ${sub} conf2`);
  await one.gets('NO', 'RENAME nowhere conf3');
  await one.gets('OK', 'DELETE conf2');
  await one.gets('NO', 'DELETE conf2');
  await one.gets('NO', 'DELETE INBOX');
  await one.gets('OK', 'DELETE "conf &- x"');
}

/** An empty mailbox with three messages, the second with parts. */
async function filled(one: Examiner): Promise<void> {
  await one.gets('OK', 'SELECT conf');
  await one.client.command('UID STORE 1:* +FLAGS.SILENT (\\Deleted)');
  await one.gets('OK', 'EXPUNGE');
  const small = 'Subject: small\r\n\r\nsmall\r\n';
  const first = await one.gets('OK', 'APPEND conf (\\Seen) "17-Jul-1996 02:44:25 -0700" ', { literal: small });
  one.expects(/^APPENDUID \d+ \d+$/.test(first.code), 'APPENDUID');
  await one.gets('OK', 'APPEND conf ', { literal: whole });
  await one.gets('OK', 'APPEND conf (\\Flagged $word) ', { literal: small });
  const missing = await one.gets('NO', 'APPEND nowhere ', { literal: small });
  one.expects(missing.code === 'TRYCREATE', 'TRYCREATE');
  await one.gets('OK', 'NOOP');
  one.expects(one.client.mails.length === 3, '3 messages');
}

const texts: readonly (readonly [string, string])[] = [
  ['BODY[]', whole],
  ['BODY[TEXT]', whole.slice(whole.indexOf('\r\n\r\n') + 4)],
  ['BODY[HEADER]', whole.slice(0, whole.indexOf('\r\n\r\n') + 4)],
  ['BODY[1]', 'first'],
  ['BODY[1.MIME]', '\r\n'],
  ['BODY[2]', inner.slice(0, -2)],
  ['BODY[2.HEADER]', 'Subject: inner\r\n\r\n'],
  ['BODY[2.TEXT]', 'inner text'],
  ['BODY[HEADER.FIELDS (TO)]', 'To: bob@example.com\r\n\r\n'],
];

async function fetching(one: Examiner): Promise<void> {
  for (const macro of ['ALL', 'FAST', 'FULL', '(FLAGS UID)', 'BODY', 'BODYSTRUCTURE', 'ENVELOPE', 'INTERNALDATE'])
    one.expects(has(await one.gets('OK', `FETCH 1:* ${macro}`), 'fetch'), `FETCH to be answered for ${macro}`);
  const date = itemOf(await one.gets('OK', 'FETCH 1 INTERNALDATE'), 'INTERNALDATE');
  const moment = Date.parse(
    `${date}`
      .replace(/^"|"$/g, '')
      .replaceAll('-', ' ')
      .replace(/ (\d{4}) (?=\d{2}:)/, ' $1 ')
      .replace(/ (\d{4})$/, ' -$1'),
  );
  one.expects(/96|1996/.test(`${date}`) && !Number.isNaN(moment), 'the date that APPEND gave');
  for (const [section, bytes] of texts) {
    const peeked = await one.gets('OK', `FETCH 2 ${section.replace('BODY', 'BODY.PEEK')}`);
    one.expects(itemOf(peeked, section) === bytes, `${section} to be ${JSON.stringify(bytes.slice(0, 60))}`);
  }
  one.expects(
    itemOf(await one.gets('OK', 'FETCH 2 BODY.PEEK[]<5.7>'), 'BODY[]<5>') === whole.slice(5, 12),
    'a part of BODY[]',
  );
  one.expects(itemOf(await one.gets('OK', 'FETCH 2 RFC822.SIZE'), 'RFC822.SIZE') === `${whole.length}`, 'the size');
  one.expects(
    itemOf(await one.gets('OK', 'FETCH 2 RFC822.HEADER'), 'RFC822.HEADER') === texts[2]?.[1],
    'RFC822.HEADER',
  );
  await one.gets('OK', 'FETCH 2 FLAGS');
  one.expects(one.client.mails[1]?.flags?.has('\\Seen') === false, 'PEEK to leave \\Seen');
  one.expects(itemOf(await one.gets('OK', 'FETCH 2 RFC822'), 'RFC822') === whole, 'RFC822');
  await one.gets('OK', 'FETCH 2 FLAGS');
  one.expects(one.client.mails[1]?.flags?.has('\\Seen') === true, 'RFC822 to set \\Seen');
  await one.gets('BAD', 'FETCH 99 FLAGS');
  await one.gets('OK', 'UID FETCH 4294967295 FLAGS');
  await one.gets('BAD', 'FETCH 1 NONSENSE');
}

const searches: readonly (readonly [string, string])[] = [
  ['ALL', '1,2,3'],
  ['SEEN', '1,2'],
  ['UNSEEN', '3'],
  ['FLAGGED', '3'],
  ['KEYWORD $word', '3'],
  ['UNKEYWORD $word', '1,2'],
  ['SUBJECT SMALL', '1,3'],
  ['FROM ann', '2'],
  ['TO bob', '2'],
  ['HEADER message-id 1@', '2'],
  ['BODY "inner text"', '2'],
  ['TEXT conformance', '2'],
  ['LARGER 100', '2'],
  ['SMALLER 100', '1,3'],
  ['BEFORE 1-Jan-2000', '1'],
  ['SINCE 1-Jan-2000', '2,3'],
  ['SENTON 7-Feb-1994', '2'],
  ['OR FLAGGED FROM ann', '2,3'],
  ['NOT (SUBJECT small)', '2'],
  ['2:3 NOT 3', '2'],
  ['DELETED', ''],
];

async function searching(one: Examiner): Promise<void> {
  for (const [keys, numbers] of searches)
    one.expects(
      numbersOf(await one.gets('OK', `SEARCH ${keys}`)).join() === numbers,
      `SEARCH ${keys} to find ${numbers}`,
    );
  const uids = numbersOf(await one.gets('OK', 'UID SEARCH ALL'));
  await one.gets('OK', 'FETCH 1:* UID');
  one.expects(uids.join() === one.client.mails.map(({ uid }) => uid).join(), 'UIDs of UID SEARCH');
  one.expects(
    numbersOf(await one.gets('OK', 'SEARCH CHARSET UTF-8 SUBJECT ', { literal: 'small' })).join() === '1,3',
    'UTF-8',
  );
  const charset = await one.gets('NO', 'SEARCH CHARSET X-NONE SUBJECT x');
  one.expects(charset.code.startsWith('BADCHARSET'), 'BADCHARSET');
  await one.gets('BAD', 'SEARCH NONSENSE');
}

async function changing(one: Examiner): Promise<void> {
  await one.gets('OK', 'STORE 1 FLAGS (\\Answered)');
  one.expects(
    [...(one.client.mails[0]?.flags ?? [])].filter((flag) => flag !== '\\Recent').join() === '\\Answered',
    'one flag',
  );
  await one.gets('OK', 'STORE 1 +FLAGS.SILENT (\\Draft)');
  await one.gets('OK', 'UID STORE 1:* -FLAGS (\\Seen)');
  await one.gets('OK', 'FETCH 1 FLAGS');
  one.expects(one.client.mails[0]?.flags?.has('\\Draft') === true, 'flags of a silent STORE');
  one.expects((await one.gets('NO', 'COPY 1 nowhere')).code === 'TRYCREATE', 'TRYCREATE');
  one.expects(/^COPYUID \d+ \S+ \S+$/.test((await one.gets('OK', 'COPY 1:2 conf')).code), 'COPYUID');
  await one.gets('OK', 'NOOP');
  one.expects(one.client.mails.length === 5, '5 messages behind COPY');
  await one.client.command('CREATE conf2');
  const moved = await one.gets('OK', 'MOVE 4:5 conf2');
  one.expects(moved.untagged.filter(({ type }) => type === 'expunge').length === 2, 'two EXPUNGE of MOVE');
  one.expects(
    moved.untagged.some((response) => response.type === 'condition' && response.code.startsWith('COPYUID')),
    'COPYUID of MOVE',
  );
  await one.gets('OK', 'STORE 1,3 +FLAGS (\\Deleted)');
  await one.gets('OK', 'FETCH 1:* UID');
  const third = one.client.mails[2]?.uid ?? 0;
  one.expects(
    (await one.gets('OK', `UID EXPUNGE ${third}`)).untagged.filter(({ type }) => type === 'expunge').length === 1,
    'one EXPUNGE of UID EXPUNGE',
  );
  one.expects(has(await one.gets('OK', 'EXPUNGE'), 'expunge'), 'EXPUNGE');
  one.expects(one.client.mails.length === 1, 'one message left');
  await one.gets('OK', 'CHECK');
  await one.gets('OK', 'EXAMINE conf');
  // Some say NO, some OK; nothing may change.
  await one.client.command('STORE 1 +FLAGS (\\Seen)');
  await one.gets('OK', 'FETCH 1 FLAGS');
  one.expects(one.client.mails[0]?.flags?.has('\\Seen') === false, 'EXAMINE to change nothing');
  await one.gets('OK', 'UNSELECT');
  await one.gets('BAD', 'FETCH 1 FLAGS');
  await one.gets('OK', 'SELECT conf');
  await one.gets('OK', 'STORE 1 +FLAGS.SILENT (\\Deleted)');
  one.expects(!has(await one.gets('OK', 'CLOSE'), 'expunge'), 'no EXPUNGE of CLOSE');
  await one.gets('OK', 'SELECT conf');
  one.expects(one.client.mails.length === 0, 'CLOSE to expunge');
  await one.gets('NO', 'SELECT nowhere');
}

/** IDLE hears of what another client does. */
async function idling(one: Examiner, target: Target, findings: Findings): Promise<void> {
  const other = await enter('other', target, findings);
  await other.command('SELECT conf');
  await one.gets('OK', 'SELECT conf');
  const waits = (type: Response['type'], act: () => Promise<unknown>): Promise<Reply> =>
    one.client.idle(
      (response) => response.type === type,
      () => void act(),
    );
  const idle = async (type: Response['type'], act: () => Promise<unknown>): Promise<void> => {
    const { status } = await waits(type, act);
    one.expects(status === 'OK', `IDLE to hear ${type}`);
  };
  await idle('exists', () => other.command('APPEND conf ', { literal: whole }));
  await idle('fetch', async () => {
    await other.command('NOOP');
    await other.command('STORE 1 +FLAGS (\\Deleted)');
  });
  await idle('expunge', () => other.command('EXPUNGE'));
  await other.command('LOGOUT');
  await other.over;
}

/** All of them, from the greeting to LOGOUT. */
export async function dialogues(target: Target, findings: Findings): Promise<void> {
  await greeted(target, findings);
  const one = new Examiner(await enter('one', target, findings));
  await folders(one);
  await filled(one);
  await fetching(one);
  await searching(one);
  await changing(one);
  await idling(one, target, findings);
  await one.gets('OK', 'UNSELECT');
  for (const name of ['conf2', 'conf']) await one.client.command(`DELETE ${name}`);
  await one.gets('OK', 'LOGOUT');
  await one.client.over;
}
