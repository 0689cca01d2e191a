/** Findings about the auth service: what it was asked and what it answered (rows A and B of the pitfalls). */
import { parsePath } from '../wire/address.ts';
import { type Diagnostic, type DiagnosticKey, finding } from './diagnostics.ts';
import type { Entry } from './entry.ts';
import { type Exchange, headerOf, paramOf, type Story, told } from './story.ts';

/** nginx's buffer for status line and headers of an answer, in bytes. */
const ANSWER_MAX = 1024;

/** A service that takes longer is felt by people, in µs. */
const SLOW_US = 3_000_000;

/** Headers of an answer that nginx reads. */
const READ = ['auth-status', 'auth-server', 'auth-port', 'auth-user', 'auth-pass', 'auth-wait', 'auth-error-code'];

/** Header values that a service may read in another way than nginx means: told where it did not let the client in. */
function onQuestion({ asked, question, verdict }: Exchange): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (verdict !== 'reject') return found;
  for (const name of ['Auth-User', 'Auth-Pass']) {
    const value = headerOf(question, name.toLowerCase()) ?? '';
    // A password is never shown, not even in part.
    const shown = name === 'Auth-User' ? `${name}: ${value}` : name;
    if (/%[0-9A-F]{2}/.test(value)) found.push(finding('A7.escaped', [asked.seq], { header: shown }));
    if (value.includes('+')) found.push(finding('A7.plus', [asked.seq], { header: shown }));
    if (/[\x80-\xff]/.test(value)) found.push(finding('A7.raw', [asked.seq], { header: shown }));
  }
  const to = headerOf(question, 'auth-smtp-to') ?? '';
  const { parameters, address } = parsePath(to);
  if (parameters !== '') found.push(finding('A8', [asked.seq], { value: to, address }));
  return found;
}

/** Errors of the answer that are a pitfall of their own. */
const VERDICTS: Readonly<Record<string, DiagnosticKey>> = {
  'session.verdict.bad-address': 'B2',
  'session.verdict.bad-port': 'B3',
  'session.verdict.bad-header': 'B9',
  'session.verdict.too-large': 'B10',
  'session.verdict.no-password': 'B13',
  'session.verdict.timed-out': 'B14.late',
  'session.verdict.refused': 'B1.down',
  'session.verdict.closed': 'B1.cut',
  'session.verdict.bad-response': 'B1.noise',
};

function onError(exchange: Exchange, answered: Entry): readonly Diagnostic[] {
  const { answer } = exchange;
  const size = answer.headSize;
  if (answered.why === 'session.verdict.no-server-or-port') return [onNothingNamed(exchange, answered)];
  // What does not fit never ends: nginx sees the service close, or waits for it.
  if (size > ANSWER_MAX) return [finding('B10', [answered.seq], { size })];
  // What is no HTTP at all fails at its first line, which nginx takes for a header.
  const noise = answered.why === 'session.verdict.bad-header' && !/^HTTP\//i.test(answer.start);
  const key = noise ? 'B1.noise' : VERDICTS[answered.why];
  return key === undefined
    ? []
    : [finding(key, [answered.seq], { detail: paramOf(answered, 'detail'), size, start: answer.start })];
}

/** A page of something in front of the auth service, or an answer of the service that is not complete. */
function onNothingNamed({ answer }: Exchange, answered: Entry): Diagnostic {
  const any = answer.headers.some(([name]) => /^auth-/i.test(name));
  if (!any) return finding('B1.page', [answered.seq], { start: answer.start });
  const missing = ['Auth-Server', 'Auth-Port'].filter((name) => !headerOf(answer, name.toLowerCase()));
  return finding('B1.half', [answered.seq], { missing: missing.join(', ') });
}

function onAnswer(exchange: Exchange, { entries }: Story): readonly Diagnostic[] {
  const { asked, answered, answer, verdict } = exchange;
  if (answered === null) return [];
  const at: [number] = [answered.seq];
  const found: Diagnostic[] = [];
  const status = headerOf(answer, 'auth-status');
  const code = Number(/^HTTP\/\S+ +(\d{3})/.exec(answer.start)?.[1] ?? 0);
  if (verdict === 'error') found.push(...onError(exchange, answered));
  if (verdict === 'route' && code >= 400) found.push(finding('B4', at, { status: code }));
  if (verdict === 'route' && answer.start !== '' && status === undefined) found.push(finding('B5', at));
  if (verdict === 'reject' && status !== undefined && /^ok\W*$/i.test(status)) {
    found.push(finding('B6', at, { status }));
  }
  for (const name of READ) {
    const times = answer.headers.filter(([key]) => key.toLowerCase() === name).length;
    // Auth-Pass is named, its value is not.
    if (times > 1) found.push(finding('B11', at, { name, times }));
  }
  const us = answered.at - asked.at;
  // Not the service was slow, but a person who held its answer.
  const isHeld = entries.slice(asked.seq, answered.seq).some(({ kind }) => kind === 'hold');
  if (us > SLOW_US && verdict !== 'error' && !isHeld)
    found.push(finding('B14.slow', at, { seconds: Math.round(us / 1e6) }));
  return found;
}

/** The lab ends what nginx never would: the answer that it gave up on is none that fails by itself. */
function onLoop(story: Story): readonly Diagnostic[] {
  return told(story, 'verdict.unusable').flatMap(({ cause }) => {
    const answer = story.entries[cause ?? -1];
    return answer?.why === 'session.answered' ? [finding('B12.loop', [answer.seq])] : [];
  });
}

function onWaits(story: Story): readonly Diagnostic[] {
  const loop = onLoop(story);
  if (loop.length > 0) return loop;
  const { exchanges } = story;
  const waits = exchanges.flatMap(({ verdict, answered }) => (verdict === 'wait' && answered ? [answered.seq] : []));
  const [first, ...more] = waits;
  return first === undefined || more.length === 0
    ? []
    : [finding('B12.again', [first, ...more], { times: waits.length })];
}

/** What a refusal looks like to the client, where the recipient was what was refused. */
function onRefusals(story: Story): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const reason of ['rejected', 'rejected.waited']) {
    for (const said of told(story, reason)) {
      if (said.kind !== 'line' || said.direction !== 'out') continue;
      const lookup = story.exchanges.findLast(({ asked }) => asked.seq < said.seq);
      const recipient = headerOf(lookup?.question ?? { start: '', headers: [], headSize: 0, body: '' }, 'auth-method');
      const bare = lookup !== undefined && !headerOf(lookup.answer, 'auth-error-code');
      if (recipient === 'none' && bare && said.bytes.startsWith('535')) {
        found.push(finding('B7', [said.seq], { text: said.bytes.trim() }));
      }
      if (reason === 'rejected') found.push(finding('B8', [said.seq]));
    }
  }
  return found;
}

/** Everything about the auth service. */
export function diagnoseAuth(story: Story): readonly Diagnostic[] {
  return [
    ...story.exchanges.flatMap((exchange) => [...onQuestion(exchange), ...onAnswer(exchange, story)]),
    ...onWaits(story),
    ...onRefusals(story),
  ];
}
