/** Every IMAP dialogue on both sides. */
import { compareDialogues } from '../harness/suite.ts';
import { dialogues } from './dialogues.ts';

compareDialogues('IMAP', dialogues);
