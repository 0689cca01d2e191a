/** The mail the dialog starts with, and the ready-made ones beside it. */
import i18next from 'i18next';
import type { SendRequest } from '../../shared/contract/clients.ts';
import { type Example, exampleSender, strangerAddress } from '../sessions/examples.ts';

/** The mail of the tutorial, to one recipient. */
export function sampleMail(listener: string, ...to: string[]): SendRequest {
  return {
    listener,
    helo: 'mail-lab',
    from: exampleSender,
    to,
    subject: i18next.t('send:sample.subject'),
    body: i18next.t('send:sample.body'),
  };
}

/** A ready-made choice of recipients. */
export interface Choice {
  readonly kind: 'rule' | 'several' | 'stranger';
  /** The rule's name, for `rule`. */
  readonly rule: string;
  readonly to: readonly string[];
}

/** Rules that get a choice of their own; more would hide the form. */
const RULES_MAX = 4;

/** One choice per rule, then one mail to the first two rules' recipients at once, then one nobody expects. */
export function choices(examples: readonly Example[]): readonly Choice[] {
  const single: Choice[] = examples
    .slice(0, RULES_MAX)
    .map(({ rule, address }) => ({ kind: 'rule', rule, to: [address] }));
  const [first, second] = examples;
  const several: Choice[] =
    first === undefined || second === undefined
      ? []
      : [{ kind: 'several', rule: '', to: [first.address, second.address] }];
  return [...single, ...several, { kind: 'stranger', rule: '', to: [strangerAddress] }];
}

/** Whether a mail can be sent as it stands: somewhere to send it to. The sender may be empty (a bounce). */
export function isSendable(request: SendRequest): boolean {
  return request.listener !== '' && request.to.length > 0;
}
