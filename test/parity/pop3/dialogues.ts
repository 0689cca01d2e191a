/** Every POP3 dialogue. */
import type { Dialogue } from '../harness/dialogue.ts';
import { broken, outcomes } from '../harness/outcomes.ts';
import { commands } from './commands.ts';
import { limits, logins } from './limits.ts';
import { sasl } from './sasl.ts';
import { words } from './words.ts';

/** The whole list; names are unique. */
export const dialogues: readonly Dialogue[] = [
  ...commands,
  ...sasl,
  ...logins,
  ...limits,
  ...outcomes(words),
  ...broken(words),
].map((dialogue) => ({ ...dialogue, protocol: 'pop3' }));
