/** Every POP3 dialogue on both sides. */
import { compareDialogues } from '../harness/suite.ts';
import { dialogues } from './dialogues.ts';

compareDialogues('POP3', dialogues);
