/** SASL PLAIN (RFC 4616) as nginx takes it apart. */
import type { Bytes } from '../machine/machine.ts';

/** `authzid NUL login NUL password`: the authzid is discarded, the password may hold anything. */
export function splitPlain(message: Bytes): { readonly user: Bytes; readonly password: Bytes } | undefined {
  const first = message.indexOf('\0');
  if (first < 0 || first === message.length - 1) return undefined;
  const second = message.indexOf('\0', first + 1);
  if (second < 0) return undefined;
  return { user: message.slice(first + 1, second), password: message.slice(second + 1) };
}

/** Which part of a message that `splitPlain` refuses is missing. */
export function plainFault(message: Bytes): 'login' | 'password' {
  const first = message.indexOf('\0');
  return first < 0 || first === message.length - 1 ? 'login' : 'password';
}
