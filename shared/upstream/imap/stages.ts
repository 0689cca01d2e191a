/** The stages of a session that commands belong to, for faults. */
import type { Stage } from '../fault.ts';
import type { Verb } from './commands.ts';

/** The commands that have a stage. */
export const imapStages: Readonly<Partial<Record<Verb, Stage>>> = {
  CAPABILITY: 'capability',
  STARTTLS: 'starttls',
  LOGIN: 'login',
  AUTHENTICATE: 'login',
  LIST: 'list',
  LSUB: 'list',
  SELECT: 'select',
  EXAMINE: 'select',
  FETCH: 'fetch',
  SEARCH: 'search',
  STORE: 'store',
  COPY: 'copy',
  MOVE: 'copy',
  APPEND: 'append',
  EXPUNGE: 'expunge',
  IDLE: 'idle',
  LOGOUT: 'logout',
};

/** The stage of a command; null for those that have none, such as NOOP. */
export const stageOfVerb = (verb: Verb): Stage | null => imapStages[verb] ?? null;
