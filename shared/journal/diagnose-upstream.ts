/** Findings about the upstream: what nginx told it, and what it made of that (rows C to H of the pitfalls). */
import { type Diagnostic, finding } from './diagnostics.ts';
import type { Entry } from './entry.ts';
import { type Command, nameOf, paramOf, replyText, type Story, told } from './story.ts';

/** The reply that ended the way upstream, with the command that it answers; none for the greeting. */
interface Refusal {
  readonly reply: Entry;
  readonly command: Command | null;
}

const refusalsOf = (story: Story): readonly Refusal[] =>
  told(story, 'back.unexpected')
    .filter(({ kind, direction }) => kind === 'line' && direction === 'in')
    .map((reply) => ({ reply, command: story.commands.find((one) => one.reply?.seq === reply.seq) ?? null }));

const CLEAR_TEXT = /PRIVACYREQUIRED|LOGINDISABLED|(?:plain|clear)-?\s?text/i;

/** What an upstream that takes a PROXY header for a command answers to it, by protocol; nginx reads it one command later. */
const TAKEN_FOR_COMMAND = { smtp: /^50[0-3]/, imap: /^PROXY /i, pop3: /^-ERR/ } as const;

/** The PROXY header to the upstream, where it is what the upstream refused. */
function refusedHeader(story: Story, { reply, command }: Refusal): Entry | null {
  const at = story.commands.findIndex(({ said }) => said.why === 'session.proxy-header');
  const header = story.commands[at]?.said;
  if (header === undefined || command === null) return null;
  const late = command === story.commands[at + 1] && TAKEN_FOR_COMMAND[story.protocol].test(reply.bytes);
  return late || command.said === header ? header : null;
}

/** Version 1 with ends of two families: nginx writes it, and Postfix and Dovecot do not take it. */
function isMixed(header: Entry): boolean {
  const [, from, to] = /^PROXY TCP[46] (\S+) (\S+) /.exec(header.bytes) ?? [];
  return from !== undefined && to !== undefined && from.includes(':') !== to.includes(':');
}

/** The pitfall behind an upstream's refusal, where it is one. */
function onRefusal(story: Story, refusal: Refusal): readonly Diagnostic[] {
  const { reply, command } = refusal;
  const said = command?.said.bytes ?? '';
  const text = replyText(reply);
  const at: [number, ...number[]] = command === null ? [reply.seq] : [reply.seq, command.said.seq];
  const upstream = nameOf(story);
  if (/^\* PREAUTH\b/i.test(text)) return [finding('F6.preauth', at, { upstream })];
  const header = refusedHeader(story, refusal);
  if (header) {
    const params = { upstream, text, header: header.bytes.trim() };
    return [finding(isMixed(header) ? 'G2.mixed' : 'G2.upstream', [reply.seq, header.seq], params)];
  }
  if (/^XCLIENT /i.test(said)) {
    // Who refuses it with another code than that of an unknown command knows it, and does not trust the proxy.
    return [finding(/^50[0-4]/.test(text) ? 'D4' : 'D5', at, { upstream, text })];
  }
  if (/^AUTH PLAIN /i.test(said)) return [finding('D2', at, { upstream, text })];
  if (story.protocol === 'smtp') return [];
  const before = story.entries.filter(
    ({ leg, direction, seq }) => leg === 'upstream' && direction === 'in' && seq <= reply.seq,
  );
  if (before.some(({ bytes }) => CLEAR_TEXT.test(bytes))) return [finding('E6', at, { upstream, text })];
  return story.protocol === 'imap' && /^\*[^\n]*\n\*/.test(reply.bytes)
    ? [finding('F6.untagged', at, { upstream })]
    : [];
}

/** An upstream that closes instead of a word about the PROXY header, as Dovecot does. */
function onLostHeader(story: Story): readonly Diagnostic[] {
  const [header] = story.by.get('session.proxy-header') ?? [];
  const [left] = told(story, 'back.closed');
  if (header === undefined || left === undefined || !isMixed(header)) return [];
  const params = { upstream: nameOf(story), text: '', header: header.bytes.trim() };
  return [finding('G2.mixed', [header.seq, left.seq], params)];
}

/** Connections that were refused, lost or too slow, and replies that were too long. */
function onLost(story: Story): readonly Diagnostic[] {
  const upstream = nameOf(story);
  const forms = [
    ['back.refused', 'H5.refused'],
    ['back.closed', 'H5.left'],
    ['back.timeout', 'H5.slow'],
    ['back.overlong', 'Q33'],
  ] as const;
  return forms.flatMap(([reason, key]) =>
    told(story, reason).map((entry) => finding(key, [entry.seq], { upstream, error: paramOf(entry, 'error') })),
  );
}

/** A server that expects a PROXY header says nothing before it, and hangs up at anything else, or waits. */
function onSilence(story: Story): readonly Diagnostic[] {
  const [gone] = [...told(story, 'back.closed'), ...told(story, 'back.timeout')];
  const connected = told(story, 'back.connected').length > 0 || story.entries.some(isConnected);
  if (gone === undefined || !connected || story.by.has('session.proxy-header')) return [];
  const spoke = story.entries.some(
    ({ kind, leg, direction, seq }) => kind === 'line' && leg === 'upstream' && direction === 'in' && seq < gone.seq,
  );
  return spoke ? [] : [finding('G2.silent', [gone.seq], { upstream: nameOf(story) })];
}

const isConnected = ({ kind, leg, direction, params }: Entry): boolean =>
  kind === 'dial' && leg === 'upstream' && direction === 'in' && params?.error === undefined;

/** proxy_smtp_auth on, and a login that the client proved without telling its password. */
const onNoPassword = (story: Story): readonly Diagnostic[] =>
  (story.by.get('smtp.back.no-password') ?? []).map(({ seq }) =>
    finding('D2.password', [seq], { upstream: nameOf(story) }),
  );

/** The one line that stands for many causes: which one it was here. */
function onGeneral(story: Story): readonly Diagnostic[] {
  const general = [...told(story, 'verdict.unusable'), ...told(story, 'upstream-failed')];
  return general
    .filter(({ kind, leg, direction }) => kind === 'line' && leg === 'client' && direction === 'out')
    .flatMap((said) => {
      const cause = story.entries[said.cause ?? -1];
      if (cause === undefined) return [];
      // An answer that was fine in itself: it was not the first, nor the thousandth.
      const why = cause.why === 'session.answered' ? 'session.verdict.wait-loop' : cause.why;
      const found = [finding('D8', [said.seq, cause.seq], { saw: said.bytes.trim(), why })];
      const isReply = cause.kind === 'line' && cause.leg === 'upstream' && cause.direction === 'in';
      if (isReply && cause.why.endsWith('.back.unexpected')) {
        const params = { saw: said.bytes.trim(), text: replyText(cause), upstream: nameOf(story) };
        found.push(finding('D7', [cause.seq, said.seq], params));
      }
      return found;
    });
}

/** Everything about the upstream. */
export function diagnoseUpstream(story: Story): readonly Diagnostic[] {
  return [
    ...onGeneral(story),
    ...refusalsOf(story).flatMap((refusal) => onRefusal(story, refusal)),
    ...onLostHeader(story),
    ...onLost(story),
    ...onSilence(story),
    ...onNoPassword(story),
  ];
}
