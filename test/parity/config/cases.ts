/**
 * Configurations for a comparison with a real nginx. `text` is what the lab reads; nginx gets it behind one line that
 * loads its mail module, names a pid file and, unless `events` is in the text, opens an events section.
 */
import { AUTH, LISTEN } from './address-cases.ts';
import type { Case } from './case.ts';
import { DIFFERENT } from './differences.ts';
import { FORM, WORDS } from './form-cases.ts';
import { MAIN, VALUES } from './value-cases.ts';

/** All cases by topic. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  form: FORM,
  words: WORDS,
  values: VALUES,
  listen: LISTEN,
  auth_http: AUTH,
  main: MAIN,
  'meant differences': DIFFERENT,
};
