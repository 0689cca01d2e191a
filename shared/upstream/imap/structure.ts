/** BODY and BODYSTRUCTURE of FETCH (RFC 3501 7.4.2). */
import type { Bytes } from '../../machine/machine.ts';
import { envelope } from './envelope.ts';
import type { Part } from './mime.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { nstring, string } from './print.ts';

/** How a message is built; `extended` for BODYSTRUCTURE. */
export function structure(bytes: Bytes, part: Part, extended: boolean): Bytes {
  if (part.parts.length > 0) {
    const parts = part.parts.map((one) => structure(bytes, one, extended)).join('');
    const more = extended ? ` ${parameterList(part.parameters)} ${disposition(part)} ${rest(part)}` : '';
    return `(${parts} ${string(part.subtype)}${more})`;
  }
  const field = (name: string): Bytes | null => part.fields.get(name)?.[0] ?? null;
  const basic = [
    string(part.type),
    string(part.subtype),
    parameterList(withCharset(part)),
    nstring(field('content-id')),
    nstring(field('content-description')),
    string(encoding(part)),
    `${part.to - part.body}`,
  ];
  const inner = part.message;
  if (inner !== null)
    basic.push(
      envelope(bytes.slice(inner.from, inner.body)),
      structure(bytes, inner, extended),
      `${lines(bytes, part)}`,
    );
  else if (part.type === 'text') basic.push(`${lines(bytes, part)}`);
  if (extended) basic.push(nstring(field('content-md5')), disposition(part), rest(part));
  return `(${basic.join(' ')})`;
}

/** Text without a charset is in US-ASCII (RFC 2045 5.2). */
const withCharset = ({ type, parameters }: Part): Parameters =>
  type === 'text' && !parameters.some(([name]) => name === 'charset')
    ? [['charset', 'us-ascii'], ...parameters]
    : parameters;

const parameterList = (parameters: Parameters): Bytes =>
  parameters.length === 0
    ? 'NIL'
    : `(${parameters.map(([name, value]) => `${string(name)} ${string(value)}`).join(' ')})`;

/** The encoding as it is written, without what some put behind it; 7bit where there is none (RFC 2045 6.1). */
const encoding = ({ fields }: Part): Bytes =>
  /^[^\s;()]+/.exec(fields.get('content-transfer-encoding')?.[0] ?? '')?.[0] ?? '7bit';

function disposition({ fields }: Part): Bytes {
  const field = fields.get('content-disposition')?.[0];
  if (field === undefined) return 'NIL';
  const { value, parameters } = readParameters(field);
  return value === '' ? 'NIL' : `(${string(value)} ${parameterList(parameters)})`;
}

/** Language and location. */
function rest({ fields }: Part): Bytes {
  const words = (fields.get('content-language')?.[0] ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const language =
    words.length === 0 ? 'NIL' : words.length === 1 ? string(words[0] ?? '') : `(${words.map(string).join(' ')})`;
  return `${language} ${nstring(fields.get('content-location')?.[0] ?? null)}`;
}

/** Lines of a body; the last one counts without its end, too. */
function lines(bytes: Bytes, { body, to }: Part): number {
  let count = 0;
  let at = bytes.indexOf('\n', body);
  let last = body;
  while (at >= 0 && at < to) {
    count += 1;
    last = at + 1;
    at = bytes.indexOf('\n', last);
  }
  return last < to ? count + 1 : count;
}
