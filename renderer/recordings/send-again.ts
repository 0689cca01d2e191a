/** Sending a session again from this window: what runs, and what is told at its end. */
import i18next from 'i18next';
import { openCompare, pairUp } from '../compare/compare-store.ts';
import { note, sentence, warn } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabStore } from '../store/store.ts';
import { decode } from '../transcript/pieces.ts';
import { useRecordings } from './recordings-store.ts';

/**
 * Sends it, however long that takes: what is held at a gate waits for a person. The two are compared at once while the
 * dialog is still there; who has gone on to something else is only told.
 */
export async function sendAgain(store: LabStore, id: number, listener: string, password: string): Promise<void> {
  useRecordings.setState({ sending: id });
  store.actions.awaitNext();
  try {
    const { session, short, detail } = await store.bridge.call('session.again', {
      ...{ id, listener },
      ...(password !== '' && { password }),
    });
    if (short === 'password') return useRecordings.setState({ asks: decode(detail) });
    if (short !== null) {
      const text = i18next.t(`recordings:again.short.${short}`, { detail });
      warn(text, i18next.t('recordings:again.partly', { id }));
    }
    if (session === null) return;
    if (useUi.getState().dialog === 'again') return openCompare(id, session);
    pairUp(id, session);
    note('good', i18next.t('recordings:again.done', { id, session }));
  } catch (error) {
    warn(sentence(error), i18next.t('recordings:again.failed', { id }));
    if (useUi.getState().dialog === 'again') useUi.getState().open(null);
  } finally {
    useRecordings.setState({ sending: null });
  }
}
