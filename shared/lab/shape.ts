/** The building blocks of the lab file's shape. */
import { z } from 'zod';

/** Marks the message of an unknown-key issue, which carries the known keys for the one who words the problem. */
export const KNOWN_KEYS = 'known keys: ';

/** An object without other keys than those of its shape. */
export const object = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? KNOWN_KEYS + Object.keys(shape).join(' ') : undefined),
  });

/** A name that is there. */
export const named = z.string().min(1, 'expected a name, found an empty text');

/** Text on one line: it is sent in a header, or as a command. */
export const headerValue = z.string().regex(/^[^\r\n\0]*$/, 'expected one line: a line break would end the header');
