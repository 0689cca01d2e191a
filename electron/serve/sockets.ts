/** The browser host's transport: one WebSocket is one window. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { SocketMessage, SocketRequest } from '../../shared/contract/socket.ts';
import { createDispatch } from '../ipc/dispatch.ts';
import type { LabHandle } from '../lab/lab.ts';

/** Bytes of one message from the window: a mail with all its attachments in base64, or a lab's whole text. */
const MESSAGE_MAX = 48 * 1024 * 1024;

/** Bytes that wait for a window that does not read; then it is cut off, and connects again when it can. */
const WAITING_MAX = 64 * 1024 * 1024;

/** All WebSockets of the host. */
export interface Sockets {
  /** Takes a request over that has been allowed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** WebSocket close codes (RFC 6455 section 7.4.1). */
const BAD_DATA = 1007;
const TRY_AGAIN = 1013;

function isRequest(value: unknown): value is SocketRequest {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number';
}

function parse(data: RawData): SocketRequest | null {
  try {
    const value: unknown = JSON.parse(String(data));
    return isRequest(value) ? value : null;
  } catch {
    return null;
  }
}

function converse(socket: WebSocket, lab: LabHandle, onFault: (error: unknown) => void): void {
  const send = (message: SocketMessage) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > WAITING_MAX) socket.close(TRY_AGAIN, 'The window does not read what it is sent.');
    else socket.send(JSON.stringify(message));
  };
  const client = lab.connect((feeds) => send({ feeds }));
  const dispatch = createDispatch(client.handlers, onFault);
  socket.on('message', (data) => {
    const request = parse(data);
    if (!request) return socket.close(BAD_DATA, 'This is not a request of the lab.');
    dispatch(request.name, request.argument)
      .then((reply) => send({ id: request.id, ...reply }))
      .catch(onFault);
  });
  // A window that goes in the middle of a message is nothing to report.
  socket.on('error', () => undefined);
  socket.on('close', () => client.close());
}

/** Every accepted WebSocket becomes a window of `lab`. */
export function createSockets(lab: LabHandle, onFault: (error: unknown) => void): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX });
  server.on('connection', (socket) => converse(socket, lab, onFault));
  return {
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (webSocket) => server.emit('connection', webSocket, request)),
    close: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
