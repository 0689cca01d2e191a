/** What the world can answer to a played server: examples for the state diagram, and guesses for a recorded session. */
import type { MailboxAnswer, MailboxRequest } from './mailbox.ts';
import type { MockEvent } from './mock.ts';
import type { Asks } from './watched.ts';

const uidValidity = 1;
const folder = { name: 'INBOX', uidValidity, subscribed: true };
const header = 'Subject: hello\r\n\r\n';
const raw = `${header}Hello!\r\n`;

/** Every kind of answer; good ones first. `mails`: how many messages lie there. */
export function answersTo(asks: Asks, mails: number): readonly MockEvent[] {
  if (asks.type === 'secure') return [{ type: 'secured' }];
  if (asks.type === 'login')
    return [
      { type: 'account', owner: asks.user },
      { type: 'account', owner: null },
      { type: 'account', owner: null, busy: true },
    ];
  const answers: readonly MailboxAnswer[] = [...good(asks.request, mails), { done: 'no', why: 'failed' }];
  return answers.map((answer) => ({ type: 'mailbox', answer }));
}

function good(request: MailboxRequest, mails: number): readonly MailboxAnswer[] {
  switch (request.do) {
    case 'folders':
      return [{ done: 'folders', folders: [{ ...folder, uidNext: mails + 1 }] }];
    case 'open':
      return [{ done: 'open', folder: { ...folder, name: request.folder, uidNext: mails + 1 }, mails: listOf(mails) }];
    case 'headers':
      return [
        { done: 'headers', headers: request.uids.map((uid) => ({ uid, bytes: header })) },
        // Another session has expunged them.
        { done: 'headers', headers: [] },
      ];
    case 'raw':
      return [
        { done: 'raw', bytes: raw },
        { done: 'raw', bytes: null },
      ];
    case 'find':
      return [{ done: 'find', uids: [1] }];
    case 'copy':
    case 'move':
      return [{ done: 'placed', uidValidity, uids: request.uids.map((uid) => ({ from: uid, to: uid })) }];
    case 'append':
      return [{ done: 'placed', uidValidity, uids: [{ from: 0, to: mails + 1 }] }];
    default:
      return [{ done: 'ok' }];
  }
}

/** The first is read and marked to go, the others are new. */
const listOf = (mails: number) =>
  Array.from({ length: mails }, (_none, i) => ({
    uid: i + 1,
    flags: i === 0 ? ['\\Seen', '\\Deleted'] : [],
    size: raw.length,
    at: 0,
    recent: i > 0,
  }));
