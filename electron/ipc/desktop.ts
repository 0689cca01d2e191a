/** Electron's transport: one dispatcher and one stream of feeds for each window of ours, and for nobody else. */
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { CALL, FEED } from '../../shared/contract/channels.ts';
import type { Feed } from '../../shared/contract/contract.ts';
import type { LabClient, LabHandle } from '../lab/lab.ts';

import { createDispatch, type Dispatch, type Reply } from './dispatch.ts';

/** The transport of all windows. */
export interface DesktopTransport {
  /** Tells one window something, such as a menu's command; it is left out if the window has not asked anything yet. */
  tell(contents: WebContents, feed: Feed): void;
  /** Forgets every window. */
  close(): void;
}

interface Connected {
  readonly client: LabClient;
  readonly dispatch: Dispatch;
}

/** `isOwnPage` tells our page's address from all others. */
export function serveDesktop(
  lab: LabHandle,
  isOwnPage: (url: string) => boolean,
  onFault: (error: unknown) => void,
): DesktopTransport {
  const windows = new Map<WebContents, Connected>();
  const known = new WeakSet<WebContents>();
  const forget = (contents: WebContents) => {
    windows.get(contents)?.client.close();
    windows.delete(contents);
  };
  const connect = (contents: WebContents): Connected => {
    const client = lab.connect((feeds) => {
      if (!contents.isDestroyed()) contents.send(FEED, feeds);
    });
    const connected = { client, dispatch: createDispatch(client.handlers, onFault) };
    windows.set(contents, connected);
    if (known.has(contents)) return connected;
    known.add(contents);
    // A page that is loaded again, or that goes, has forgotten what it watched and what it had open.
    contents.on('did-navigate', () => forget(contents));
    contents.once('destroyed', () => forget(contents));
    return connected;
  };
  const isOurs = ({ senderFrame }: IpcMainInvokeEvent) =>
    senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
  ipcMain.handle(CALL, (event, name: unknown, argument: unknown): Promise<Reply> | Reply => {
    if (!isOurs(event)) return { error: 'Only the window of the lab may ask this.' };
    const { dispatch } = windows.get(event.sender) ?? connect(event.sender);
    return dispatch(name, argument);
  });
  return {
    tell: (contents, feed) => windows.get(contents)?.client.tell(feed),
    close: () => {
      ipcMain.removeHandler(CALL);
      for (const contents of [...windows.keys()]) forget(contents);
    },
  };
}
