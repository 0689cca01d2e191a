/** Numbers, sizes and times as nginx reads them (src/core/ngx_string.c, src/core/ngx_parse.c). Null: not valid. */

/** NGX_MAX_INT_T_VALUE and NGX_MAX_SIZE_T_VALUE of a 64-bit build. */
const INT_MAX = 2n ** 63n - 1n;

/** A named scale of a time: its place in the order that must descend, and its length in seconds. */
const SCALES: Readonly<Record<string, { readonly step: number; readonly seconds: bigint }>> = {
  y: { step: 1, seconds: 31_536_000n },
  M: { step: 2, seconds: 2_592_000n },
  w: { step: 3, seconds: 604_800n },
  d: { step: 4, seconds: 86_400n },
  h: { step: 5, seconds: 3_600n },
  m: { step: 6, seconds: 60n },
  s: { step: 7, seconds: 1n },
};
const STEP_MONTH = 2;
const STEP_SECOND = 7;
const STEP_MILLISECOND = 8;
const STEP_LAST = 9;

function digits(text: string): bigint | null {
  if (!/^[0-9]+$/.test(text)) return null;
  const value = BigInt(text);
  return value > INT_MAX ? null : value;
}

/** Decimal digits only (`ngx_atoi`). */
export function parseNumber(text: string): number | null {
  const value = digits(text);
  return value === null ? null : Number(value);
}

function scaled(text: string, scales: Readonly<Record<string, bigint>>): number | null {
  const scale = scales[text.slice(-1).toLowerCase()];
  const value = digits(scale === undefined ? text : text.slice(0, -1));
  if (value === null || value * (scale ?? 1n) > INT_MAX) return null;
  return Number(value * (scale ?? 1n));
}

/** A size in bytes: digits and perhaps `k` or `m` (`ngx_parse_size`). */
export function parseSize(text: string): number | null {
  return scaled(text, { k: 1024n, m: 1_048_576n });
}

/** As a size, `g` too (`ngx_parse_offset`). */
export function parseOffset(text: string): number | null {
  return scaled(text, { k: 1024n, m: 1_048_576n, g: 1_073_741_824n });
}

/** What is summed up while a time is read. */
interface Sum {
  step: number;
  total: bigint;
}

/** Adds `value` in the unit written; false when the unit is unknown or out of order. */
function addUnit(sum: Sum, value: bigint, unit: string, perSecond: bigint): boolean {
  const scale = SCALES[unit];
  if (unit === 'ms') {
    if (perSecond === 1n || sum.step >= STEP_MILLISECOND) return false;
    sum.step = STEP_MILLISECOND;
    sum.total += value;
  } else if (unit === ' ') {
    if (sum.step >= STEP_SECOND) return false;
    sum.step = STEP_LAST;
    sum.total += value * perSecond;
  } else {
    if (scale === undefined || sum.step >= scale.step) return false;
    sum.step = scale.step;
    sum.total += value * scale.seconds * perSecond;
  }
  return sum.total <= INT_MAX;
}

function parseTime(text: string, perSecond: bigint): number | null {
  const sum: Sum = { step: perSecond === 1n ? 0 : STEP_MONTH, total: 0n };
  let rest = text;
  let valid = false;
  while (rest !== '') {
    const number = /^[0-9]*/.exec(rest)?.[0] ?? '';
    valid ||= number !== '';
    const value = digits(number === '' ? '0' : number);
    if (value === null) return null;
    rest = rest.slice(number.length);
    // A number without a unit is seconds, alone or after the units.
    const unit = rest === '' ? null : rest.startsWith('ms') ? 'ms' : rest.charAt(0);
    if (unit === null) {
      sum.total += value * perSecond;
      break;
    }
    if (!addUnit(sum, value, unit, perSecond)) return null;
    rest = rest.slice(unit.length).replace(/^ +/, '');
  }
  return valid && sum.total <= INT_MAX ? Number(sum.total) : null;
}

/** A time in milliseconds: `w d h m s ms` in falling order; a bare number is seconds (`ngx_parse_time`). */
export function parseMilliseconds(text: string): number | null {
  return parseTime(text, 1000n);
}

/** A time in whole seconds: `y` and `M` too, but no `ms`. */
export function parseSeconds(text: string): number | null {
  return parseTime(text, 1n);
}
