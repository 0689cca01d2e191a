/** One session at a time has a maildrop (RFC 1939 4). Who comes second waits a moment: most sessions are short. */

/** How long somebody waits for a maildrop that another session has, in ms. */
const WAIT_MS = 2000;

/** Somebody who has a maildrop, or waits for it. */
interface Claim {
  readonly told: (got: boolean) => void;
  timer?: NodeJS.Timeout;
}

/** The locks of one server. */
export interface MaildropLocks {
  /**
   * Calls `told` with whether the maildrop is the caller's now; at once where it is free. Returns what gives it back, or
   * gives up waiting for it.
   */
  take(owner: string, told: (got: boolean) => void): () => void;
}

/** Nothing is locked. */
export function createMaildropLocks(waitMs = WAIT_MS): MaildropLocks {
  /** The first of each line has the maildrop. */
  const lines = new Map<string, Claim[]>();
  const leave = (owner: string, claim: Claim): void => {
    const line = lines.get(owner) ?? [];
    const at = line.indexOf(claim);
    if (at < 0) return;
    clearTimeout(claim.timer);
    line.splice(at, 1);
    const [next] = line;
    if (!next) lines.delete(owner);
    if (at > 0 || !next) return;
    clearTimeout(next.timer);
    next.told(true);
  };
  return {
    take: (owner, told) => {
      const claim: Claim = { told };
      const line = lines.get(owner) ?? [];
      lines.set(owner, line);
      line.push(claim);
      if (line.length === 1) told(true);
      else
        claim.timer = setTimeout(() => {
          leave(owner, claim);
          told(false);
        }, waitMs);
      return () => leave(owner, claim);
    },
  };
}
