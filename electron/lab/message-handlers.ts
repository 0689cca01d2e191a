/** The window's calls about the mail that the played servers keep. */
import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MESSAGE_WINDOW } from '../../shared/contract/messages.ts';
import type { MailKeeper } from '../journal/mail-keeper.ts';
import type { Core, Handlers } from './handlers.ts';
import { codeOf, fileError, UserError } from './user-error.ts';

type MessageCalls =
  | 'messages.list'
  | 'message.get'
  | 'message.raw'
  | 'message.save'
  | 'messages.pin'
  | 'messages.delete';

export function messageHandlers(core: Pick<Core, 'journal' | 'ask' | 'broadcast'>): Pick<Handlers, MessageCalls> {
  const { mail } = core.journal;
  const text = (id: number, offset: number, length: number) => mail.window(id, offset, length)?.toString('latin1');
  return {
    'messages.list': (query) => mail.page(query),
    'message.get': ({ id }) => {
      const message = mail.one(id);
      const raw = message === null ? undefined : text(id, 0, MESSAGE_WINDOW);
      return message === null || raw === undefined ? null : { message, raw };
    },
    'message.raw': ({ id, offset, length }) => {
      const raw = text(id, offset, length);
      return raw === undefined ? null : { raw };
    },
    'message.save': async ({ id, as }) => ({ saved: await save(core, id, as) }),
    'messages.pin': ({ ids, pinned }) => ({ changed: mail.pin(ids, pinned) }),
    'messages.delete': (which) => {
      const deleted = 'ids' in which ? mail.delete(which.ids) : mail.empty(which.upstream);
      if (deleted > 0) core.broadcast();
      return { deleted };
    },
  };
}

/** The name is the lab's own: nothing that a message says becomes a path. */
async function save({ journal, ask }: Pick<Core, 'journal' | 'ask'>, id: number, as: string | undefined) {
  if (journal.mail.one(id) === null) throw new UserError('This message is not kept any more.');
  if (as === undefined && !ask) throw new UserError('Give the path of a new file that ends in .eml.');
  const chosen = as ?? (await ask?.saveAs(`message-${id}.eml`)) ?? null;
  if (chosen === null) return null;
  const file = resolve(chosen);
  if (!/\.eml$/i.test(file)) throw new UserError("The name of a message's file ends in .eml.");
  // The system's dialog has asked whether a file may be written over; a path that was typed has not.
  await write(journal.mail, id, file, as === undefined ? 'w' : 'wx');
  return file;
}

async function write(mail: MailKeeper, id: number, file: string, flag: 'w' | 'wx'): Promise<void> {
  try {
    const handle = await open(file, flag);
    try {
      for (let offset = 0; ; offset += MESSAGE_WINDOW) {
        const bytes = mail.window(id, offset, MESSAGE_WINDOW);
        if (bytes === null) throw new UserError('The message was deleted while it was being saved.');
        if (bytes.length > 0) await handle.write(bytes);
        if (bytes.length < MESSAGE_WINDOW) break;
      }
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (codeOf(error) === 'EEXIST') throw new UserError(`${file} is there already: give another name.`);
    throw fileError('write', file, error);
  }
}
