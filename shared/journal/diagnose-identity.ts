/** Findings about who the upstream takes the client for, and about staying where the first recipient went (rows C, D, G). */
import { type Diagnostic, finding } from './diagnostics.ts';
import type { Entry } from './entry.ts';
import { isRecipientRouted, nameOf, offers, replyText, type Story, told } from './story.ts';

/** What the upstream refused of an SMTP session, before the relay and in it, in order. */
const refusalsOf = ({ entries }: Story): readonly Entry[] =>
  entries.filter(
    ({ kind, leg, direction, bytes }) =>
      kind === 'line' && leg === 'upstream' && direction === 'in' && /^[45]\d\d[ -]/.test(bytes),
  );

/** Words of servers that do not like the name they were greeted with. */
const ABOUT_NAME = /\b(?:HELO|EHLO|rDNS|reverse|PTR|host ?names?)\b/i;

/** Words of servers that judge an address. */
const ABOUT_ADDRESS =
  /\bSPF\b|gr[ae]y-?list|block ?list|black ?list|\bbanned\b|\brate\b|too many (?:connections|messages)/i;

/** Words of servers that want a login, and their codes (RFC 4954 6, RFC 3463 X.7.0). */
const WANTS_LOGIN = /^530\b|authentication (?:is )?required|relay(?:ing)? (?:access )?denied/i;

const nameIn = ({ bytes }: Entry): string => /^\S+ +(\S+)/.exec(bytes)?.[1] ?? '';

/** A login that ended at nginx. */
function onLogin(story: Story, refusals: readonly Entry[]): readonly Diagnostic[] {
  const upstream = nameOf(story);
  if (told(story, 'back.auth').length > 0) return [];
  const wants = refusals.find(({ bytes }) => WANTS_LOGIN.test(bytes));
  if (wants !== undefined) return [finding('D1.refused', [wants.seq], { upstream, text: replyText(wants) })];
  const [login] = told(story, 'logged-in');
  return login !== undefined && offers(story, 'AUTH') ? [finding('D1.trusted', [login.seq], { upstream })] : [];
}

/** The greeting was nginx's own, and that is what the upstream minds. */
function onName(story: Story, refusals: readonly Entry[]): readonly Diagnostic[] {
  const minds = refusals.find(({ bytes }) => ABOUT_NAME.test(bytes));
  const hello = story.commands.find(({ said }) => said.why === 'smtp.back.hello')?.said;
  if (minds === undefined || hello === undefined || told(story, 'back.client-hello').length > 0) return [];
  const own = [...told(story, 'ehlo'), ...told(story, 'helo')]
    .filter(({ direction }) => direction === 'in')
    .map(nameIn)
    .at(-1);
  const shown = nameIn(hello);
  const params = { upstream: nameOf(story), own: own ?? '', shown, text: replyText(minds) };
  return own !== undefined && own !== shown ? [finding('D6', [minds.seq, hello.seq], params)] : [];
}

/** The address was the proxy's own, and that is what the upstream minds. */
function onAddress(story: Story, refusals: readonly Entry[]): readonly Diagnostic[] {
  const minds = refusals.find(({ bytes }) => ABOUT_ADDRESS.test(bytes));
  const isTold = told(story, 'back.xclient').length > 0 || story.by.has('session.proxy-header');
  if (minds === undefined || isTold) return [];
  return [finding('G1', [minds.seq], { upstream: nameOf(story), text: replyText(minds) })];
}

/** The word of a list of capabilities that stands for a parameter of MAIL or RCPT, where it is another one. */
const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  BODY: ['8BITMIME', 'BINARYMIME'],
  RET: ['DSN'],
  ENVID: ['DSN'],
  NOTIFY: ['DSN'],
  ORCPT: ['DSN'],
  BY: ['DELIVERBY'],
};

/** Whether the reply to the last EHLO before an entry named what a parameter belongs to (RFC 5321 4.1.1.1). */
function isOffered({ lines, entries }: Story, parameter: string, before: number): boolean {
  const hello = lines.findLast(({ seq, bytes }) => seq < before && /^(?:EHLO|HELO)\b/i.test(bytes));
  if (hello === undefined) return false;
  const list = entries.find(
    ({ kind, seq, direction, bytes }) =>
      seq > hello.seq && seq < before && direction !== 'none' && kind === 'line' && /^250[ -]/.test(bytes),
  );
  const wanted = CAPABILITIES[parameter] ?? [parameter];
  // The first line is the server's name.
  const words = (list?.bytes ?? '')
    .split('\r\n')
    .slice(1)
    .map((line) => /^250[ -](\S+)/.exec(line)?.[1]?.toUpperCase());
  return wanted.some((word) => words.includes(word));
}

/** A parameter that nginx's list promised and the upstream does not know (RFC 1869: 501, 504, 555). */
function onPromise(story: Story, refusals: readonly Entry[]): readonly Diagnostic[] {
  const [no] = refusals.filter(({ bytes }) => /^(?:501|504|555)\b/.test(bytes));
  if (no === undefined) return [];
  const asked = story.entries.findLast(
    ({ kind, leg, direction, seq, bytes }) =>
      kind === 'line' &&
      seq < no.seq &&
      (leg === 'upstream' ? direction === 'out' : leg === 'client' && direction === 'in' && seq > story.relay) &&
      /^(?:MAIL|RCPT)\b/i.test(bytes),
  );
  const parameter = /> +([^\s=]+)/.exec(asked?.bytes ?? '')?.[1]?.toUpperCase();
  if (asked === undefined || parameter === undefined) return [];
  const params = { upstream: nameOf(story), text: replyText(no), parameter };
  return [finding(isOffered(story, parameter, asked.seq) ? 'F1' : 'F1.unoffered', [no.seq, asked.seq], params)];
}

/** How a connection that recipients routed stays where its first recipient sent it. */
function onPinned(story: Story, refusals: readonly Entry[]): readonly Diagnostic[] {
  const handed = story.by.get('session.handed-over')?.[0];
  if (handed === undefined || !isRecipientRouted(story)) return [];
  const upstream = nameOf(story);
  const found: Diagnostic[] = [];
  const [answered] = told(story, 'rcpt-answered').filter(
    ({ kind, direction, bytes }) => kind === 'line' && direction === 'out' && /^[45]/.test(bytes),
  );
  if (answered !== undefined) found.push(finding('C3', [answered.seq], { upstream, text: replyText(answered) }));
  // Who looks for the upstream in the log looks because of a refusal.
  const [refused] = refusals;
  if (refused !== undefined) found.push(finding('C7', [refused.seq], { upstream }));
  return found;
}

/** Everything about who the upstream takes the client for; only SMTP servers look that closely. */
export function diagnoseIdentity(story: Story): readonly Diagnostic[] {
  if (story.protocol !== 'smtp') return [];
  const refusals = refusalsOf(story);
  return [onLogin, onName, onAddress, onPromise, onPinned].flatMap((each) => each(story, refusals));
}
