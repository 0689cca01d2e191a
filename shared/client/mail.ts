/** A mail as a command line can say it, and where it goes. */
import { encodeBase64 } from '../wire/base64.ts';
import { envelopeAddress } from './envelope.ts';
import { utf8 } from './shell.ts';

/** The part of the *Send test* dialog that a command line can say. Left out is not sent. */
export interface CommandMail {
  readonly helo: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[] | undefined;
  readonly bcc?: readonly string[] | undefined;
  readonly subject: string;
  readonly body: string;
  readonly html?: string | undefined;
  /** Files beside the shell, by name. */
  readonly attachments?: readonly { readonly name: string; readonly type: string }[] | undefined;
  /** `Name: value` a line. */
  readonly headers?: string | undefined;
  /** The whole message instead of all but the envelope. */
  readonly raw?: string | undefined;
  /** The programs ask for the password. */
  readonly login?: { readonly user: string; readonly mechanism: string } | undefined;
  readonly starttls?: boolean | undefined;
}

/** How the listener is reached. */
export interface CommandPlace {
  /** TLS from the first byte. */
  readonly ssl?: boolean | undefined;
  readonly proxyProtocol?: boolean | undefined;
}

/** The envelope's recipients in their order. */
export const recipientsOf = ({ to, cc = [], bcc = [] }: CommandMail): readonly string[] =>
  [...to, ...cc, ...bcc].map(envelopeAddress);

/** Text of a header, as encoded words of at most 75 characters where it needs them (RFC 2047 2). */
export function headerText(text: string, plain: (line: string) => boolean): string {
  const line = text.replace(/[\r\n]+/g, ' ').trim();
  if (plain(line)) return line;
  const words = line.match(/.{1,10}/gsu) ?? [];
  return words.map((part) => `=?UTF-8?B?${encodeBase64(utf8(part))}?=`).join(' ');
}

const NAMED = /^([^<>]*[^<>\s])\s*(<[^<>]*>)$/s;

/** Addresses of a header: only the names beside them are words that can be encoded (RFC 2047 5). */
export function addressText(addresses: readonly string[], plain: (line: string) => boolean): string {
  const one = (address: string): string => {
    const line = address.replace(/[\r\n]+/g, ' ').trim();
    const [, name, route] = plain(line) ? [] : (NAMED.exec(line) ?? []);
    if (name === undefined || route === undefined) return line;
    return `${headerText(name.replace(/^"(.*)"$/s, '$1').replace(/\\(["\\])/g, '$1'), plain)} ${route}`;
  };
  return addresses.map(one).join(', ');
}

/** The lines of a text, however they end. */
export const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);
