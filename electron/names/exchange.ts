/** One question to name servers: over UDP, again every 5 seconds to the next of them, over TCP once a reply was cut. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Resolver } from '../../shared/nginx/mail.ts';
import { decodeReply, encodeQuestion, type Question, type Reply } from './messages.ts';

/** ms until a question is sent again (resend_timeout), and that a TCP connection may stand (tcp_timeout). */
const RESEND_MS = 5000;

/** The length that precedes a message over TCP (RFC 1035 4.2.2). */
const LENGTH_SIZE = 2;

type Server = Resolver['servers'][number];

/** How to ask. */
export interface Asking {
  readonly question: Question;
  readonly servers: readonly Server[];
  /** The index of the server that is asked first. */
  readonly first: number;
  /** A PTR reply is taken as it is, even when it was cut. */
  readonly takesTruncated: boolean;
  /** Hears of every reply until it says that one was of use. */
  onReply(reply: Reply): boolean;
}

/** Asks until a reply is of use, or until the returned function is called. */
export function ask(asking: Asking): () => void {
  const { question, servers } = asking;
  const id = randomInt(0x1_0000);
  const message = encodeQuestion(id, question);
  const open = new Set<() => void>();
  let at = asking.first;
  let tcp = false;
  let retried = false;
  let over = false;

  const stop = (): void => {
    over = true;
    clearInterval(timer);
    for (const close of [...open]) close();
  };
  const take = (bytes: Buffer, overTcp: boolean): void => {
    const reply = over ? null : decodeReply(bytes, id, question);
    if (reply === null || (reply.truncated && overTcp)) return;
    if (reply.truncated && !asking.takesTruncated) {
      if (tcp) return;
      tcp = true;
      timer.refresh();
      send();
    } else if (asking.onReply(reply)) stop();
  };
  const fail = (): void => {
    if (retried || over) return;
    retried = true;
    at += 1;
    send();
  };
  const send = (): void => {
    const server = servers[at % servers.length];
    if (server === undefined) return;
    const begin = tcp ? overTcp : overUdp;
    const close = begin(server, message, (bytes) => take(bytes, begin === overTcp), fail);
    open.add(close);
  };
  const timer = setInterval(() => {
    at += 1;
    send();
  }, RESEND_MS);
  send();
  return stop;
}

/** Sends a datagram from a port of its own, and hears only what comes from the server. */
function overUdp(server: Server, message: Buffer, onMessage: (bytes: Buffer) => void, onFail: () => void): () => void {
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  let closed = false;
  let sent = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    socket.close();
  };
  socket.on('message', onMessage);
  // Nobody listens there: nginx, too, just waits for the next sending.
  socket.on('error', () => {
    if (sent || closed) return;
    sent = true;
    onFail();
  });
  socket.connect(server.port, server.address, () => {
    if (closed) return;
    socket.send(message, (error) => {
      if (closed || sent) return;
      sent = true;
      if (error) onFail();
    });
  });
  return close;
}

/** Sends over a connection, and hears every message that comes back. */
function overTcp(server: Server, message: Buffer, onMessage: (bytes: Buffer) => void): () => void {
  const socket = connect({ host: server.address, port: server.port });
  let held = Buffer.alloc(0);
  socket.setTimeout(RESEND_MS, () => socket.destroy());
  // Nobody listens there, or the server left: the question is sent again in time.
  socket.on('error', () => undefined);
  socket.on('connect', () => {
    const length = Buffer.alloc(LENGTH_SIZE);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
  });
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= LENGTH_SIZE && held.length >= LENGTH_SIZE + held.readUInt16BE(0)) {
      const end = LENGTH_SIZE + held.readUInt16BE(0);
      const whole = held.subarray(LENGTH_SIZE, end);
      held = held.subarray(end);
      onMessage(whole);
    }
  });
  return () => void socket.destroy();
}
