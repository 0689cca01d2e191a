/** `syslog:`: one UDP message a line, with the line's own time in it, as nginx sends them (src/core/ngx_syslog.c). */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { errnoText } from '../../shared/nginx/log-errno.ts';
import { levelNumber } from '../../shared/nginx/log-levels.ts';
import type { Syslog } from '../../shared/nginx/syslog.ts';
import { syslogDate } from './line.ts';
import { onceOnly, type Sink } from './sink.ts';

/** What a syslog sink needs to know. */
export interface SyslogPorts {
  /** The machine's name. */
  readonly hostname: string;
  /** Whether messages may go there; by default only to this machine. */
  readonly mayReach: (address: string, port: number) => boolean;
  readonly say: (sentence: string) => void;
}

const silent: Sink = { write: () => undefined, reopen: async () => undefined, close: async () => undefined };

/** The open log, or nginx's words. A log that the lab cannot or may not keep is told, and the rest runs. */
export async function openSyslogSink(
  syslog: Syslog,
  { hostname, mayReach, say }: SyslogPorts,
): Promise<{ readonly sink: Sink } | { readonly error: string }> {
  const { server } = syslog;
  if ('unix' in server) {
    say(
      `error_log syslog:server=unix:${server.unix} is not kept: Node.js has no datagram sockets of that kind; ` +
        'give the log daemon an address, such as syslog:server=127.0.0.1:514',
    );
    return { sink: silent };
  }
  const found = await lookup(server.host).catch(() => null);
  if (!found) return { error: `host not found in syslog server "${server.host}"` };
  const { address, family } = found;
  if (!mayReach(address, server.port)) {
    const name = family === 6 ? `[${address}]:${server.port}` : `${address}:${server.port}`;
    say(
      `error_log syslog:server=${server.host} is another machine, and is told nothing; ` +
        `if that is wanted, start the lab with --allow ${name}`,
    );
    return { sink: silent };
  }
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  return { sink: syslogSink(socket, syslog, { address, port: server.port }, hostname, say) };
}

function syslogSink(
  socket: Socket,
  { facility, tag, hostname: named }: Syslog,
  { address, port }: { readonly address: string; readonly port: number },
  hostname: string,
  say: (sentence: string) => void,
): Sink {
  const complain = onceOnly(say);
  const failed = (error: NodeJS.ErrnoException): void =>
    complain(
      `send() failed (${errnoText(error.code ?? error.message)}) while logging to syslog, ` +
        `server: udp:${address}:${port}; the lab runs on`,
    );
  let open = 0;
  let onIdle: (() => void) | undefined;
  socket.on('error', failed);
  // A log must not keep a program alive that is done.
  socket.unref();
  return {
    write: (line, level, at) => {
      const priority = facility * 8 + levelNumber(level) - 1;
      const head = `<${priority}>${syslogDate(at)} ${named ? `${hostname} ` : ''}${tag}: `;
      // C's end of a text.
      const message = `${head}${line.split('\0', 1)[0] ?? ''}`;
      open += 1;
      socket.send(Buffer.from(message, 'latin1'), port, address, (error) => {
        open -= 1;
        if (error) failed(error);
        if (open === 0) onIdle?.();
      });
    },
    reopen: async () => undefined,
    close: async () => {
      if (open > 0)
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      socket.close();
    },
  };
}
