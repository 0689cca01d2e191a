/** Findings about what the client said before the relay (rows F and G of the pitfalls, and quirks). */
import { type Diagnostic, finding } from './diagnostics.ts';
import type { Entry } from './entry.ts';
import { paramOf, type Story, told } from './story.ts';

/** SMTP commands that a client may expect an answer to before it logs in or names a recipient. */
const EARLY = /^(?:VRFY|EXPN|HELP|DATA|ETRN|TURN|XCLIENT|XFORWARD|BURL)\b/i;

/** Commands of a mailbox that clients send before anybody let them in (RFC 3501 6.3 and 6.4, RFC 1939 5). */
const EARLY_IN_MAILBOX = {
  imap: /^\S+ +(SELECT|EXAMINE|LIST|LSUB|STATUS|APPEND|FETCH|SEARCH|STORE|COPY|MOVE|UID|IDLE|NAMESPACE|ENABLE|CREATE|DELETE|EXPUNGE|CLOSE)\b/i,
  pop3: /^(STAT|LIST|UIDL|RETR|TOP|DELE|RSET)\b/i,
} as const;

/** A request line of HTTP (RFC 9112 3): a web browser, or a script that was given the wrong port. */
const HTTP_REQUEST = /^[A-Z]+ \S+ HTTP\/\d/;

/** A TLS record that holds a handshake: how a client begins that expects TLS from the first byte (RFC 8446 5.1). */
const CLIENT_HELLO = '\x16\x03';

const commandOf = ({ bytes }: Entry): string => /^\s*[^\s]{1,30}/.exec(bytes)?.[0].trim() ?? '';

const fromClient = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ kind, leg, direction }) => kind === 'line' && leg === 'client' && direction === 'in');

/** Commands that nginx did not know, or does not do. */
function onUnknown(story: Story): readonly Diagnostic[] {
  const refused = [...told(story, 'syntax'), ...told(story, 'syntax.last'), ...told(story, 'not-implemented')];
  const found = fromClient(refused).flatMap((entry): readonly Diagnostic[] => {
    const at: [number] = [entry.seq];
    if (entry.bytes.startsWith(CLIENT_HELLO)) return [finding('E4.hello', at)];
    if (/^PROXY (?:TCP[46]|UNKNOWN)\b/.test(entry.bytes)) return [finding('G2.unexpected', at)];
    if (HTTP_REQUEST.test(entry.bytes)) return [finding('E4.web', at, { line: entry.bytes.trim() })];
    if (story.protocol === 'imap' && /^\S+ +ID\b/i.test(entry.bytes)) return [finding('F3', at)];
    if (story.protocol !== 'smtp') {
      const command = EARLY_IN_MAILBOX[story.protocol].exec(entry.bytes)?.[1];
      return command === undefined ? [] : [finding('F5.login', at, { command: command.toUpperCase() })];
    }
    if (/^BDAT\b/i.test(entry.bytes)) return [finding('F2', at)];
    return EARLY.test(entry.bytes) ? [finding('F5.early', at, { command: commandOf(entry).toUpperCase() })] : [];
  });
  const last = fromClient(told(story, 'syntax.last')).map(({ seq }) => finding('F5.last', [seq]));
  return [...found, ...last];
}

function onMechanisms(story: Story): readonly Diagnostic[] {
  const foreign = fromClient(told(story, 'auth.refused')).flatMap((entry) => {
    const name = /\b(XOAUTH2|OAUTHBEARER)\b/i.exec(entry.bytes)?.[1];
    if (name !== undefined) return [finding('F8', [entry.seq], { mechanism: name.toUpperCase() })];
    const asked = /\b(PLAIN|LOGIN|CRAM-MD5|EXTERNAL)\b/i.exec(entry.bytes)?.[1];
    return asked === undefined ? [] : [notTaken(story, entry, asked)];
  });
  // With two arguments it was well formed, so pop3_auth is what refused it.
  const apop = fromClient(told(story, 'apop.refused')).filter(({ bytes }) => /^APOP +\S+ +\S+\s*$/i.test(bytes));
  const clear = ['auth.needs-tls', 'login.needs-tls', 'needs-tls'].flatMap((reason) => fromClient(told(story, reason)));
  const off = ['starttls.off', 'stls.off'].flatMap((reason) => fromClient(told(story, reason)));
  return [
    ...foreign,
    ...apop.map((entry) => notTaken(story, entry, 'APOP')),
    ...clear.map(({ seq }) => finding('F9.tls', [seq])),
    ...off.map(({ seq }) => finding('E4.starttls', [seq])),
  ];
}

/** A mechanism that nginx knows, and that this server does not take. */
const notTaken = ({ protocol }: Story, { seq }: Entry, mechanism: string): Diagnostic =>
  finding('F9.none', [seq], {
    mechanism: mechanism.toUpperCase(),
    value: mechanism.toLowerCase(),
    directive: `${protocol}_auth`,
  });

/** Buffers, clocks and the log, where they cut a client off. */
function onLimits(story: Story): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { seq } of told(story, 'timeout').filter(({ kind }) => kind === 'decision')) {
    found.push(finding('Q17', [seq]));
  }
  if (story.protocol === 'pop3') {
    for (const { seq } of fromClient(told(story, 'overlong'))) found.push(finding('Q19', [seq]));
  }
  for (const { seq } of story.by.get('session.mangled') ?? []) found.push(finding('Q20', [seq]));
  return found;
}

/** A login behind a MAIL that was taken: nginx does not repeat the MAIL upstream. */
function onForgotten(story: Story): readonly Diagnostic[] {
  const login = story.by.get('smtp.logged-in')?.[0];
  if (login === undefined) return [];
  const taken = fromClient(story.by.get('smtp.mail') ?? []).findLast(({ seq }) => seq < login.seq);
  if (taken === undefined) return [];
  const reset = ['smtp.rset', 'smtp.helo', 'smtp.ehlo'].flatMap((why) => story.by.get(why) ?? []);
  const forgotten = reset.some(({ seq }) => seq > taken.seq && seq < login.seq);
  return forgotten ? [] : [finding('Q26', [taken.seq, login.seq])];
}

/** Who is behind the connection: PROXY headers that did not come, and names that were not found. */
function onArrival(story: Story): readonly Diagnostic[] {
  const missing = ['session.proxied.broken', 'session.proxied.timed-out'].flatMap((why) => story.by.get(why) ?? []);
  // OpenSSL's words for a first record that is none.
  const plain = (story.by.get('session.secure-failed') ?? []).filter((entry) =>
    /wrong version number|http request|packet length too long/i.test(paramOf(entry, 'error')),
  );
  // OpenSSL has nothing to say of a handshake that never came.
  const silent = (story.by.get('session.secure-failed') ?? []).filter(
    (entry) => paramOf(entry, 'mode') === 'ssl' && paramOf(entry, 'error') === '',
  );
  const unnamed = story.by.get('session.unnamed') ?? [];
  return [
    ...missing.map(({ seq }) => finding('G2.missing', [seq])),
    ...plain.map(({ seq }) => finding('E4.plain', [seq])),
    ...silent.map(({ seq }) => finding('E4.silent', [seq])),
    ...unnamed.map(({ seq }) => finding('H3', [seq])),
    ...(story.by.has('session.real-ip') ? [] : (story.by.get('session.proxied') ?? [])).map((entry) =>
      finding('G1.header', [entry.seq], { header: entry.bytes.trim() }),
    ),
  ];
}

/** Everything about the client. */
export function diagnoseClient(story: Story): readonly Diagnostic[] {
  return [...onArrival(story), ...onUnknown(story), ...onMechanisms(story), ...onLimits(story), ...onForgotten(story)];
}
