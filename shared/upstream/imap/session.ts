/** How a command ends: with the news of the selected mailbox that may be told then, and one tagged reply. */

import type { Bytes } from '../../machine/machine.ts';
import { ask, go, type ImapState, type ImapStep, reply, saying } from './state.ts';
import { merge, tellExpunged } from './view.ts';

/** The rest of a command once the session knows how the mailbox is now. `quiet` keeps what was expunged to itself. */
export function refreshed(state: ImapState, quiet: boolean, then: (state: ImapState) => ImapStep): ImapStep {
  const { view } = state;
  if (view === null) return then(state);
  if (!state.stale) return told(state, quiet, '', then);
  const request = { do: 'open', folder: view.folder, look: view.readOnly } as const;
  return ask({ ...state, stale: false }, request, (next, answer) => {
    if (next.view === null) return then(next);
    const { view: merged, text } = merge(next.view, answer);
    return told({ ...next, view: merged }, quiet, text, then);
  });
}

function told(state: ImapState, quiet: boolean, text: Bytes, then: (state: ImapState) => ImapStep): ImapStep {
  if (quiet || state.view === null) return saying(text, then(state));
  const expunged = tellExpunged(state.view);
  // Arrivals and flags are told by the numbers of before.
  return saying(text + expunged.text, then({ ...state, view: expunged.view }));
}

/**
 * The end of a command that worked, news before its reply. `quiet` for FETCH, STORE and SEARCH by sequence numbers: no
 * EXPUNGE may shift them meanwhile (RFC 3501 7.4.1).
 */
export const finish = (state: ImapState, text: Bytes, quiet = false): ImapStep =>
  refreshed(state, quiet, (next) => reply(next, text));

/** The mailbox is selected no more. */
export const unselected = (state: ImapState): ImapStep =>
  state.view === null ? go(state, {}) : go(state, { view: null, stale: false }, { type: 'watch', folder: null });
