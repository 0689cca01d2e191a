/** The telnet connections of one window: opened, fed, and closed with it. */
import type { Feed } from '../../shared/contract/contract.ts';
import { openTelnet } from '../client/telnet.ts';
import type { Address } from './address.ts';
import { codeOf, meaningOf, UserError } from './user-error.ts';

/** Open at a time in one window. */
const TELNETS_MAX = 20;

/** The connections of one window, by number. */
export interface Telnets {
  open(at: Address): Promise<number>;
  /** false: there is no such connection (any more). */
  write(connection: number, text: string): boolean;
  close(connection: number): boolean;
  closeAll(): void;
}

type Connection = Awaited<ReturnType<typeof openTelnet>>;

let lastConnection = 0;

/** `push` tells the window what comes back. */
export function createTelnets(push: (feed: Feed) => void): Telnets {
  const open = new Map<number, Connection>();
  let opening = 0;
  let isOver = false;
  return {
    open: async ({ host, port }) => {
      if (open.size + opening >= TELNETS_MAX)
        throw new UserError(`There are ${TELNETS_MAX} connections open; close one first.`);
      lastConnection += 1;
      const connection = lastConnection;
      // Bytes of one character may come in two parts, so each connection decodes its own stream.
      const decoder = new TextDecoder();
      const onData = (text: string) => {
        const data = decoder.decode(Buffer.from(text, 'latin1'), { stream: true });
        if (data !== '') push({ type: 'telnet', connection, data });
      };
      const onClose = (error: string | null) => {
        open.delete(connection);
        push({ type: 'telnet-closed', connection, error });
      };
      opening += 1;
      try {
        const opened = await openTelnet({ host, port, onData, onClose });
        // The window went while its connection was being made.
        if (isOver) opened.close();
        else open.set(connection, opened);
      } catch (error) {
        throw new UserError(`Cannot connect to ${host}:${port}: ${meaningOf(codeOf(error) ?? String(error))}.`);
      } finally {
        opening -= 1;
      }
      return connection;
    },
    write: (connection, text) => {
      const known = open.get(connection);
      known?.write(text);
      return known !== undefined;
    },
    close: (connection) => {
      const known = open.get(connection);
      known?.close();
      return known !== undefined;
    },
    closeAll: () => {
      isOver = true;
      for (const connection of [...open.values()]) connection.close();
      open.clear();
    },
  };
}
