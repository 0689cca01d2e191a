/** Header fields as a person types them, one `Name: value` a line. */

/** One field of a header. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

/** What can be the name of a field (RFC 5322 2.2): printable ASCII without the colon. */
const FIELD = /^([\x21-\x39\x3b-\x7e]+)[ \t]*:[ \t]*(.*)$/;

/** The fields of a text; empty lines are nothing, and lines that are no fields are left out. */
export function headerLines(text: string): readonly HeaderLine[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, name, value] = FIELD.exec(line.trimEnd()) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
}

/** The first line that is no field; null where all are. */
export function notAHeader(text: string): string | null {
  return text.split(/\r\n|\r|\n/).find((line) => line.trim() !== '' && !FIELD.test(line.trimEnd())) ?? null;
}
