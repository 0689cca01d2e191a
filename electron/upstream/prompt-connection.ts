/**
 * smtp-server waits a hard-coded 100 ms before its greeting, to catch clients that talk too soon. A mock has nobody to
 * catch, and twenty parallel sessions would get 194 connections a second out of it. These two classes leave the wait
 * out and change nothing else; the package's version is pinned, and a test measures that the greeting is prompt.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

class PromptConnection extends SMTPConnection {
  /** As in the package, but for the timer. */
  override init(): void {
    this._setListeners(() => {
      if (this._socket.destroyed) {
        // The client left before we looked; its close event has passed, so nothing else would forget it.
        this._server.connections.delete(this);
        return;
      }
      const { maxClients } = this._server.options;
      if (maxClients !== undefined && this._server.connections.size > maxClients) {
        this.send(421, `${this.name} Too many connected clients, try again in a moment`, false);
        return;
      }
      this.connectionReady();
    });
  }
}

/** The package's server, greeting at once. */
export class PromptServer extends SMTPServer {
  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new PromptConnection(this, socket, options);
    this.connections.add(connection);
    connection.on('error', (error: Error) => this.emit('error', error));
    connection.on('connect', (info) => this.emit('connect', info));
    connection.init();
  }
}
