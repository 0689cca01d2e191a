/**
 * Our side towards a POP3 upstream: USER and PASS on the client's behalf, whatever mechanism the client used
 * (ngx_mail_proxy_pop3_handler).
 */
import { type BackState, backMachine, loggedIn, replyLength, report, speak } from '../machine/back.ts';
import type { Bytes, Machine } from '../machine/machine.ts';
import type { Pop3Reason } from './reasons.ts';

/** What the front knows when the upstream is dialled. */
export interface BackContext {
  readonly user: Bytes | null;
  readonly password: Bytes | null;
}

type Place = 'user' | 'pass';

/** The back machine of one session. */
export const pop3Back = ({ user, password }: BackContext): Machine<BackState<Place>, Pop3Reason> =>
  backMachine<'pop3', Place, Pop3Reason>({
    protocol: 'pop3',
    length: (_place, input) => replyLength(input),
    answered: (place, reply) => {
      if (!reply.startsWith('+OK')) return report('pop3.back.unexpected', { type: 'unexpected-reply', reply });
      switch (place) {
        case 'greeting':
          return speak('user', 'pop3.back.user', { text: `USER ${user ?? ''}\r\n`, disposition: 'invented' });
        case 'user': {
          const text = `PASS ${password ?? ''}\r\n`;
          return speak('pass', 'pop3.back.pass', { text, disposition: 'invented', secret: [[5, text.length - 2]] });
        }
        case 'pass':
          return loggedIn('pop3.back.done', reply);
      }
    },
  });
