/** The ways to log in that a protocol has. */
import type { WayIn } from '../../shared/contract/clients.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';

export function waysOf(protocol: ListenerView['protocol']): readonly WayIn[] {
  if (protocol === 'imap') return ['auto', 'command', 'PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL'];
  if (protocol === 'pop3') return ['auto', 'command', 'APOP', 'PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL'];
  return ['auto', 'PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL'];
}

/** The key of a way's name. */
export function wayKey(way: WayIn, protocol: ListenerView['protocol']): string {
  return way === 'command' ? `way.command.${protocol}` : `way.${way}`;
}
