/**
 * The only file of the window that knows whether it speaks Electron's IPC or a WebSocket. In the desktop app the
 * preload has put `window.bridge` there; in the browser the same Bridge is made of one WebSocket to the page's own
 * origin, which is opened again whenever it is lost.
 */
import type { Bridge, CallInput, CallName, CallResults, Feed } from '../shared/contract/contract.ts';
import { type SocketMessage, type SocketRequest, socketPath } from '../shared/contract/socket.ts';

declare global {
  interface Window {
    readonly bridge?: Bridge;
  }
}

/** The way to the lab. */
export interface Connection {
  readonly bridge: Bridge;
  /**
   * Tells when the connection is lost (false) and when it is back (true); not the first time it is made. Returns the
   * function that stops listening.
   */
  onConnection(listener: (up: boolean) => void): () => void;
}

/** Calls that wait for the connection; more than these are refused. */
const QUEUE_MAX = 1000;
/** ms before the first attempt to connect again, doubled up to the second. */
const RETRY_MS = 250;
const RETRY_MAX_MS = 4000;

/** Connects to the lab that served this page. */
export function connect(): Connection {
  const { bridge } = window;
  return bridge ? { bridge, onConnection: () => () => undefined } : connectSocket();
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** The calls that wait for an answer, and those that wait for the connection. */
function createCalls() {
  const pending = new Map<number, Pending>();
  const queue: SocketRequest[] = [];
  let lastId = 0;
  const refuse = (id: number, message: string) => {
    pending.get(id)?.reject(new Error(message));
    pending.delete(id);
  };
  return {
    queue,
    ask<N extends CallName>(name: N, argument: CallInput<N>, send: (request: SocketRequest) => boolean) {
      return new Promise<CallResults[N]>((resolve, reject) => {
        lastId += 1;
        const request = { id: lastId, name, argument };
        pending.set(request.id, { resolve, reject });
        if (send(request)) return;
        if (queue.length < QUEUE_MAX) queue.push(request);
        else refuse(request.id, 'The connection to the lab is lost, and too many requests wait for it.');
      });
    },
    answered(id: number, answer: { readonly result: unknown } | { readonly error: string }) {
      const call = pending.get(id);
      pending.delete(id);
      if ('error' in answer) call?.reject(new Error(answer.error));
      else call?.resolve(answer.result as never);
    },
    /** What was sent and not answered never will be; what waits in the queue still may. */
    lost() {
      const waiting = new Set(queue.map((request) => request.id));
      for (const id of [...pending.keys()]) {
        if (!waiting.has(id)) refuse(id, 'The connection to the lab was lost.');
      }
    },
  };
}

function connectSocket(): Connection {
  const calls = createCalls();
  const feedListeners = new Set<(feed: Feed) => void>();
  const connectionListeners = new Set<(up: boolean) => void>();
  let socket: WebSocket | null = null;
  let wasUp = false;
  let delay = RETRY_MS;
  const send = (request: SocketRequest) => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(request));
    return true;
  };
  const tell = (up: boolean) => {
    for (const listener of [...connectionListeners]) listener(up);
  };
  const opened = () => {
    delay = RETRY_MS;
    for (const request of calls.queue.splice(0)) send(request);
    if (wasUp) tell(true);
    wasUp = true;
  };
  const heard = (message: SocketMessage) => {
    if (!('feeds' in message)) return calls.answered(message.id, message);
    for (const feed of message.feeds) for (const listener of [...feedListeners]) listener(feed);
  };
  const open = () => {
    let stood = false;
    socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${socketPath}`);
    socket.onopen = () => {
      stood = true;
      opened();
    };
    socket.onmessage = ({ data }) => heard(JSON.parse(String(data)) as SocketMessage);
    socket.onclose = () => {
      calls.lost();
      if (stood) tell(false);
      setTimeout(open, delay);
      delay = Math.min(delay * 2, RETRY_MAX_MS);
    };
  };
  open();
  return {
    bridge: {
      call: (name, argument) => calls.ask(name, argument, send),
      feed: (listener) => {
        feedListeners.add(listener);
        return () => feedListeners.delete(listener);
      },
    },
    onConnection: (listener) => {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
  };
}
