/** Reads mail with postal-mime: its text, its HTML made harmless, its attachments. Runs in the worker. */
import PostalMime, { type Address, type Attachment, addressParser, decodeWords, type Email } from 'postal-mime';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Part, Shape } from '../../shared/mime/part.ts';
import { decode, inOrder } from '../transcript/pieces.ts';
import { type Fields, fieldsOf, namesPeople, type ReadField } from './headers.ts';
import { type AttachmentView, type Content, type HtmlView, limits } from './mail.ts';
import { neutralise, TooManyElements } from './neutralise.ts';
import { rowStarts } from './rows.ts';

/** A byte string's bytes. */
export function bytesOf(text: Bytes): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Whether a charset's name is one that browsers know (WHATWG Encoding). */
export function knowsCharset(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

/** The fields of the message's own header block, their encoded words read. */
export function readFields(block: Bytes): Fields<ReadField> {
  const { fields, more } = fieldsOf(block);
  return {
    more,
    fields: fields.map((field) => {
      const value = decode(field.value);
      return {
        name: field.name,
        value: inOrder(decodeWords(value)),
        addresses: namesPeople(field) ? flat(addressParser(value)) : [],
      };
    }),
  };
}

function flat(addresses: readonly Address[]): readonly string[] {
  return addresses.flatMap((one) =>
    (one.group ?? [one]).flatMap(({ address }) =>
      address === undefined || address === '' ? [] : [address.toLowerCase()],
    ),
  );
}

/** Whether the library should be spared: more than it was followed through the shape. */
export function beyondLimits({ defects }: Shape): boolean {
  return defects.some(({ kind }) => kind === 'deep' || kind === 'parts');
}

/** Rejects when the library refuses. */
export async function parseMail(bytes: Uint8Array<ArrayBuffer>): Promise<Email> {
  return PostalMime.parse(bytes, {
    maxNestingDepth: limits.depth + 2,
    maxHeadersSize: limits.headers,
    attachmentEncoding: 'arraybuffer',
  });
}

/** The bytes of an attachment. */
export function contentOf({ content }: Attachment): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

/** What the window shows of a mail. */
export function contentView(mail: Email): Content {
  const text = mail.text === undefined ? null : inOrder(mail.text);
  return {
    text,
    textRows: rowStarts(text ?? ''),
    html: mail.html === undefined ? null : htmlView(mail.html, mail.attachments),
    attachments: mail.attachments.map(attachmentView),
  };
}

function attachmentView(one: Attachment): AttachmentView {
  const short = (text: string | null | undefined) => (text ? text.slice(0, 500) : null);
  return {
    name: short(one.filename),
    type: one.mimeType.slice(0, 200),
    size: contentOf(one).length,
    disposition: short(one.disposition),
    contentId: short(one.contentId),
    description: short(one.description),
  };
}

function htmlView(html: string, attachments: readonly Attachment[]): HtmlView {
  try {
    const neutral = neutralise(html.slice(0, limits.html), imagesOf(attachments));
    return { ok: true, neutral, cut: html.length > limits.html ? html.length : null };
  } catch (error) {
    if (error instanceof TooManyElements) return { ok: false, why: 'elements' };
    throw error;
  }
}

/** The mail's own images by their Content-ID (RFC 2392), as data addresses, as long as they are not too many. */
function imagesOf(attachments: readonly Attachment[]): (id: string) => string | undefined {
  const made = new Map<string, string | undefined>();
  let left: number = limits.images;
  return (id) => {
    if (made.has(id)) return made.get(id);
    const found = attachments.find(({ contentId }) => contentId?.trim().replace(/^<|>$/g, '') === id);
    const type = /^image\/[\w.+-]+$/.exec(found?.mimeType ?? '')?.[0];
    const bytes = found === undefined || type === undefined ? null : contentOf(found);
    left -= bytes?.length ?? 0;
    const url = bytes === null || left < 0 ? undefined : `data:${type};base64,${base64(bytes)}`;
    made.set(id, url);
    return url;
  };
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** A part's content without its transfer encoding. The library decodes it as a mail of its own. */
export async function decodePart(raw: Bytes, part: Part): Promise<Uint8Array> {
  const encoding = /^(base64|quoted-printable)$/.exec(part.encoding)?.[0];
  const body = raw.slice(part.body, part.end);
  if (encoding === undefined) return bytesOf(body);
  const head = `Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  const { attachments } = await parseMail(bytesOf(head + body));
  const content = attachments[0] === undefined ? new Uint8Array() : contentOf(attachments[0]);
  // The library ends the last line of what is not base64.
  return encoding === 'base64' ? content : content.subarray(0, -1);
}
