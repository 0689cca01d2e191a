/** Random SMTP dialogues on both sides. */
import { compareRandom } from '../harness/random-suite.ts';
import { randomDialogues } from './random.ts';

compareRandom('SMTP', randomDialogues);
