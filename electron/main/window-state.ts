/** Where the window was: kept in a small file, and used again only if it would be visible. */
import { readFileSync, writeFileSync } from 'node:fs';

/** A rectangle of the screen, in device-independent pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How the window stood. `area` is its place when it is not maximised; null: let the system choose. */
export interface WindowState {
  readonly area: Area | null;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

/** The first time. */
export const firstState: WindowState = { area: null, width: 1280, height: 800, maximized: false };

/** The smallest window that the layout is made for. */
export const minimum = { width: 1024, height: 640 };

/** Pixels of the window's upper edge that must be on a screen, so that it can be dragged. */
const VISIBLE = 100;

function isArea(value: unknown): value is Area {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return ['x', 'y', 'width', 'height'].every((name) => Number.isInteger(fields[name]));
}

function isVisible(area: Area, screens: readonly Area[]): boolean {
  return screens.some(
    (screen) =>
      area.x + area.width >= screen.x + VISIBLE &&
      area.x <= screen.x + screen.width - VISIBLE &&
      area.y >= screen.y &&
      area.y <= screen.y + screen.height - VISIBLE,
  );
}

/** Reads what was kept; anything odd, or off every screen, gives the first state or the system's choice of place. */
export function parseState(text: string, screens: readonly Area[]): WindowState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return firstState;
  }
  if (typeof value !== 'object' || value === null || !('area' in value) || !isArea(value.area)) return firstState;
  const { area } = value;
  const width = Math.max(minimum.width, area.width);
  const height = Math.max(minimum.height, area.height);
  const maximized = 'maximized' in value && value.maximized === true;
  return { area: isVisible(area, screens) ? { ...area, width, height } : null, width, height, maximized };
}

/** Reads the file of an earlier run. */
export function loadState(file: string, screens: readonly Area[]): WindowState {
  try {
    return parseState(readFileSync(file, 'utf8'), screens);
  } catch {
    return firstState;
  }
}

/** Keeps the state; a disk that cannot be written to costs only the window's place. */
export function saveState(file: string, area: Area, maximized: boolean): void {
  try {
    writeFileSync(file, JSON.stringify({ area, maximized }));
  } catch {
    // The next start uses the place before.
  }
}
