/** The window's catalogue, for what the command line writes of sessions. */
import i18next from 'i18next';
import diagram from '../../renderer/i18n/en/diagram.json' with { type: 'json' };
import ladder from '../../renderer/i18n/en/ladder.json' with { type: 'json' };
import reasons from '../../renderer/i18n/en/reasons.json' with { type: 'json' };
import sessions from '../../renderer/i18n/en/sessions.json' with { type: 'json' };
import transcript from '../../renderer/i18n/en/transcript.json' with { type: 'json' };
import type { Say } from '../../shared/journal/sentence.ts';

const en = { diagram, ladder, reasons, sessions, transcript };

const catalogue = i18next.createInstance();
void catalogue.init({
  resources: { en },
  lng: 'en',
  ns: Object.keys(en),
  keySeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false }, // files escape for themselves
});

/** A text of the catalogue: `say('transcript:gist.open')`. */
export const say: Say = (key, values) => catalogue.t(key, { ...values });
