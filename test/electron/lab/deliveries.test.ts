import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../../electron/journal/journal.ts';
import { createDeliveries } from '../../../electron/lab/deliveries.ts';
import { createLinks } from '../../../electron/lab/links.ts';
import type { Feed } from '../../../shared/contract/contract.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

function setUp(limits: { readonly maxMailBytes?: number } = {}) {
  const journal = openJournal({ file: ':memory:', ...limits });
  onTestFinished(() => journal.close());
  const links = createLinks();
  const recorder = links.watch(journal);
  const feeds: Feed[] = [];
  const push = (feed: Feed) => void feeds.push(feed);
  const deliver = createDeliveries({ mail: journal.mail, links, plan: () => null, push });
  return { journal, recorder, feeds, deliver };
}

const [anyEntry] = entries;
const dialled =
  anyEntry && ({ ...anyEntry, kind: 'dial', direction: 'in', params: { local: '127.0.0.1:4711' } } as const);
const clientPort = 4711;
const message = { from: 'a@b', to: ['c@d'], raw: Buffer.from('Subject: x\r\n\r\n'), at: 1, clientPort };

test('a worker that is behind does not hold the mail up: its session is linked when it is known', async () => {
  const { journal, recorder, feeds, deliver } = setUp();
  const late: (() => void)[] = [];
  await deliver('eng', message, (done) => void late.push(done));
  expect(journal.mail.one(1)).toMatchObject({ session: null, subject: 'x' });
  expect(feeds).toEqual([]);
  const id = recorder.allocate();
  const session = { ...summary, id };
  recorder.began(session);
  if (dialled) recorder.recorded(session, dialled);
  for (const settled of late) settled();
  await new Promise((resolve) => setImmediate(resolve));
  expect(journal.mail.one(1)).toMatchObject({ session: id });
  expect(feeds).toMatchObject([{ type: 'messages', upstream: 'eng', message: { id: 1, session: id } }]);
  expect(journal.mail.page({ session: id, limit: 1 }).total).toBe(1);
});

test('mail that came from no session of the proxy has none, and nobody is told of what was refused', async () => {
  const { journal, feeds, deliver } = setUp({ maxMailBytes: 20 });
  await deliver('eng', { ...message, clientPort: 1 }, (done) => done());
  const large = { ...message, raw: Buffer.alloc(21) };
  await expect(deliver('eng', large, (done) => done())).rejects.toMatchObject({ responseCode: 452 });
  expect(journal.mail.page({ limit: 9 }).messages).toMatchObject([{ id: 1, session: null }]);
  expect(feeds).toHaveLength(1);
});
