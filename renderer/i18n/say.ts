/** The catalogue for what is pure: texts by key, with the namespace in front. */
import i18next from 'i18next';
import type { Say } from '../../shared/journal/sentence.ts';

/** `say('transcript:gist.open')`. */
export const say: Say = (key, values) => i18next.t(key, { ...values });
