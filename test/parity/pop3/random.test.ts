/** Random POP3 dialogues on both sides. */
import { compareRandom } from '../harness/random-suite.ts';
import { known } from './differences.ts';
import { grammar } from './random.ts';

compareRandom('POP3', { grammar, known });
