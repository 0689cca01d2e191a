/** STORE, COPY, MOVE, EXPUNGE and APPEND (RFC 3501 6.3.11, 6.4; RFC 4315, RFC 6851). */
import type { MailboxAnswer } from '../mailbox.ts';
import type { Command } from './commands.ts';
import { distinct, hasFlag, sameFlags, spelled } from './flags.ts';
import { BAD_NAME, folderName, refusal, touched } from './folders.ts';
import { KEYWORDS_MAX } from './limits.ts';
import { finish, refreshed } from './session.ts';
import { printSet } from './sets.ts';
import { ask, type ImapState, type ImapStep, reply, saying, type View } from './state.ts';
import { beyond, flagLines, placesOf, shownFlags, withFlags, withKeywords } from './view.ts';

type Of<N extends Command['name']> = Extract<Command, { name: N }>;

const READ_ONLY = 'NO [READ-ONLY] The mailbox was opened with EXAMINE';
const UNSELECTED = 'BAD No mailbox is selected';

/** STORE and UID STORE. Flags are changed as they are now, whoever changed them since. */
export function store(state: ImapState, command: Of<'STORE'>): ImapStep {
  const { view } = state;
  if (view === null) return reply(state, UNSELECTED);
  if (view.readOnly) return reply(state, READ_ONLY);
  const no = command.uid ? '' : beyond(view, command.set);
  if (no !== '') return reply(state, no);
  return refreshed(state, true, (next) =>
    next.view === null ? reply(next, UNSELECTED) : stored(next, next.view, command),
  );
}

function stored(state: ImapState, view: View, command: Of<'STORE'>): ImapStep {
  const flags = command.flags.map((flag) => spelled(view.keywords, flag));
  const keywords = command.how === 'remove' ? view.keywords : withKeywords(view.keywords, [{ flags }]);
  if (keywords.length > KEYWORDS_MAX) return reply(state, `NO [LIMIT] A mailbox has ${KEYWORDS_MAX} keywords at most`);
  const places = placesOf(view, command.set, command.uid);
  const changes = new Map<number, readonly string[]>();
  for (const place of places) {
    const mail = view.mails[place];
    if (mail === undefined || mail.gone) continue;
    const next = combined(mail.flags, flags, command.how);
    if (!sameFlags(next, mail.flags)) changes.set(place, next);
  }
  if (changes.size === 0) return answered(state, places, command);
  const request = {
    do: 'flags',
    folder: view.folder,
    changes: [...changes].map(([place, to]) => ({ uid: view.mails[place]?.uid ?? 0, flags: to })),
  } as const;
  return ask(state, request, (next, answer) => {
    if (answer.done !== 'ok' || next.view === null) return reply(next, refusal(answer));
    const after = withFlags(next.view, changes);
    const told = after.keywords.length === view.keywords.length ? '' : flagLines(after);
    return saying(told, answered({ ...next, view: after }, places, command));
  });
}

function combined(old: readonly string[], flags: readonly string[], how: 'set' | 'add' | 'remove'): readonly string[] {
  if (how === 'set') return flags;
  return how === 'add' ? distinct([...old, ...flags]) : old.filter((flag) => !hasFlag(flags, flag));
}

function answered(state: ImapState, places: readonly number[], { uid, silent }: Of<'STORE'>): ImapStep {
  const { view } = state;
  if (view === null || silent) return finish(state, 'OK STORE done', !uid);
  const lines = places.map((place) => {
    const mail = view.mails[place];
    return mail ? `* ${place + 1} FETCH (${uid ? `UID ${mail.uid} ` : ''}FLAGS ${shownFlags(view, mail)})\r\n` : '';
  });
  return saying(lines.join(''), finish(state, 'OK STORE done', !uid));
}

/** COPY, MOVE and the same by UID. */
export function copy(state: ImapState, { name, uid, set, to }: Of<'COPY' | 'MOVE'>): ImapStep {
  const { view } = state;
  const target = folderName(to);
  if (view === null) return reply(state, UNSELECTED);
  if (name === 'MOVE' && view.readOnly) return reply(state, READ_ONLY);
  const no = uid ? '' : beyond(view, set);
  if (no !== '') return reply(state, no);
  if (target === null) return reply(state, BAD_NAME);
  const uids = placesOf(view, set, uid).map((place) => view.mails[place]?.uid ?? 0);
  if (uids.length === 0) return finish(state, `OK No messages to ${name.toLowerCase()}`);
  const request = { do: name === 'COPY' ? 'copy' : 'move', folder: view.folder, uids, to: target } as const;
  return ask(state, request, (next, answer) => {
    if (answer.done !== 'placed') return reply(next, refusal(answer, 'TRYCREATE'));
    const code = copied(answer);
    if (name === 'COPY') return finish(touched(next, target), `OK ${code}COPY done`);
    // RFC 6851 4.3: the UIDs are told before the messages go.
    return saying(code === '' ? '' : `* OK ${code}Moved\r\n`, finish({ ...next, stale: true }, 'OK MOVE done'));
  });
}

/** COPYUID, with a space behind it; nothing where nothing was copied. Its two sets go in step (RFC 4315 3). */
function copied({ uidValidity, uids }: Extract<MailboxAnswer, { done: 'placed' }>): string {
  if (uids.length === 0) return '';
  return `[COPYUID ${uidValidity} ${printSet(uids.map(({ from }) => from))} ${printSet(uids.map(({ to }) => to))}] `;
}

/** EXPUNGE and UID EXPUNGE. */
export function expunge(state: ImapState, { set }: Of<'EXPUNGE'>): ImapStep {
  if (state.view === null) return reply(state, UNSELECTED);
  if (state.view.readOnly) return reply(state, READ_ONLY);
  // Flags count as they are now; what others expunged is told along with the rest.
  return refreshed(state, true, (next) => {
    const { view } = next;
    if (view === null) return reply(next, UNSELECTED);
    const places = set === null ? view.mails.map((_mail, place) => place) : placesOf(view, set, true);
    const uids = places.flatMap((place) => {
      const mail = view.mails[place];
      return mail && !mail.gone && hasFlag(mail.flags, '\\Deleted') ? [mail.uid] : [];
    });
    if (uids.length === 0) return finish(next, 'OK EXPUNGE done');
    return ask(next, { do: 'expunge', folder: view.folder, uids }, (last, answer) =>
      answer.done === 'ok' ? finish({ ...last, stale: true }, 'OK EXPUNGE done') : reply(last, refusal(answer)),
    );
  });
}

/** APPEND. */
export function append(state: ImapState, { mailbox, flags, at, raw }: Of<'APPEND'>): ImapStep {
  const folder = folderName(mailbox);
  if (folder === null) return reply(state, BAD_NAME);
  if (raw === '') return reply(state, 'NO [CANNOT] The message is empty');
  return ask(state, { do: 'append', folder, flags, at: at ?? state.now, raw }, (next, answer) => {
    if (answer.done !== 'placed') return reply(next, refusal(answer, 'TRYCREATE'));
    const uid = answer.uids[0]?.to;
    const code = uid === undefined ? '' : `[APPENDUID ${answer.uidValidity} ${uid}] `;
    return finish(touched(next, folder), `OK ${code}APPEND done`);
  });
}
