/** What the exam can find, in words: what happens, and what to do. */
import type { Params } from '../machine/machine.ts';
import { decodeUtf8 } from '../wire/address.ts';
import { type MarkKey, marks, type Severity } from './answer-marks.ts';

/** What only a row of answers shows, by the pitfall's ID and a word. */
const own = {
  'A1.open': 'warn',
  'A1.changes': 'warn',
  'A1.right': 'error',
  'A1.protocol': 'note',
  'A2.method': 'error',
  'A2.context': 'warn',
  A3: 'error',
  'A7.right': 'error',
  'A7.plus': 'error',
  'A7.trimmed': 'error',
  'A7.breaks': 'error',
  'A7.injected': 'error',
  'A8.differs': 'error',
  'A8.breaks': 'error',
  'B5.anyone': 'error',
  'B5.password': 'error',
  'B5.empty-password': 'error',
  'B5.digest': 'error',
  'B5.external': 'warn',
  'B13.unsupported': 'note',
  'B14.late': 'error',
  'B14.slow': 'warn',
  'B14.load': 'warn',
} as const satisfies Readonly<Record<string, Severity>>;

/** The key of a finding: of a mark in an answer, or of something that several answers show. */
export type ExamKey = MarkKey | keyof typeof own;

interface Text {
  readonly sentence: (params: Params) => string;
  readonly fix: string;
}

const value = (params: Params, name: string): string => {
  const text = params[name];
  return typeof text === 'string' ? JSON.stringify(decodeUtf8(text)) : String(text ?? '');
};

const text = (sentence: string | ((params: Params) => string), fix: string): Text => ({
  sentence: typeof sentence === 'string' ? () => sentence : sentence,
  fix,
});

const texts: Readonly<Record<ExamKey, Text>> = {
  'A1.open': text(
    'Mail for a domain that nobody has is accepted, so anybody may send anywhere through this proxy.',
    'Refuse recipients whose domain is not yours: Auth-Status with a text, Auth-Error-Code: 550 5.7.1.',
  ),
  'A1.changes': text(
    'The same question got different answers: once let in, once not.',
    'Decide by the question alone. Where failed attempts are counted on purpose, count per client, not per user.',
  ),
  'A1.right': text(
    'What you said is right (the login, or the recipient) was refused.',
    'Compare the question in the report with what the service has; the account or the recipient may be another.',
  ),
  'A1.protocol': text(
    'The right login is let in by one protocol and refused by another.',
    'Answer to every Auth-Protocol that a listener of the proxy speaks, each with its own port.',
  ),
  A2: text('The answer has a body, which nginx never reads.', 'Leave it out: all that counts are the headers.'),
  'A2.method': text(
    'The service refuses GET: it seems to wait for a POST or for parameters.',
    'nginx sends a GET without a body; read Auth-Method, Auth-User, Auth-Pass and the others from its headers.',
  ),
  'A2.context': text(
    'The answer changes with headers that say nothing about who or where: TLS, PROXY, the name of the client, auth_http_header.',
    'Look up header by header by its name, and ignore those that the service does not know.',
  ),
  A3: text(
    'This looks like an endpoint for auth_request: it says yes or no by the status and names no server.',
    'The mail proxy needs headers: Auth-Status, Auth-Server and Auth-Port. Write a small service that asks this one.',
  ),
  'A7.right': text(
    'The right login was refused, and the password (or name) has characters that arrive escaped.',
    'Undo plain percent-escapes only (%20, %25): + stays +, and bytes above 127 are raw UTF-8, not Latin-1.',
  ),
  'A7.plus': text(
    '+ and space are taken for the same: another password than the right one lets in.',
    'Do not use a form decoder for Auth-Pass: + stays +, only %XX is an escape.',
  ),
  'A7.trimmed': text(
    'A password with something more behind it (a space, a NUL) is taken for the right one.',
    'Undo the percent-escapes after the header was trimmed, and compare all bytes; no C strings.',
  ),
  'A7.breaks': text(
    'Some names or passwords break the service: nginx gets no usable answer, and the client sees an internal error.',
    'Treat Auth-User and Auth-Pass as bytes: percent-decode, then UTF-8 where it is valid, and refuse the rest in order.',
  ),
  'A7.injected': text(
    'A line break inside a name came back as a header of its own: a stranger can write the answer.',
    'Never put a decoded name or password into a header without removing CR and LF.',
  ),
  'A8.differs': text(
    'The same recipient gets another answer when it is written in another way.',
    'Auth-SMTP-To is the whole command: take what is between < and >, compare the domain without case, ignore the rest.',
  ),
  'A8.breaks': text(
    'Some recipients break the service: nginx gets no usable answer, and the client sees an internal error.',
    'Expect quotes, missing domains, bytes above 127 and very long lines in Auth-SMTP-To; refuse what you cannot read.',
  ),
  'B1.page': text(
    (params) =>
      `The answer ${value(params, 'start')} has none of the headers that nginx needs; it looks like a page of something in front.`,
    'See whether the service itself runs and is asked at the right path; always answer with Auth-Status.',
  ),
  'B1.half': text(
    (params) => `Who is let in must be told where to go, and ${String(params.missing)} is missing.`,
    'Send Auth-Server (an IP address) and Auth-Port with every Auth-Status: OK.',
  ),
  'B1.cut': text(
    'The answer ends before the empty line that ends its headers.',
    'End the headers with an empty line, and close the connection only after it.',
  ),
  'B1.status': text('The status line has a CR without LF, and nginx reads no further.', 'End every line with CR LF.'),
  B2: text(
    (params) => `Auth-Server ${value(params, 'value')} is not an IP address, and nginx looks nothing up here.`,
    'Resolve the name in your auth service and send the address: no name, no unix: path, no port, no brackets.',
  ),
  B3: text(
    (params) => `Auth-Port ${value(params, 'value')} is not a number from 1 to 65535.`,
    'Send the number: 25, 143, 110.',
  ),
  B4: text(
    (params) =>
      `The status ${String(params.status)} is ignored: with these headers nginx lets the client in all the same.`,
    'Answer 200 when you mean yes; when you mean no, say so in Auth-Status, not in the status.',
  ),
  B5: text(
    'The answer has no Auth-Status, and nginx takes that for OK.',
    'Send Auth-Status with every answer: OK, or the text of the refusal.',
  ),
  'B5.empty': text(
    'Auth-Status is empty, and nginx takes that for OK in SMTP.',
    'Send OK, or the text of the refusal.',
  ),
  'B5.anyone': text(
    'You are letting everyone in: a user that does not exist was let in with a made-up password.',
    'Refuse whom you do not know: Auth-Status: Invalid login or password.',
  ),
  'B5.password': text(
    'A known user was let in with a wrong password.',
    'Compare the whole password, with case, and refuse what differs.',
  ),
  'B5.empty-password': text(
    'A known user was let in without a password.',
    'Refuse an empty Auth-Pass; an LDAP bind without a password succeeds for anybody.',
  ),
  'B5.digest': text(
    'A wrong CRAM-MD5 or APOP digest was accepted.',
    'Work the digest out from Auth-Salt and the clear password, and compare; or refuse the method.',
  ),
  'B5.external': text(
    'AUTH EXTERNAL lets a known user in without a certificate: nobody has proven anything.',
    'For Auth-Method: external demand Auth-SSL-Verify: SUCCESS, and compare Auth-SSL-Subject with the user.',
  ),
  B6: text(
    (params) => `Auth-Status ${value(params, 'status')} is a refusal: only the exact bytes OK let in.`,
    'Send OK in capitals, and nothing after it.',
  ),
  'B6.tab': text(
    'A TAB after the colon belongs to the value for nginx, so that this OK is a refusal.',
    'Put one space after the colon.',
  ),
  B7: text(
    'A refused recipient gets 535, "authentication failed", because Auth-Error-Code is missing.',
    'Send Auth-Error-Code: 550 5.1.1 with the refusal of a recipient.',
  ),
  'B7.code': text(
    (params) =>
      `Auth-Error-Code ${value(params, 'value')} is no reply code of a refusal, and the client sees it as it is.`,
    'Begin it with a code from 400 to 599, such as 550 5.1.1.',
  ),
  B8: text(
    'After this refusal nginx closes the connection.',
    'Send Auth-Wait with the seconds to wait where the client may try again.',
  ),
  'B8.wait': text(
    (params) => `Auth-Wait ${value(params, 'value')} is no whole number of seconds, and is ignored.`,
    'Send digits only: Auth-Wait: 3.',
  ),
  B9: text(
    (params) => `nginx cannot read the header line ${value(params, 'line')}, and ends the session.`,
    'Names have letters, digits and - only (no _), and begin with a letter or digit; no line goes on in the next.',
  ),
  B10: text(
    'Status line and headers are larger than 1,024 bytes: the client gets 451, and nginx logs nothing.',
    'Leave out cookies, policies and traces; nginx needs only the Auth- headers.',
  ),
  'B10.near': text(
    (params) =>
      `The answer fills ${String(params.size)} of 1,024 bytes: one more header, and every login fails silently.`,
    'Leave out what nginx does not read.',
  ),
  B11: text(
    (params) => `${String(params.name)} comes ${String(params.times)} times; the last one wins, but a refusal stays.`,
    'Send every header once.',
  ),
  B12: text(
    'Auth-Status: WAIT makes nginx ask again after Auth-Wait seconds, while the client is held.',
    'Answer OK or a refusal in the end.',
  ),
  'B12.loop': text(
    'Auth-Status: WAIT without Auth-Wait makes nginx ask again at once, without end.',
    'Send Auth-Wait with WAIT.',
  ),
  B13: text(
    'A CRAM-MD5, APOP or EXTERNAL login was let in without Auth-Pass, and nginx has no password for the mail server.',
    'Send the clear password in Auth-Pass, or refuse the method.',
  ),
  'B13.unsupported': text(
    'The right digest was refused: CRAM-MD5 or APOP do not work with this service.',
    'Leave them out of smtp_auth, imap_auth and pop3_auth, or keep clear passwords in the service.',
  ),
  'B14.late': text(
    'Some questions were never answered in time.',
    'Answer within a second or two; nginx gives up after auth_http_timeout, 60 s, and holds the client until then.',
  ),
  'B14.slow': text(
    'Some answers took more than three seconds, and the client waits as long.',
    'Look for the look-up that takes the time: a name, a database, a password hash.',
  ),
  'B14.load': text(
    'With several questions at a time some got no answer, or another one.',
    'Answer connections at the same time: nginx opens one for every login.',
  ),
};

const severities: Readonly<Record<ExamKey, Severity>> = { ...marks, ...own };

/** What a finding says. */
export function examText(
  key: ExamKey,
  params: Params,
): { readonly id: string; readonly severity: Severity; readonly sentence: string; readonly fix: string } {
  const { sentence, fix } = texts[key];
  return { id: key.split('.')[0] ?? key, severity: severities[key], sentence: sentence(params), fix };
}
