/** A name for a file on this machine, made of a name in a mail: that one is anybody's words and never a path. Pure. */

const NAME_MAX = 120;
/** Names that Windows keeps for devices, whatever their ending. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Bytes and characters that act in names: controls, separators, wildcards, and what turns the writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const acting = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The last part of what looks like a path, without anything that acts; `fallback` when nothing is left. */
export function saveName(given: string | null, fallback: string): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  const quiet = last.replace(acting, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  const ending = /\.[^.]{1,12}$/.exec(quiet)?.[0] ?? '';
  const stem = quiet.slice(0, quiet.length - ending.length).slice(0, NAME_MAX - ending.length);
  const name = stem === '' ? '' : stem + ending;
  if (name === '') return fallback;
  return devices.test(name) ? `_${name}` : name;
}

/** What files of a type are called, where everybody calls them so. */
const endings: ReadonlyMap<string, string> = new Map([
  ['text/plain', 'txt'],
  ['text/html', 'html'],
  ['text/calendar', 'ics'],
  ['text/vcard', 'vcf'],
  ['text/csv', 'csv'],
  ['text/rfc822-headers', 'txt'],
  ['message/rfc822', 'eml'],
  ['message/global', 'eml'],
  ['message/delivery-status', 'txt'],
  ['message/disposition-notification', 'txt'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
  ['application/json', 'json'],
  ['application/xml', 'xml'],
  ['application/pgp-signature', 'asc'],
  ['application/pkcs7-signature', 'p7s'],
  ['application/pkcs7-mime', 'p7m'],
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/svg+xml', 'svg'],
]);

/** The name of the `nth` attachment (from 1) where the mail has none for it. */
export const namelessName = (type: string, nth: number): string =>
  `attachment-${nth}.${endings.get(type.toLowerCase()) ?? 'bin'}`;
