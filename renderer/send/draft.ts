/** The mail the dialog starts with, the ready-made ones beside it, and what is sent of what was typed. */
import i18next from 'i18next';
import { envelopeAddress } from '../../shared/client/envelope.ts';
import { notAHeader } from '../../shared/client/header-lines.ts';
import { ATTACHED_MAX, ATTACHMENTS_MAX, type Attachment, type SendRequest } from '../../shared/contract/clients.ts';
import { type Example, exampleSender, strangerAddress } from '../sessions/examples.ts';

/** A file that goes with the mail. */
export interface DraftFile extends Attachment {
  /** Bytes. */
  readonly size: number;
}

/** Everything the form holds, also what is not sent now. */
export interface Draft {
  readonly listener: string;
  readonly helo: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly html: string;
  readonly files: readonly DraftFile[];
  readonly headers: string;
  /** Whether `raw` is sent instead of what is composed. */
  readonly isRaw: boolean;
  readonly raw: string;
  readonly logsIn: boolean;
  readonly user: string;
  readonly password: string;
  readonly mechanism: NonNullable<SendRequest['login']>['mechanism'];
  readonly starttls: boolean;
}

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

/** The form with the tutorial's mail in it. */
export function sampleDraft(listener: string, ...to: string[]): Draft {
  const { helo, from, subject, body } = sampleMail(listener, ...to);
  return {
    ...{ listener, helo, from, to, cc: [], bcc: [], subject, body, html: '', files: [], headers: '' },
    ...{ isRaw: false, raw: '', logsIn: false, user: '', password: '', mechanism: 'auto', starttls: false },
  };
}

/** What is sent of it. */
export function requestOf(draft: Draft): SendRequest {
  const { listener, helo, from, to, cc, bcc, subject, body, html, headers, isRaw, raw } = draft;
  const { logsIn, user, password, mechanism, starttls } = draft;
  const files = draft.files.map(({ name, type, content }) => ({ name, type, content }));
  return {
    ...{ listener, helo, from, to: [...to], subject, body },
    ...(cc.length === 0 ? {} : { cc: [...cc] }),
    ...(bcc.length === 0 ? {} : { bcc: [...bcc] }),
    ...(html.trim() === '' || isRaw ? {} : { html }),
    ...(files.length === 0 || isRaw ? {} : { attachments: files }),
    ...(headers.trim() === '' || isRaw ? {} : { headers }),
    ...(isRaw ? { raw } : {}),
    ...(logsIn ? { login: { user, password, mechanism } } : {}),
    ...(starttls ? { starttls } : {}),
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

/** What keeps a mail from being sent: the key of the sentence that says so (`problem.…`), with its values. */
export interface Problem {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Bytes of all files. */
export const bytesOf = (files: readonly DraftFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/**
 * Why this cannot be sent as it stands; null when it can. The sender may be empty (a bounce), and an address may be odd:
 * only what no command line can carry is refused here.
 */
export function problemOf(draft: Draft): Problem | null {
  const { listener, from, to, cc, bcc, headers, isRaw, files } = draft;
  const recipients = [...to, ...cc, ...bcc];
  if (listener === '') return { key: 'problem.listener', values: {} };
  if (recipients.length === 0) return { key: 'problem.nobody', values: {} };
  const odd = [from, ...recipients].find((one) => /[<>\r\n]/.test(envelopeAddress(one)));
  if (odd !== undefined) return { key: 'problem.address', values: { address: odd } };
  const empty = recipients.find((one) => envelopeAddress(one) === '');
  if (empty !== undefined) return { key: 'problem.address', values: { address: empty } };
  const line = isRaw ? null : notAHeader(headers);
  if (line !== null) return { key: 'problem.header', values: { line } };
  if (!isRaw && files.length > ATTACHMENTS_MAX) return { key: 'problem.files', values: {} };
  return !isRaw && bytesOf(files) > ATTACHED_MAX ? { key: 'problem.size', values: {} } : null;
}
