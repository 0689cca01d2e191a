/** A verdict in a few words. */
import type { Verdict } from '../machine/machine.ts';
import { decodeUtf8 } from '../wire/address.ts';

/** `route 127.0.0.1:2525`, `reject 550 5.1.1 no such recipient`, `wait 3 s`, `error bad-port`. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.type) {
    case 'route':
      return `route ${verdict.name}`;
    case 'reject':
      return `reject ${refusalText(verdict)}`;
    case 'wait':
      return `wait ${verdict.waitMs / 1000} s`;
    case 'error':
      return `error ${verdict.error}`;
  }
}

/** `550 5.1.1 no such recipient`; IMAP and POP3 have no code. */
export const refusalText = ({ code, message }: Extract<Verdict, { type: 'reject' }>): string =>
  decodeUtf8([code, message].filter(Boolean).join(' '));
