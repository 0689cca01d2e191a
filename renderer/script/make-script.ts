/** Makes a script of a recorded session, and opens it. */
import i18next from 'i18next';
import { scriptOf } from '../../shared/script/from-session.ts';
import { note, report, warn } from '../shell/report.ts';
import type { LabStore } from '../store/store.ts';
import { openScript } from './script-store.ts';

/** `secrets`: with the passwords in it. */
export async function makeScript({ bridge }: LabStore, session: number, secrets: boolean): Promise<void> {
  try {
    const found = await bridge.call('session.get', { id: session });
    if (found === null) return warn(i18next.t('script:make.gone', { session }));
    const { protocol, listener } = found.summary;
    const { text, cut } = scriptOf(protocol, found.entries, secrets);
    openScript(text, `${protocol} ${listener}`);
    if (cut) note('bad', i18next.t('script:make.cut', { session }));
  } catch (error) {
    report(error);
  }
}
