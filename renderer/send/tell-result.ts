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
export function headline({ ok, accepted, rejected, error, session }: SendResult): {
  key: string;
  count: number;
  to: string;
} {
  // Without a reply nobody refused: the conversation broke off.
  if (!ok && error !== null && session !== null) return { key: 'result.broken', count: 0, to: '' };
  if (!ok) return { key: 'result.rejected', count: rejected.length, to: rejected.join(', ') };
  if (rejected.length > 0) return { key: 'result.partly', count: accepted.length, to: rejected.join(', ') };
  return { key: 'result.accepted', count: accepted.length, to: accepted.join(', ') };
}
