/** How a send went, in the status line: the session itself says why. */
import i18next from 'i18next';
import type { SendResult } from '../../shared/contract/clients.ts';
import { note } from '../shell/report.ts';

/** Says who was accepted, who was not, and the reply that decided it. */
export function tellResult(result: SendResult): void {
  const { key, count, to } = headline(result);
  const good = result.ok && result.rejected.length === 0;
  const said = i18next.t(`send:${key}`, { count, to, error: result.error });
  note(good ? 'good' : 'bad', [said, result.response].filter(Boolean).join(' · '));
}

/** The catalogue key of the first line, with its values. */
export function headline({ ok, accepted, rejected, error, session, fates = [] }: SendResult): {
  key: string;
  count: number;
  to: string;
} {
  const refused = fates.filter((fate) => !fate.ok && fate.reply !== '').map(({ address }) => address);
  if (!ok && accepted.length === 0 && refused.length > 0)
    return { key: 'result.rejected', count: refused.length, to: refused.join(', ') };
  // Without a reply nobody refused: the conversation broke off.
  if (!ok && error !== null && session !== null) return { key: 'result.broken', count: 0, to: '' };
  if (error !== null) return { key: 'result.failed', count: 0, to: '' };
  if (rejected.length > 0 && accepted.length > 0)
    return { key: 'result.partly', count: accepted.length, to: rejected.join(', ') };
  if (!ok) return { key: 'result.rejected', count: rejected.length, to: rejected.join(', ') };
  return { key: 'result.accepted', count: accepted.length, to: accepted.join(', ') };
}

/** Why there was no reply, by the system's or the client's code. */
const explained: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  ECONNECTION: 'closed',
  EPIPE: 'closed',
  ETIMEDOUT: 'silent',
  ETLS: 'tls',
  ESOCKET: 'tls',
  EPROTOCOL: 'protocol',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls',
  EAUTH: 'auth',
  EENVELOPE: 'envelope',
  ABORTED: 'stopped',
};

/** What an error code means, as the end of a catalogue key. */
export const faultOf = (error: string): string => explained[error] ?? 'other';

/**
 * Whether there is more to tell than one line can: then the dialog stays and tells it, and the mail can be put right.
 * One recipient's fate is best seen in its session.
 */
export function staysOpen({ ok, session, error, fates = [] }: SendResult): boolean {
  if (session === null) return !ok;
  return !ok && (fates.length > 1 || error !== null);
}
