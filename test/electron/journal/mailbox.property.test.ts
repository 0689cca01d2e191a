/** Any sequence of requests gives the same mailbox as a model that is plain lists, and a start changes nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MailKeeper } from '../../../electron/journal/mail-keeper.ts';
import type { MailboxAnswer, MailboxRequest } from '../../../shared/upstream/mailbox.ts';
import { opened, temporaryFile } from './recording.ts';

interface ModelMail {
  readonly uid: number;
  readonly raw: string;
  flags: string[];
  recent: boolean;
}

interface ModelFolder {
  uidNext: number;
  subscribed: boolean;
  mails: ModelMail[];
}

type Step = MailboxRequest | { readonly do: 'deliver'; readonly raw: string };

const names = ['INBOX', 'Sent', 'a', 'a/b', 'Grüße'];
const name = fc.constantFrom(...names);
const uids = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });
const flags = fc.uniqueArray(fc.constantFrom('\\Seen', '\\Deleted', '\\Flagged', 'work'), { maxLength: 3 });
const raw = fc
  .tuple(
    fc.constantFrom('', 'Subject: Plan\r\n\r\n', 'To: x\r\n\r\n'),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  )
  .map((parts) => parts.join(''));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('deliver' as const), raw }),
  fc.record({ do: fc.constantFrom('create' as const, 'delete' as const), folder: name }),
  fc.record({ do: fc.constant('subscribe' as const), folder: name, on: fc.boolean() }),
  fc.record({ do: fc.constant('open' as const), folder: name, look: fc.boolean() }),
  fc.record({ do: fc.constant('raw' as const), folder: name, uid: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    do: fc.constant('flags' as const),
    folder: name,
    changes: fc.array(fc.record({ uid: fc.integer({ min: 1, max: 6 }), flags }), { maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('expunge' as const), folder: name, uids }),
  fc.record({ do: fc.constantFrom('copy' as const, 'move' as const), folder: name, uids, to: name }),
  fc.record({ do: fc.constant('append' as const), folder: name, flags, at: fc.constant(5), raw }),
);

/** What the answer is without what only a database gives (UIDVALIDITY). */
type Said = Omit<Extract<MailboxAnswer, { done: 'no' }>, 'done'> | Record<string, unknown>;

class Model {
  readonly folders = new Map<string, ModelFolder>([['INBOX', { uidNext: 1, subscribed: true, mails: [] }]]);

  #add(folder: ModelFolder, text: string, given: readonly string[]): number {
    const uid = folder.uidNext;
    folder.uidNext += 1;
    folder.mails.push({ uid, raw: text, flags: [...given], recent: true });
    return uid;
  }

  perform(request: Step): Said {
    if (request.do === 'deliver') {
      const inbox = this.folders.get('INBOX');
      return { uid: inbox ? this.#add(inbox, request.raw, []) : 0 };
    }
    if (request.do === 'folders') return { names: [...this.folders.keys()] };
    const folder = this.folders.get(request.folder);
    if (request.do === 'create') {
      if (folder) return { why: 'exists' };
      const above = request.folder === 'a/b' && !this.folders.has('a') ? ['a'] : [];
      for (const one of [...above, request.folder]) this.folders.set(one, { uidNext: 1, subscribed: false, mails: [] });
      return { done: 'ok' };
    }
    if (!folder) return { why: 'no-folder' };
    return this.#inFolder(folder, request);
  }

  #inFolder(folder: ModelFolder, request: Exclude<Step, { do: 'deliver' | 'create' | 'folders' }>): Said {
    switch (request.do) {
      case 'delete':
        if (request.folder === 'INBOX') return { why: 'refused' };
        this.folders.delete(request.folder);
        return { done: 'ok' };
      case 'subscribe':
        folder.subscribed = request.on;
        return { done: 'ok' };
      case 'open': {
        const mails = folder.mails.map((mail) => ({ uid: mail.uid, flags: [...mail.flags], recent: mail.recent }));
        if (!request.look) for (const mail of folder.mails) mail.recent = false;
        return { mails, uidNext: folder.uidNext, subscribed: folder.subscribed };
      }
      case 'raw':
        return { bytes: folder.mails.find(({ uid }) => uid === request.uid)?.raw ?? null };
      case 'flags':
        for (const { uid, flags: given } of request.changes) this.#flag(folder, uid, given);
        return { done: 'ok' };
      case 'expunge':
        folder.mails = folder.mails.filter(({ uid }) => !request.uids.includes(uid));
        return { done: 'ok' };
      case 'append':
        return { uids: [this.#add(folder, request.raw, request.flags)] };
      case 'copy':
      case 'move':
        return this.#copy(folder, request);
      default:
        throw new Error(`the model has no ${request.do}`);
    }
  }

  #flag(folder: ModelFolder, uid: number, given: readonly string[]): void {
    for (const mail of folder.mails) if (mail.uid === uid) mail.flags = [...given];
  }

  #copy(folder: ModelFolder, { do: how, uids: wanted, to }: Extract<Step, { do: 'copy' | 'move' }>): Said {
    const target = this.folders.get(to);
    if (!target) return { why: 'no-folder' };
    const chosen = wanted.flatMap((uid) => folder.mails.filter((mail) => mail.uid === uid));
    const placed = chosen.map((mail) => this.#add(target, mail.raw, mail.flags));
    if (how === 'move') folder.mails = folder.mails.filter((mail) => !chosen.includes(mail));
    return { uids: placed };
  }
}

function said(answer: MailboxAnswer): Said {
  switch (answer.done) {
    case 'no':
      return { why: answer.why };
    case 'open': {
      const mails = answer.mails.map(({ uid, flags: kept, recent }) => ({ uid, flags: [...kept], recent }));
      return { mails, uidNext: answer.folder.uidNext, subscribed: answer.folder.subscribed };
    }
    case 'raw':
      return { bytes: answer.bytes };
    case 'placed':
      return { uids: answer.uids.map(({ to }) => to) };
    default:
      return { done: answer.done };
  }
}

async function perform(mail: MailKeeper, request: Step): Promise<Said> {
  if (request.do !== 'deliver') return said(mail.of('eng', 'jo').perform(request));
  const given = { upstream: 'eng', at: 1, from: 'a@b', to: ['jo@c'], session: null, owners: ['jo'] };
  const view = await mail.keep({ ...given, raw: Buffer.from(request.raw, 'latin1') });
  return { uid: view.places[0]?.uid };
}

/** Everything in it, as text. */
function whole(mail: MailKeeper): unknown {
  const box = mail.of('eng', 'jo');
  const listed = box.perform({ do: 'folders' });
  const folders = listed.done === 'folders' ? listed.folders : [];
  return folders.map((folder) => {
    const open = box.perform({ do: 'open', folder: folder.name, look: true });
    const mails = open.done === 'open' ? open.mails : [];
    const bytes = mails.map(({ uid }) => box.perform({ do: 'raw', folder: folder.name, uid }));
    const headers = box.perform({ do: 'headers', folder: folder.name, uids: mails.map(({ uid }) => uid) });
    return { folder, mails, bytes, headers };
  });
}

test('a mailbox is what its requests made of it, and a start changes nothing', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const file = temporaryFile();
      const journal = opened({ file });
      const model = new Model();
      for (const request of steps) expect(await perform(journal.mail, request)).toEqual(model.perform(request));
      const before = whole(journal.mail);
      journal.close();
      const again = opened({ file });
      expect(whole(again.mail)).toEqual(before);
      again.close();
    }),
    { numRuns: 60 },
  );
});
