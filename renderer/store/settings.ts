/** How a person wants sessions shown; kept in the browser's own storage, never in the lab. */
import type { TimeMode } from '../../shared/journal/clock.ts';

export interface Settings {
  readonly time: TimeMode;
  /** Steps per second of Play. */
  readonly speed: (typeof speeds)[number];
  /** Show bytes of the transcript as hex. */
  readonly hex: boolean;
  /** Draw the session as a ladder instead of the diagram. */
  readonly ladder: boolean;
  /** Whether the person has ever moved the cursor: then nobody need say how. */
  readonly stepped: boolean;
}

/** The speeds Play offers, in steps per second. */
export const speeds = [0.5, 1, 2, 4] as const;

export const defaultSettings: Settings = {
  time: 'relative',
  speed: 1,
  hex: false,
  ladder: false,
  stepped: false,
};

/** The part of `localStorage` that is used. */
export interface SettingsStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const key = 'mail-lab.sessions';

/** Reads what was kept; anything unreadable or unknown falls back to its default. */
export function readSettings(storage: SettingsStorage | null): Settings {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(key) ?? '{}');
    return kept !== null && typeof kept === 'object' ? merge(kept) : defaultSettings;
  } catch {
    return defaultSettings;
  }
}

/** Keeps the settings; a storage that is full or forbidden loses them, which harms nothing else. */
export function writeSettings(storage: SettingsStorage | null, settings: Settings): void {
  try {
    storage?.setItem(key, JSON.stringify(settings));
  } catch {
    // Private windows and full storages refuse: the choice then lives until the window closes.
  }
}

function merge(kept: { readonly [K in keyof Settings]?: unknown }): Settings {
  return {
    time: oneOf(kept.time, ['relative', 'absolute', 'delta'], defaultSettings.time),
    speed: oneOf(kept.speed, speeds, defaultSettings.speed),
    hex: kept.hex === true,
    ladder: kept.ladder === true,
    stepped: kept.stepped === true,
  };
}

function oneOf<T>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise;
}
