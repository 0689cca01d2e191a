/**
 * smtp-server waits a hard-coded 100 ms before its greeting, to catch clients that talk too soon. A mock has nobody to
 * catch, and twenty parallel sessions would get 194 connections a second out of it. This class leaves the wait out and
 * changes nothing else; the package's version is pinned, and a test measures that the greeting is prompt.
 */
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';

/** The package's connection, greeting at once. */
export class PromptConnection extends SMTPConnection {
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
