/** SELECT, EXAMINE, CLOSE, UNSELECT (RFC 3501 6.3.1, 6.3.2, 6.4.2; RFC 3691). */
import type { Command } from './commands.ts';
import { hasFlag } from './flags.ts';
import { BAD_NAME, folderName, refusal } from './folders.ts';
import { unselected } from './session.ts';
import { ask, go, type ImapState, type ImapStep, reply, say, tagged } from './state.ts';
import { countLines, firstUnseen, flagLines, newView } from './view.ts';

/** SELECT and EXAMINE. A refusal leaves nothing selected. */
export function select(
  before: ImapState,
  { name, mailbox }: Extract<Command, { name: 'SELECT' | 'EXAMINE' }>,
): ImapStep {
  const closed = unselected(before);
  const state = closed.state;
  const folder = folderName(mailbox);
  const then = folder === null ? reply(state, BAD_NAME) : opening(state, folder, name === 'EXAMINE');
  return { state: then.state, effects: [...closed.effects, ...then.effects] };
}

const opening = (state: ImapState, folder: string, look: boolean): ImapStep =>
  ask(state, { do: 'open', folder, look }, (next, answer) => {
    if (answer.done !== 'open') return reply(next, refusal(answer));
    const view = newView(answer, look);
    const unseen = firstUnseen(view);
    const lines = [
      flagLines(view),
      countLines(view),
      unseen === 0 ? '' : `* OK [UNSEEN ${unseen}] First unseen message\r\n`,
      `* OK [UIDVALIDITY ${answer.folder.uidValidity}] UIDs are valid\r\n`,
      `* OK [UIDNEXT ${answer.folder.uidNext}] The next UID\r\n`,
    ];
    const done = tagged(next, look ? 'OK [READ-ONLY] EXAMINE done' : 'OK [READ-WRITE] SELECT done');
    return go(
      next,
      { place: 'command', view, stale: false },
      { type: 'watch', folder: view.folder },
      say(lines.join('') + done),
    );
  });

/** CLOSE: what has `\Deleted` goes, and nobody here is told of it. */
export function close(state: ImapState): ImapStep {
  const { view } = state;
  if (view === null || view.readOnly) return leave(state, 'OK CLOSE done');
  const folder = view.folder;
  return ask(state, { do: 'open', folder, look: true }, (next, answer) => {
    const mails = answer.done === 'open' && answer.folder.uidValidity === view.uidValidity ? answer.mails : [];
    const uids = mails.filter(({ flags }) => hasFlag(flags, '\\Deleted')).map(({ uid }) => uid);
    if (uids.length === 0) return leave(next, 'OK CLOSE done');
    return ask(next, { do: 'expunge', folder, uids }, (last) => leave(last, 'OK CLOSE done'));
  });
}

/** UNSELECT: as CLOSE, but nothing goes. */
export const unselect = (state: ImapState): ImapStep => leave(state, 'OK UNSELECT done');

function leave(state: ImapState, text: string): ImapStep {
  const closed = unselected(state);
  const then = reply(closed.state, text);
  return { state: then.state, effects: [...closed.effects, ...then.effects] };
}
