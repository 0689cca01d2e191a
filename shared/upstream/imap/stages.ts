/** The stages of a session that commands belong to, for faults. */
import type { Stage } from '../fault.ts';
import type { Verb } from './commands.ts';

const stages: Readonly<Partial<Record<Verb, Stage>>> = {
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
export const stageOfVerb = (verb: Verb): Stage | null => stages[verb] ?? null;
