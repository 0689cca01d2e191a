/** Why Debian's nginx 1.22.1 does something else than the reference (1.31.5), which the lab follows. */
import { asleep, type Explanation, reset, rewritten, withoutXtext } from '../harness/explain.ts';

/** XCLIENT's LOGIN. */
export const xtext = '1.22.1 sends LOGIN= raw; later versions write it as xtext.';

/** MAIL after a failed AUTH. */
export const forgets = '1.22.1 keeps login and password when it remembers a MAIL; 1.31.5 forgets them.';

/** A read that fills the buffer with whole commands. */
export const stall =
  'nginx goes to sleep after a read that filled its buffer with whole commands: what the kernel still holds is read ' +
  'only when more bytes come. The lab goes on at once.';

/** What a question of method none says of an earlier login, and what XCLIENT does. */
function forgotten(text: string): string {
  if (!text.includes('Auth-Method: none')) return text.replace(/ LOGIN=[^ ]*/, '');
  return text.replace(/(?<=Auth-(?:User|Pass): )[^⏎]*/g, '');
}

/** What random SMTP dialogues may meet. */
export const known: readonly Explanation[] = [
  { why: xtext, level: ({ nginx, lab }) => ({ nginx, lab: rewritten(lab, withoutXtext) }) },
  {
    why: forgets,
    level: (pair) => {
      const remembered = /Auth-Method: none⏎Auth-User: (?:⏎Auth-Pass: )?[^⏎]/;
      const { nginx, lab } = pair;
      const only = nginx.requests.some((one, i) => remembered.test(one) && !remembered.test(lab.requests[i] ?? one));
      return only ? { nginx: rewritten(nginx, forgotten), lab: rewritten(lab, forgotten) } : pair;
    },
  },
  reset,
  asleep,
];
