/** The keyhole: all that the window sees of Electron. It runs sandboxed, before the page's own scripts. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { CALL, FEED } from '../../shared/contract/channels.ts';
import type { Bridge, CallResults, Feed } from '../../shared/contract/contract.ts';

type Reply<T> = { readonly result: T } | { readonly error: string };

const bridge: Bridge = {
  call: async (name, argument) => {
    const reply = (await ipcRenderer.invoke(CALL, name, argument)) as Reply<CallResults[typeof name]>;
    if ('error' in reply) throw new Error(reply.error);
    return reply.result;
  },
  feed: (listener) => {
    const heard = (_event: IpcRendererEvent, feeds: readonly Feed[]) => {
      for (const feed of feeds) listener(feed);
    };
    ipcRenderer.on(FEED, heard);
    return () => {
      ipcRenderer.off(FEED, heard);
    };
  },
};

contextBridge.exposeInMainWorld('bridge', bridge);
