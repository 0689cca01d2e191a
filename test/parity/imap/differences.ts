/** Why Debian's nginx 1.22.1 does something else than the reference (1.31.5), which the lab follows. */
import { asleep, type Explanation, reset } from '../harness/explain.ts';

/** What random IMAP dialogues may meet. */
export const known: readonly Explanation[] = [reset, asleep];
