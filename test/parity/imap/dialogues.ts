/** Every IMAP dialogue. */
import type { Dialogue } from '../harness/dialogue.ts';
import { broken, outcomes } from '../harness/outcomes.ts';
import { lexing } from './lexing.ts';
import { limits } from './limits.ts';
import { logins } from './login.ts';
import { sasl } from './sasl.ts';
import { strings } from './strings.ts';
import { words } from './words.ts';

/** The whole list; names are unique. */
export const dialogues: readonly Dialogue[] = [
  ...lexing,
  ...strings,
  ...sasl,
  ...logins,
  ...limits,
  ...outcomes(words),
  ...broken(words),
].map((dialogue) => ({ ...dialogue, protocol: 'imap' }));
