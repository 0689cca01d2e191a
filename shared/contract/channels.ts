/** The names of Electron's two channels, the same in the main process and in the preload. */

/** The window asks: `(name, argument) -> { result } | { error }`. */
export const CALL = 'call';

/** The lab tells: a batch of feeds. */
export const FEED = 'feed';
