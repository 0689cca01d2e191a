/**
 * Configurations for a comparison with a real nginx. Both read `text` behind one line that loads the mail module, names a
 * pid file and, unless `events` is in the text, opens an events section.
 */
import { AUTH, LISTEN } from './address-cases.ts';
import { REAL_IP, RESOLVER } from './asking-cases.ts';
import type { Case } from './case.ts';
import { DIFFERENT } from './differences.ts';
import { FORM, WORDS } from './form-cases.ts';
import { INCLUDE } from './include-cases.ts';
import { CERTIFICATES, TLS } from './tls-cases.ts';
import { MAIN, VALUES } from './value-cases.ts';

/** All cases by topic. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  form: FORM,
  words: WORDS,
  values: VALUES,
  listen: LISTEN,
  auth_http: AUTH,
  resolver: RESOLVER,
  set_real_ip_from: REAL_IP,
  certificates: CERTIFICATES,
  TLS,
  include: INCLUDE,
  main: MAIN,
  'meant differences': DIFFERENT,
};
