/** What a person can do with the lab: send, type, look into a part of it. */
import type { StoreApi } from 'zustand/vanilla';
import type { SendRequest, SendResult } from '../../shared/contract/clients.ts';
import type { Bridge } from '../../shared/contract/contract.ts';
import type { SessionActions } from './actions-sessions.ts';
import { addSaid } from './said.ts';
import { type Command, type InspectorTab, type LabState, type NodeId, newTelnet, type Telnet } from './state.ts';

export interface LabActions {
  /** Sends and goes to the session that carried it. */
  send(request: SendRequest): Promise<SendResult>;
  /** Opens a connection to a proxy listener and goes to its session; answers with the connection. */
  openTelnet(listener: string, plain?: boolean): Promise<number>;
  /** Sends bytes as they are, one character a byte. */
  writeTelnet(connection: number, bytes: string): Promise<void>;
  /** Shakes hands on a connection whose server has agreed to it. */
  secureTelnet(connection: number): Promise<void>;
  closeTelnet(connection: number): Promise<void>;
  /** Takes a closed connection off the list. */
  forgetTelnet(connection: number): void;
  setConnected(connected: boolean): void;
  /** The system's or the person's "reduce motion". */
  setStill(still: boolean): void;
  setTab(tab: InspectorTab): void;
  /** Opens a part of the diagram in the inspector. */
  setNode(node: NodeId | null): void;
  /** For the feed: a menu item or the system asks. */
  onCommand(name: Command['name']): void;
}

export function createLabActions(store: StoreApi<LabState>, bridge: Bridge, sessions: SessionActions): LabActions {
  const set = (change: Partial<LabState>) => store.setState(change);
  return {
    ...createTelnetActions(store, bridge, sessions),
    send: async (request) => {
      sessions.awaitNext(true);
      const result = await bridge.call('send', request);
      if (result.session !== null && store.getState().selected !== result.session) {
        sessions.showNewest(result.session, 'live');
        set({ walk: true });
      }
      return result;
    },
    setConnected: (connected) => set({ connected }),
    setStill: (still) => set({ still }),
    setTab: (tab) => set({ tab, node: null }),
    setNode: (node) => set({ node, ...(node === 'auth' ? { tab: 'auth' } : {}) }),
    onCommand: (name) => store.setState((state) => ({ command: { name, n: (state.command?.n ?? 0) + 1 } })),
  };
}

function createTelnetActions(
  store: StoreApi<LabState>,
  bridge: Bridge,
  sessions: SessionActions,
): Pick<LabActions, 'openTelnet' | 'writeTelnet' | 'secureTelnet' | 'closeTelnet' | 'forgetTelnet'> {
  const change = (connection: number, part: (known: Telnet) => Partial<Telnet>) =>
    store.setState((state) => {
      const known = state.telnet.get(connection);
      return known === undefined ? {} : { telnet: new Map(state.telnet).set(connection, { ...known, ...part(known) }) };
    });
  return {
    openTelnet: async (listener, plain = false) => {
      sessions.awaitNext();
      const { connection, tls } = await bridge.call('telnet.open', { listener, ...(plain && { plain }) });
      store.setState((state) => {
        // The greeting may have been fed before the call was answered.
        const early = state.telnet.get(connection) ?? newTelnet(connection);
        return { telnet: new Map(state.telnet).set(connection, { ...early, listener, tls }) };
      });
      return connection;
    },
    writeTelnet: async (connection, bytes) => {
      // Shown before it is sent: the answer must never stand above the line it answers.
      change(connection, ({ said }) => ({ said: addSaid(said, 'client', bytes) }));
      await bridge.call('telnet.write', { connection, text: bytes });
    },
    secureTelnet: async (connection) => {
      const { tls } = await bridge.call('telnet.secure', { connection });
      change(connection, ({ said }) => ({ tls, said: addSaid(said, 'note', '') }));
    },
    closeTelnet: async (connection) => {
      await bridge.call('telnet.close', { connection });
    },
    forgetTelnet: (connection) => {
      store.setState((state) => {
        const telnet = new Map(state.telnet);
        telnet.delete(connection);
        return { telnet };
      });
    },
  };
}
