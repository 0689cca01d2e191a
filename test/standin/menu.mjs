/** Electron's `Menu` and `MenuItem`: kept as data; a test clicks an item through its id. */
import { app } from './app.mjs';
import { BrowserWindow } from './browser-window.mjs';

export class MenuItem {
  constructor(template) {
    const { submenu, type, ...rest } = template;
    const kind = type ?? (submenu ? 'submenu' : 'normal');
    Object.assign(this, { enabled: true, visible: true, checked: false, label: template.role ?? '', type: kind }, rest);
    this.submenu = submenu && (submenu instanceof Menu ? submenu : Menu.buildFromTemplate(submenu));
    this.click = () =>
      template.role === 'quit' ? app.quit() : template.click?.(this, BrowserWindow.getFocusedWindow(), {});
  }
}

export class Menu {
  static #application = null;
  items = [];
  append(item) {
    this.items.push(item);
  }
  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
  static buildFromTemplate(template) {
    const menu = new Menu();
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item));
    return menu;
  }
  static setApplicationMenu(menu) {
    Menu.#application = menu;
  }
  static getApplicationMenu() {
    return Menu.#application;
  }
}
