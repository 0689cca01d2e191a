/** `ssl_session_cache builtin` and `shared`: TLS sessions that clients come back to by their number. */
import type { Server } from 'node:tls';

/** Sessions kept at once; the oldest goes first. nginx keeps some 4,000 in a megabyte. */
const SESSIONS_MAX = 4000;

/** Lets a server keep its sessions for `timeoutMs`. */
export function keepSessions(server: Server, timeoutMs: number): void {
  const sessions = new Map<string, { readonly data: Buffer; readonly until: number }>();
  server.on('newSession', (id, data, done) => {
    const key = id.toString('latin1');
    sessions.delete(key);
    sessions.set(key, { data, until: Date.now() + timeoutMs });
    const [oldest] = sessions.keys();
    if (sessions.size > SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest);
    done();
  });
  server.on('resumeSession', (id, done) => {
    const found = sessions.get(id.toString('latin1'));
    done(null, found && found.until > Date.now() ? found.data : null);
  });
}
