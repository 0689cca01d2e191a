/** The composition root of the desktop app: the only file that knows every part of it. */
import { join, resolve } from 'node:path';
import { app, BrowserWindow, Menu, protocol } from 'electron';
import { type DesktopTransport, serveDesktop } from '../ipc/desktop.ts';
import { headers, readPage } from '../ipc/pages.ts';
import { createLab, type LabClient, type LabHandle } from '../lab/lab.ts';
import { packageRoot } from '../lab/package-root.ts';
import { UserError } from '../lab/user-error.ts';
import { fileOfSecondStart, type MainArguments, readArguments } from './arguments.ts';
import { ask, askToSave, tell, tellProblems } from './dialogs.ts';
import { menuTemplate } from './menu.ts';
import { isOwnPage, SCHEME } from './own-page.ts';
import { createWindow, guardContents } from './window.ts';

/** Set by `electron-vite dev` only. */
const devUrl = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;

const onFault = (error: unknown) => {
  process.stderr.write(`mail-traffic-lab: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
};
const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Everything that lives as long as the app. */
interface Running {
  readonly lab: LabHandle;
  /** The app's own side, for what the menus do. */
  readonly client: LabClient;
  readonly transport: DesktopTransport;
}

function handOutPages(): void {
  const folder = join(packageRoot(), 'out', 'renderer');
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const page = host === 'lab' ? await readPage(folder, pathname) : null;
    if (!page) return new Response('There is no such page.', { status: 404, headers: headers() });
    return new Response(new Uint8Array(page.body), { headers: { ...headers(), 'content-type': page.type } });
  });
}

/** Starts the lab; a file that cannot be read is told of, and the tutorial opens instead. */
async function startLab({ file, db, allowLan, allow }: MainArguments, onChanged: () => void): Promise<LabHandle> {
  const dbFile = db ? resolve(db) : join(app.getPath('userData'), 'journal.db');
  const options = { host: 'desktop', dbFile, allowLan, allow, ask, onChanged } as const;
  try {
    return await createLab({ ...options, file });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    void tell(error.message);
    return createLab({ ...options, file: null });
  }
}

async function save({ client }: Running): Promise<boolean> {
  try {
    const { saved } = await client.handlers['lab.save']({});
    return saved !== null;
  } catch (error) {
    await tell(sentenceOf(error));
    return false;
  }
}

async function saveAs({ lab, client }: Running): Promise<void> {
  const chosen = await ask.saveAs(lab.view().file ?? 'my.lab.yaml');
  if (chosen === null) return;
  await client.handlers['lab.save']({ as: chosen });
  app.addRecentDocument(chosen);
}

/** Whether the running text may be left: it is saved, or the user gives it up. */
async function mayLeave(running: Running): Promise<boolean> {
  if (!running.lab.isUnsaved()) return true;
  const choice = await askToSave(running.lab.view().name);
  return choice === 'save' ? save(running) : choice === 'discard';
}

/** A file from outside: a double click, a second start, an argument. */
async function openFile(running: Running, file: string): Promise<void> {
  if (!(await mayLeave(running))) return;
  const problems = await running.lab.open(file);
  if (problems.some(({ severity }) => severity === 'error')) await tellProblems(file, problems);
  else app.addRecentDocument(file);
}

/** The window's title and its marks, as the lab stands. */
function label(window: BrowserWindow, lab: LabHandle): void {
  const { name, file } = lab.view();
  const isUnsaved = lab.isUnsaved();
  window.setTitle(`${isUnsaved ? '• ' : ''}${name || 'Lab'} – ${app.getName()}`);
  window.setDocumentEdited(isUnsaved);
  window.setRepresentedFilename(file ?? '');
}

/** Shows the window, or makes it. */
function focusWindow(open: () => void): void {
  const window = BrowserWindow.getAllWindows()[0];
  if (window?.isMinimized()) window.restore();
  if (window) window.focus();
  else open();
}

/** Stops the lab before the process goes, so that nothing recorded is lost. */
function stopBeforeQuit({ lab, client, transport }: Running): void {
  app.on('will-quit', (event) => {
    event.preventDefault();
    transport.close();
    client.close();
    lab.stop().then(
      () => app.exit(0),
      (error: unknown) => {
        onFault(error);
        app.exit(70);
      },
    );
  });
}

async function start(args: MainArguments, waiting: readonly string[]): Promise<void> {
  await app.whenReady();
  guardContents(devUrl);
  handOutPages();
  const lab = await startLab(args, () => {
    for (const window of BrowserWindow.getAllWindows()) label(window, lab);
  });
  const transport = serveDesktop(lab, (url) => isOwnPage(url, devUrl), onFault);
  const running: Running = { lab, client: lab.connect(() => undefined), transport };
  let quitting = false;
  const open = () => {
    const stateFile = join(app.getPath('userData'), 'window.json');
    const mayClose = async () => {
      const may = await mayLeave(running);
      quitting &&= may;
      return may;
    };
    label(createWindow({ stateFile, devUrl, mayClose }), lab);
  };
  const attempt = (work: Promise<void>) => void work.catch((error: unknown) => tell(sentenceOf(error)));
  const openLater = (file: string) => {
    focusWindow(open);
    attempt(openFile(running, file));
  };
  app.on('activate', () => focusWindow(open));
  app.on('before-quit', () => {
    quitting = true;
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' || quitting) app.quit();
  });
  app.on('second-instance', (_event, argv, folder) => {
    const file = fileOfSecondStart(argv.slice(1));
    if (file === null) focusWindow(open);
    else openLater(resolve(folder, file));
  });
  app.removeAllListeners('open-file');
  app.on('open-file', (event, file) => {
    event.preventDefault();
    openLater(file);
  });
  stopBeforeQuit(running);
  const command = (name: Parameters<Parameters<typeof menuTemplate>[0]['command']>[0]) => {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    if (window) transport.tell(window.webContents, { type: 'command', command: name });
    else open();
  };
  const tutorial = async () => {
    if (await mayLeave(running)) await lab.tutorial();
  };
  const actions = { command, saveAs: () => attempt(saveAs(running)), tutorial: () => attempt(tutorial()) };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform)));
  open();
  for (const file of waiting) openLater(file);
}

function main(): void {
  const folder = app.commandLine.getSwitchValue('user-data-dir');
  if (folder !== '') app.setPath('userData', resolve(folder));
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  // macOS tells of the file that was double-clicked before the app is ready.
  const waiting: string[] = [];
  app.on('open-file', (event, file) => {
    event.preventDefault();
    waiting.push(file);
  });
  start(readArguments(process.argv.slice(app.isPackaged ? 1 : 2)), waiting).catch((error: unknown) => {
    onFault(error);
    app.exit(70);
  });
}

main();
