/** Errors in OpenSSL's words, as nginx logs them behind `SSL:`. */

/**
 * Node's messages are OpenSSL's own, with the C function, the source file and the line between; nginx, like OpenSSL 3,
 * tells number, library and reason, then what OpenSSL adds: `error:0A00010B:SSL routines::wrong version number`.
 */
export function opensslWords({ message }: Error): string {
  const found = /error:([0-9A-F]{6,8}):([^:]*):[^:]*:([^:\n]*)(?::[^:\n]*:\d+:([^\n]*))?/i.exec(message);
  if (!found) return message.trim();
  const [, code = '', library = '', reason = '', more = ''] = found;
  return `error:${code}:${library}::${reason}${more === '' ? '' : `:${more}`}`;
}
