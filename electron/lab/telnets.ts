/** The telnet connections of one window: opened, fed, and closed with it. */
import type { Handshake } from '../../shared/contract/clients.ts';
import type { Feed } from '../../shared/contract/contract.ts';
import { openTelnet, type TelnetOptions } from '../client/telnet.ts';
import { joinAddress } from './address.ts';
import { codeOf, meaningOf, UserError } from './user-error.ts';

/** Open at a time in one window. */
const TELNETS_MAX = 20;

/** Where a conversation is opened, and how it begins there. */
type Where = Omit<TelnetOptions, 'onData' | 'onClose'>;

/** The connections of one window, by number. */
export interface Telnets {
  open(at: Where): Promise<{ readonly connection: number; readonly tls: Handshake | null }>;
  /** false: there is no such connection (any more). */
  write(connection: number, text: string): boolean;
  /** Shakes hands; what goes wrong is told as one sentence, and the connection is over then. */
  secure(connection: number): Promise<Handshake>;
  close(connection: number): boolean;
  closeAll(): void;
}

type Connection = Awaited<ReturnType<typeof openTelnet>>;

let lastConnection = 0;

/** OpenSSL's codes whose meaning is worth words. */
const handshakes: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server answered in clear text, so it does not speak TLS here',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server answered in clear text, so it does not speak TLS here',
  ECONNRESET: 'the server closed the connection',
  ECONNREFUSED: 'nothing listens there',
};

function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? String(error);
  return handshakes[code] ?? meaningOf(code);
}

/** `push` tells the window what comes back. */
export function createTelnets(push: (feed: Feed) => void): Telnets {
  const open = new Map<number, Connection>();
  let opening = 0;
  let isOver = false;
  return {
    open: async (where) => {
      if (open.size + opening >= TELNETS_MAX)
        throw new UserError(`There are ${TELNETS_MAX} connections open; close one first.`);
      lastConnection += 1;
      const connection = lastConnection;
      const onData = (data: string) => push({ type: 'telnet', connection, data });
      const onClose = (error: string | null) => {
        open.delete(connection);
        push({ type: 'telnet-closed', connection, error });
      };
      opening += 1;
      try {
        const opened = await openTelnet({ ...where, onData, onClose });
        // The window went while its connection was being made.
        if (isOver) opened.close();
        else open.set(connection, opened);
        return { connection, tls: opened.tls };
      } catch (error) {
        throw new UserError(`Cannot connect to ${joinAddress(where)}: ${reasonOf(error)}.`);
      } finally {
        opening -= 1;
      }
    },
    write: (connection, text) => {
      const known = open.get(connection);
      known?.write(text);
      return known !== undefined;
    },
    secure: async (connection) => {
      const known = open.get(connection);
      if (!known) throw new UserError('There is no such connection any more; connect again.');
      try {
        return await known.secure();
      } catch (error) {
        throw new UserError(`There was no TLS to be had: ${reasonOf(error)}. The connection is over; connect again.`);
      }
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
