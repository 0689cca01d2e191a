/** Where the logs of Debian's nginx 1.22.1 are not those of the reference (1.31.5), and where the lab's are not nginx's. */
import type { Bytes } from '../../../shared/machine/machine.ts';

/** What 1.22.1 writes instead of a line of the reference, wherever that line stands. */
export const older: readonly { readonly why: string; readonly line: RegExp; readonly becomes: string }[] = [
  {
    why: 'Before 1.29.1 the upstream stands in the log only behind a login (C7).',
    line: /^((?:(?!, login: ").)*), upstream: \S+$/s,
    becomes: '$1',
  },
];

/** What 1.22.1 says more than the reference; the part that the later one leaves out is dropped before they are compared. */
export const wordier: readonly { readonly why: string; readonly line: RegExp; readonly becomes: string }[] = [
  {
    why: 'Instead of a PROXY header 1.22.1 quotes everything that came; later versions only its first line.',
    line: /^(\[error\] broken header: "[^\r\n]*)[\r\n].*(" while reading PROXY protocol)/s,
    becomes: '$1$2',
  },
];

const login = ', client: 127.0.0.1, server: 127.0.0.1:PORT, login: "u", upstream: 127.0.0.1:PORT';
const plain = ', client: 127.0.0.1, server: 127.0.0.1:PORT, upstream: 127.0.0.1:PORT';
const connected = '[info] client 127.0.0.1:PORT connected to 127.0.0.1:PORT';
const relayed = (context: string): readonly Bytes[] => [
  connected,
  `[info] client logged in${context}`,
  `[info] proxied session done${context}`,
];
const refused = (level: string, reply: string): readonly Bytes[] => [
  connected,
  `[${level}] upstream sent invalid response: "${reply}" while reading response from upstream${login}`,
];
const untagged =
  '1.22.1 does not look behind an untagged line; since 1.27.3 one may stand before the answer, and is not quoted.';

/**
 * What nginx may write besides, by chance. The end of an answer that comes in one packet with its last bytes is not always
 * looked for: nginx then waits for all of auth_http_timeout, and says so; the client sees the same.
 */
export const byChance: Readonly<Record<string, RegExp>> = {
  'smtp: closed in the middle of a header': /^\[error\] auth http server 127\.0\.0\.1:PORT timed out \(110: /,
  'smtp: closed before the empty line': /^\[error\] auth http server 127\.0\.0\.1:PORT timed out \(110: /,
};

/** Dialogues whose logs are not equal: what the lab writes, by set and name. */
export const unequal: Readonly<Record<string, { readonly why: string; readonly lab: readonly Bytes[] }>> = {
  'smtp: RCPT after a failed AUTH: MAIL has forgotten the login': {
    why: '1.22.1 keeps the login when it remembers a MAIL; 1.31.5 forgets it.',
    lab: [
      connected,
      '[info] client login failed: "no" while in http auth state, client: 127.0.0.1, server: 127.0.0.1:PORT, login: "u"',
      ...relayed(plain).slice(1),
    ],
  },
  'smtp: a client that resets during the question: the upstream login takes place': {
    why: 'nginx meets the reset when it sends its reply; the lab knows of it by then and closes like after any leave.',
    lab: relayed(plain),
  },
  'imap: one untagged line before the answer': { why: untagged, lab: relayed(login) },
  'imap: one untagged line, and the answer later': { why: untagged, lab: relayed(login) },
  'imap: two untagged lines before the answer': { why: untagged, lab: refused('error', '* B\r\na OK done') },
  'imap: an untagged line, then a refusal': { why: untagged, lab: refused('info', 'NO bad') },
  'PROXY header in: v1 UNKNOWN of 108 bytes': {
    why: '1.22.1 takes no version 1 header of more than 107 bytes.',
    lab: relayed(login),
  },
};
