/** One dialogue's surroundings: its own auth service and upstream, and the `server` block that leads to them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDnsServer } from '../../fakes/dns-server.ts';
import { type AuthServer, startAuthServer } from './auth-server.ts';
import { certificates } from './certificates.ts';
import { type Dialogue, ok, type Say } from './dialogue.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/** A dialogue with its peers up. */
export interface Stage {
  readonly dialogue: Dialogue;
  readonly auth: AuthServer;
  readonly upstream: Upstream;
  /** Where the server listens: an address without brackets, or the path of a unix socket. */
  readonly host: string;
  /** The `server` block, listening on `port`. */
  server(port: number): string;
  stop(): Promise<void>;
}

function answersOf(auth: Dialogue['auth']): readonly Say[] {
  if (auth === undefined) return [ok()];
  return typeof auth === 'string' || 'pieces' in auth ? [auth] : auth;
}

/** Starts the peers of a dialogue. */
export async function startStage(dialogue: Dialogue): Promise<Stage> {
  const upstream = await startUpstream(dialogue.protocol ?? 'smtp', dialogue.upstream ?? {});
  const target = dialogue.authHttp ?? '$AUTH';
  const needsFolder = target.includes('$UNIX') || dialogue.host === 'unix';
  const folder = needsFolder ? await mkdtemp(path.join(tmpdir(), 'parity-')) : null;
  const socketPath = folder === null ? '' : path.join(folder, 'auth.sock');
  const host = target.includes('[::1]') ? '::1' : '127.0.0.1';
  const auth = await startAuthServer(
    answersOf(dialogue.auth),
    folder === null || !target.includes('$UNIX') ? { host } : { path: socketPath },
    upstream.listening.port,
  );
  const authHttp = target
    .replaceAll('$AUTH', `127.0.0.1:${auth.listening.port}`)
    .replaceAll('$PORT', `${auth.listening.port}`)
    .replaceAll('$UNIX', `unix:${socketPath}`);
  const dns = dialogue.dns ? await startDnsServer(dialogue.dns) : null;
  const door = folder !== null && dialogue.host === 'unix' ? path.join(folder, 'door.sock') : null;
  const listen = (port: number) => (door === null ? `${dialogue.host ?? '127.0.0.1'}:${port}` : `unix:${door}`);
  return {
    dialogue,
    auth,
    upstream,
    host: door ?? (dialogue.host ?? '127.0.0.1').replace(/[[\]]/g, ''),
    server: (port) =>
      [
        '    server {',
        `        listen ${listen(port)}${dialogue.listen === undefined ? '' : ` ${dialogue.listen}`};`,
        `        protocol ${dialogue.protocol ?? 'smtp'};`,
        `        auth_http ${authHttp};`,
        `        ${(dialogue.conf ?? '').replaceAll('$DNS', `${dns?.address}:${dns?.port}`)}`,
        '    }',
      ].join('\n'),
    async stop() {
      await Promise.all([auth.listening.stop(), upstream.listening.stop(), dns?.stop()]);
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The `mail` block of several stages; their ports in the same order. */
export function mailText(stages: readonly Stage[], ports: readonly number[], more: string): string {
  const text = [
    'mail {',
    '    server_name mx.test;',
    '    auth_http_timeout 1s;',
    `    ${more}`,
    ...stages.map((stage, i) => stage.server(ports[i] ?? 0)),
    '}',
    '',
  ].join('\n');
  return text.includes('$CERTS') ? text.replaceAll('$CERTS', certificates()) : text;
}
