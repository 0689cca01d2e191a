/**
 * Our side towards an IMAP upstream: LOGIN with literals under the client's own tag, whatever mechanism the client used
 * (ngx_mail_proxy_imap_handler).
 */
import { type BackState, backMachine, loggedIn, replyLength, report, speak } from '../machine/back.ts';
import type { Bytes, Machine } from '../machine/machine.ts';
import type { ImapReason } from './reasons.ts';

/** What the front knows when the upstream is dialled. */
export interface BackContext {
  /** With the space behind it. */
  readonly tag: Bytes;
  readonly user: Bytes | null;
  readonly password: Bytes | null;
}

type Place = 'login' | 'user' | 'password';

/** The back machine of one session. */
export function imapBack(context: BackContext): Machine<BackState<Place>, ImapReason> {
  const { tag } = context;
  const user = context.user ?? '';
  const password = context.password ?? '';
  const good: Readonly<Record<Place | 'greeting', (reply: Bytes) => boolean>> = {
    greeting: (reply) => reply.startsWith('* OK'),
    login: (reply) => reply.startsWith('+'),
    user: (reply) => reply.startsWith('+'),
    password: (reply) => reply.startsWith(`${tag}OK`, taggedAt(reply)),
  };
  return backMachine<'imap', Place, ImapReason>({
    protocol: 'imap',
    length: (place, input) => (place === 'password' && taggedAt(input) === input.length ? 0 : replyLength(input)),
    answered: (place, reply) => {
      if (!good[place](reply)) return report('imap.back.unexpected', { type: 'unexpected-reply', reply });
      switch (place) {
        case 'greeting':
          return speak('login', 'imap.back.login', {
            text: `${tag}LOGIN {${user.length}}\r\n`,
            disposition: 'invented',
          });
        case 'login':
          return speak('user', 'imap.back.user', {
            text: `${user} {${password.length}}\r\n`,
            disposition: 'invented',
          });
        case 'user':
          return speak('password', 'imap.back.password', {
            text: `${password}\r\n`,
            disposition: 'invented',
            secret: [[0, password.length]],
          });
        case 'password':
          return loggedIn('imap.back.done', reply);
      }
    },
  });
}

/** Where the tagged line must begin: one untagged line may stand before it. */
const taggedAt = (reply: Bytes): number => (reply.startsWith('* ') ? reply.indexOf('\r\n') + 2 : 0);
