/** Which addresses nobody but this machine can reach. */
import { readAddress, unmapped, type Words } from './ip.ts';

const ipv4 = (words: Words): boolean => words.length === 2;

function wordsOf(host: string): Words | null {
  const words = readAddress(host);
  return words && unmapped(words);
}

const isLoopbackWords = (words: Words): boolean =>
  ipv4(words)
    ? (words[0] ?? 0) >> 8 === 127
    : words.length === 8 && words.slice(0, 7).every((word) => word === 0) && words[7] === 1;

/** 127.0.0.0/8 and ::1 (RFC 1122 3.2.1.3, RFC 4291 2.5.3), also mapped into IPv6, and the name localhost (RFC 6761 6.3). */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const words = wordsOf(host);
  return words !== null && isLoopbackWords(words);
}

/**
 * Whether what is sent to this address may leave the machine. The wildcards do not: who connects to 0.0.0.0 or :: comes
 * out at the loopback address. A name but localhost may mean anything.
 */
export function isOffBox(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return false;
  const words = wordsOf(host);
  return words === null || !(isLoopbackWords(words) || words.every((word) => word === 0));
}
