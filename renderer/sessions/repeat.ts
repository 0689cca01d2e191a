/** The command that sends a recorded session's mail again. */
import { swaksCommand } from '../../shared/client/swaks.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';

/** null where the session named no recipient or is not SMTP. */
export function repeatCommand(session: SessionSummary): string | null {
  const split = /^\[?(.*?)\]?:(\d+)$/.exec(session.listener);
  if (session.protocol !== 'smtp' || session.to.length === 0 || split === null) return null;
  const request = {
    listener: session.listener,
    helo: 'mail-lab',
    from: session.from ?? '',
    to: session.to,
    subject: '',
    body: '',
  };
  return swaksCommand(request, split[1] ?? '', Number(split[2]));
}
