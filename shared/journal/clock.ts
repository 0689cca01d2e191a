/** How a row says when it happened. */

/** How rows show their time: since the session began, on the clock, or since the row before. */
export type TimeMode = 'relative' | 'absolute' | 'delta';

/** `at` and `before` in µs since the session began, `startedAt` in ms since 1970. */
export function clockText(mode: TimeMode, at: number, before: number, startedAt: number): string {
  if (mode === 'absolute') return timeOfDay(startedAt + at / 1000);
  return mode === 'delta' ? `+${duration(at - before)}` : `+${sinceStart(at)}`;
}

/** As exact as a row needs to be told from its neighbour: ms below a second, then seconds to the ms. */
function sinceStart(us: number): string {
  if (us < 1_000_000) return duration(us);
  return us < 100_000_000 ? `${(us / 1_000_000).toFixed(3)} s` : duration(us);
}

/** A span in µs in the unit a person would use. */
export function duration(us: number): string {
  if (us < 1000) return `${Math.max(0, Math.round(us))} µs`;
  if (us < 1_000_000) return `${trim(us / 1000)} ms`;
  if (us < 60_000_000) return `${trim(us / 1_000_000)} s`;
  const seconds = Math.round(us / 1_000_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}

/** Hours to milliseconds, in the person's own time zone. */
export function timeOfDay(ms: number): string {
  const time = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const fraction = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${fraction}`;
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}
