/** What FETCH asks of each message (RFC 3501 6.4.5). */
import type { Bytes } from '../../machine/machine.ts';
import { FETCH_ITEMS_MAX } from './limits.ts';
import { astring } from './print.ts';
import type { Scanner } from './scanner.ts';

/** Which bytes of a message or part. `part` is empty for the message itself. */
export interface Section {
  readonly part: readonly number[];
  readonly what: 'ALL' | 'HEADER' | 'FIELDS' | 'FIELDS.NOT' | 'TEXT' | 'MIME';
  /** Names of FIELDS and FIELDS.NOT, in lower case. */
  readonly fields: ReadonlySet<string>;
}

/** One item. */
export type FetchItem =
  | { readonly item: 'FLAGS' | 'UID' | 'INTERNALDATE' | 'RFC822.SIZE' | 'ENVELOPE' | 'BODY' | 'BODYSTRUCTURE' }
  | {
      readonly item: 'SECTION';
      /** How the answer calls it. */
      readonly label: Bytes;
      readonly section: Section;
      /** `<from.count>`; null is all of it. */
      readonly partial: { readonly from: number; readonly count: number } | null;
      /** Leaves `\Seen` as it is. */
      readonly peek: boolean;
    };

const plain = (item: Exclude<FetchItem['item'], 'SECTION'>): FetchItem => ({ item });
const whole = (label: Bytes, what: Section['what'], peek: boolean): FetchItem => ({
  item: 'SECTION',
  label,
  section: { part: [], what, fields: new Set() },
  partial: null,
  peek,
});

const fast = [plain('FLAGS'), plain('INTERNALDATE'), plain('RFC822.SIZE')];
const all = [...fast, plain('ENVELOPE')];

const macros: Readonly<Record<string, readonly FetchItem[]>> = { ALL: all, FAST: fast, FULL: [...all, plain('BODY')] };

const items: Readonly<Record<string, FetchItem>> = {
  FLAGS: plain('FLAGS'),
  UID: plain('UID'),
  INTERNALDATE: plain('INTERNALDATE'),
  'RFC822.SIZE': plain('RFC822.SIZE'),
  ENVELOPE: plain('ENVELOPE'),
  BODYSTRUCTURE: plain('BODYSTRUCTURE'),
  BODY: plain('BODY'),
  RFC822: whole('RFC822', 'ALL', false),
  'RFC822.HEADER': whole('RFC822.HEADER', 'HEADER', true),
  'RFC822.TEXT': whole('RFC822.TEXT', 'TEXT', false),
};

const WORD = /[A-Za-z0-9.]+/y;

/** Reads what stands behind the set of a FETCH. */
export function readFetchItems(scanner: Scanner): readonly FetchItem[] {
  if (scanner.peek() === '(') {
    const found = scanner.list(() => readItem(scanner, word(scanner)), false);
    return found.length > FETCH_ITEMS_MAX ? scanner.fail(`More than ${FETCH_ITEMS_MAX} items`) : [...new Set(found)];
  }
  const name = word(scanner);
  return macros[name] ?? [readItem(scanner, name)];
}

const word = (scanner: Scanner): string =>
  (scanner.match(WORD) ?? scanner.fail('Expected what to fetch')).toUpperCase();

function readItem(scanner: Scanner, name: string): FetchItem {
  if ((name === 'BODY' || name === 'BODY.PEEK') && scanner.takes('[')) return readSection(scanner, name !== 'BODY');
  return items[name] ?? scanner.fail(`${name.slice(0, 30)} cannot be fetched`);
}

const PART = /[1-9]\d{0,8}(?=[.\]])/y;
const WHAT = /HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME/iy;
const names: Readonly<Record<string, Section['what']>> = {
  HEADER: 'HEADER',
  'HEADER.FIELDS': 'FIELDS',
  'HEADER.FIELDS.NOT': 'FIELDS.NOT',
  TEXT: 'TEXT',
  MIME: 'MIME',
};

function readSection(scanner: Scanner, peek: boolean): FetchItem {
  const part: number[] = [];
  let dotted = false;
  for (let found = scanner.match(PART); found !== null; found = scanner.match(PART)) {
    part.push(Number(found));
    dotted = scanner.takes('.');
    if (!dotted) break;
  }
  const name = part.length === 0 || dotted ? (scanner.match(WHAT)?.toUpperCase() ?? '') : '';
  const what = names[name] ?? 'ALL';
  if (dotted && name === '') return scanner.fail('Expected a part number, HEADER, TEXT or MIME');
  if (what === 'MIME' && part.length === 0) return scanner.fail('MIME needs a part number before it');
  const fields = what === 'FIELDS' || what === 'FIELDS.NOT' ? readFields(scanner) : [];
  scanner.expect(']');
  const spec = `${part.join('.')}${dotted ? '.' : ''}${name}${fields.length === 0 ? '' : ` (${fields.map(astring).join(' ')})`}`;
  const partial = scanner.takes('<') ? readPartial(scanner) : null;
  return {
    item: 'SECTION',
    label: `BODY[${spec}]${partial === null ? '' : `<${partial.from}>`}`,
    section: { part, what, fields: new Set(fields.map((field) => field.toLowerCase())) },
    partial,
    peek,
  };
}

function readFields(scanner: Scanner): readonly Bytes[] {
  scanner.space();
  return scanner.list(() => scanner.astring('the name of a header field'), false);
}

function readPartial(scanner: Scanner): { from: number; count: number } {
  const from = scanner.number('where the part of it begins');
  scanner.expect('.');
  const count = scanner.number('how many bytes');
  if (count === 0) return scanner.fail('Expected at least one byte');
  scanner.expect('>');
  return { from, count };
}
