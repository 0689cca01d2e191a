/** A mail of which only the beginning was read. Pure. */
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Defect, Shape } from '../../shared/mime/part.ts';

/** A line is no longer than this where lines are what they should be (RFC 5322 2.1.1), its end included. */
const LINE_MAX = 1000;

/** The shape without the mistakes that the cut makes: what seems to be wrong with the last line, and what should follow. */
export function uncut(shape: Shape, raw: Bytes): Shape {
  const last = Math.max(raw.lastIndexOf('\n') + 1, raw.length - LINE_MAX);
  const defects = shape.defects.flatMap((one): readonly Defect[] => {
    const places = one.places.filter(({ at }) => at < last);
    const times = one.times - (one.places.length - places.length);
    return places.length === 0 ? [] : [{ ...one, times, places }];
  });
  return { ...shape, defects };
}
