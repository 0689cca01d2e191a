import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileOfSecondStart, readArguments } from '../../../electron/main/arguments.ts';
import { menuTemplate } from '../../../electron/main/menu.ts';
import { isOwnPage, isWebLink, PAGE } from '../../../electron/main/own-page.ts';
import { firstState, loadState, parseState, saveState } from '../../../electron/main/window-state.ts';

const nothing = { file: null, db: null, allowLan: false, allow: [] };

test.each([
  [[], nothing],
  [['a.lab.yaml'], { ...nothing, file: 'a.lab.yaml' }],
  [['--db', 'x.db', 'a.lab.yaml'], { ...nothing, file: 'a.lab.yaml', db: 'x.db' }],
  [['--db=x.db', '--allow-lan'], { ...nothing, db: 'x.db', allowLan: true }],
  [['--allow', '192.0.2.1:25', '--allow=192.0.2.2:25'], { ...nothing, allow: ['192.0.2.1:25', '192.0.2.2:25'] }],
  [['--no-sandbox', '--user-data-dir=/x', 'a.lab.yaml', 'b.yaml'], { ...nothing, file: 'a.lab.yaml' }],
  [['--db'], nothing],
])('the arguments %j', (args, read) => {
  expect(readArguments(args)).toEqual(read);
});

test.each([
  [['--flag', '/app', '/x/a.lab.yaml'], '/x/a.lab.yaml'],
  [['/x/nginx.conf', '--db', 'x.db'], '/x/nginx.conf'],
  [['/app', '--db', 'x.db'], null],
])('a second start with %j opens %s', (args, file) => {
  expect(fileOfSecondStart(args)).toBe(file);
});

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const area = { x: 100, y: 50, width: 1300, height: 900 };

test.each([
  ['as it was', { area, maximized: false }, { area, width: 1300, height: 900, maximized: false }],
  ['maximised', { area, maximized: true }, { area, width: 1300, height: 900, maximized: true }],
  [
    'on a screen that is gone: the system chooses',
    { area: { ...area, x: 5000 }, maximized: false },
    { area: null, width: 1300, height: 900, maximized: false },
  ],
  [
    'above the screen, where it could not be dragged',
    { area: { ...area, y: -200 }, maximized: false },
    { area: null, width: 1300, height: 900, maximized: false },
  ],
  [
    'too small for the layout',
    { area: { ...area, width: 10, height: 10 }, maximized: false },
    { area: { ...area, width: 1024, height: 640 }, width: 1024, height: 640, maximized: false },
  ],
  ['nonsense', { area: { x: 'a' } }, firstState],
  ['nothing', null, firstState],
])('the window comes back %s', (_how, kept, state) => {
  expect(parseState(JSON.stringify(kept), [screen])).toEqual(state);
});

test('a file that is not there, or no JSON, gives the first state; what was saved is loaded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mail-lab-'));
  const file = join(folder, 'window.json');
  expect(loadState(file, [screen])).toEqual(firstState);
  saveState(file, area, true);
  expect(loadState(file, [screen])).toEqual({ area, width: 1300, height: 900, maximized: true });
  expect(parseState('{', [screen])).toEqual(firstState);
  expect(() => saveState(join(folder, 'no/such/folder'), area, true)).not.toThrow();
  rmSync(folder, { recursive: true });
});

test('our page and nothing else is ours', () => {
  expect(isOwnPage(PAGE, undefined)).toBe(true);
  for (const url of ['https://lab/index.html', 'app://labs/', 'app://lab.example/', 'file:///lab/', 'about:blank', ''])
    expect(isOwnPage(url, undefined)).toBe(false);
  expect(isOwnPage('http://localhost:5173/x', 'http://localhost:5173/')).toBe(true);
  expect(isOwnPage('http://localhost:5174/', 'http://localhost:5173')).toBe(false);
  expect(isWebLink('https://nginx.org/')).toBe(true);
  for (const url of ['http://nginx.org/', 'file:///etc/passwd', 'javascript:alert(1)', 'x'])
    expect(isWebLink(url)).toBe(false);
});

test.each(['linux', 'darwin', 'win32'] as const)(
  'the menus on %s: every item has a label or a role, accelerators once',
  (platform) => {
    const done: string[] = [];
    const actions = {
      command: (name: string) => done.push(name),
      saveAs: () => done.push('saveAs'),
      tutorial: () => done.push('tutorial'),
    };
    const items = menuTemplate(actions, platform).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    for (const item of items) expect(item.label ?? item.role ?? item.type).toBeTruthy();
    const accelerators = items.map((item) => item.accelerator).filter((key) => key !== undefined);
    expect(new Set(accelerators).size).toBe(accelerators.length);
    for (const item of items) item.click?.({} as never, undefined as never, {} as never);
    expect(done).toEqual([
      ...['open', 'tutorial', 'save', 'saveAs', 'import-sessions', 'export-sessions'],
      ...['send', 'load', 'script', 'telnet', 'replay', 'again', 'compare', 'shortcuts'],
    ]);
  },
);
