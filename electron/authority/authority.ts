/** Who the proxy asks: the lab's own auth service, decided in process, or any service over the network. */
import {
  type About,
  ANSWER_MAX,
  type Answer,
  decodeAnswer,
  encodeAnswer,
  scanAnswer,
} from '../../shared/auth/answer.ts';
import { type Decision, decide } from '../../shared/auth/decide.ts';
import { deliver, type Fault, faultOfRule } from '../../shared/auth/fault.ts';
import type { AuthTarget } from '../../shared/auth/lookup.ts';
import { decodeRequest } from '../../shared/auth/request.ts';
import type { RuleBook } from '../../shared/auth/rule.ts';
import type { Bytes, Verdict } from '../../shared/machine/machine.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';
import type { Authority, Exchange } from '../engine/ports.ts';
import { askOverNetwork, timedOut } from './client.ts';
import type { Faults } from './faults.ts';

/** The lab's own auth service as it runs now. */
export interface OwnService {
  readonly book: RuleBook;
  /** Where its HTTP server listens. */
  readonly address: string;
  readonly port: number;
  /** `in-process` decides without a socket; `http` really connects. */
  readonly transport: 'in-process' | 'http';
}

/** A question to the authority. */
type Question = Parameters<Authority['ask']>[0];

/** What an authority is wired to. */
interface AuthorityOptions {
  readonly own: () => OwnService | null;
  /** The faults of the lab's own service; its HTTP server has the same. */
  readonly faults?: Faults | undefined;
}

/** Asks the lab's own service where `auth_http` names it, and the network otherwise. */
export function createAuthority(options: AuthorityOptions): Authority {
  return {
    ask(question, done) {
      const own = options.own();
      const isOwn = own !== null && names(question.target, own);
      if (!isOwn) return askNetwork(question, { own: () => null }, done);
      if (own.transport === 'http') return askNetwork(question, options, done);
      const decision = decide(own.book, question.lookup);
      const fault = options.faults?.strike() ?? faultIn(decision);
      return fault ? askFaulty(question, decision, fault, done) : askInProcess(question, decision, done);
    },
  };
}

/** The fault that the rule itself has. */
const faultIn = ({ fault }: Decision): Fault | null => (fault === null ? null : faultOfRule(fault));

/** Whether the target is the lab's own server. */
function names(target: AuthTarget, own: OwnService): boolean {
  if (target.unix !== undefined || target.port !== own.port) return false;
  return target.address === own.address || (isAny(own.address) && isLoopback(target.address));
}

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::';

/**
 * Decides without a socket, but through the very bytes of the answer that HTTP would carry, so that the journal cannot
 * tell. The answer comes before this returns, unless the rule delays it.
 */
function askInProcess(question: Question, decision: Decision, done: (exchange: Exchange) => void): () => void {
  const { request } = question;
  const { answer, trail, rule, delayMs } = decision;
  const reply = (): void => {
    const { bytes, verdict } = judged(answer, aboutOf(question));
    done({ transport: 'in-process', request, response: bytes, verdict, trail, ...(rule === null ? {} : { rule }) });
  };
  if (delayMs === 0) {
    reply();
    return () => undefined;
  }
  const late: Exchange = {
    transport: 'in-process',
    request,
    response: '',
    verdict: { type: 'error', error: 'timed-out' },
    trail,
    ...(rule === null ? {} : { rule }),
  };
  const timer =
    delayMs < question.timeoutMs ? setTimeout(reply, delayMs) : setTimeout(() => done(late), question.timeoutMs);
  return () => clearTimeout(timer);
}

const aboutOf = ({ lookup, protocol = lookup.protocol, passwordKnown }: Question): About => ({
  protocol,
  passwordKnown,
});

/** An answer's bytes, and what they mean to each kind of question. */
interface Judged {
  readonly bytes: Bytes;
  readonly verdict: Verdict;
}

/** Rules give the same answer object again and again: its bytes are worked out once. */
const known = new WeakMap<Answer, Map<string, Judged>>();

function judged(answer: Answer, about: About): Judged {
  const verdicts = known.get(answer) ?? new Map<string, Judged>();
  known.set(answer, verdicts);
  const key = about.passwordKnown ? about.protocol : `${about.protocol}?`;
  const found = verdicts.get(key);
  if (found) return found;
  const bytes = encodeAnswer(answer);
  const fresh = { bytes, verdict: decodeAnswer(bytes, about) };
  verdicts.set(key, fresh);
  return fresh;
}

const explained = ({ trail, rule }: Decision): Pick<Exchange, 'trail' | 'rule'> => ({
  trail,
  ...(rule === null ? {} : { rule }),
});

/** Without a socket too, but with what would come over one: late, in part, or never. */
function askFaulty(
  question: Question,
  decision: Decision,
  fault: Fault,
  done: (exchange: Exchange) => void,
): () => void {
  const { request, timeoutMs } = question;
  const delivery = deliver(fault, decision.answer);
  const delayMs = decision.delayMs + delivery.delayMs;
  const tell = (response: Bytes, verdict: Verdict): void =>
    done({
      transport: 'in-process',
      request,
      response: response.slice(0, ANSWER_MAX),
      verdict,
      fault: fault.kind,
      ...explained(decision),
    });
  // Neither end nor anything that would end it: only the clock does.
  const hangs = delivery.end === 'hang' && scanAnswer(delivery.bytes).state === 'more';
  const isLate = hangs || delayMs >= timeoutMs;
  const bytes = delayMs >= timeoutMs ? '' : delivery.bytes;
  const end = (): void => (isLate ? tell(bytes, timedOut(bytes)) : tell(bytes, decodeAnswer(bytes, aboutOf(question))));
  if (!isLate && delayMs === 0) {
    end();
    return () => undefined;
  }
  const timer = setTimeout(end, isLate ? timeoutMs : delayMs);
  return () => clearTimeout(timer);
}

/**
 * Asks over HTTP. Where the service is the lab's own, the same pure function of the same bytes says why it answered so;
 * if it would answer otherwise now (the rules were changed meanwhile), nothing is claimed.
 */
function askNetwork(question: Question, { own, faults }: AuthorityOptions, done: (exchange: Exchange) => void) {
  const { request, target, timeoutMs } = question;
  return askOverNetwork({ request, target, timeoutMs, about: aboutOf(question) }, (exchange, ourPort) => {
    const service = own();
    if (service === null) return done(exchange);
    const decision = decide(service.book, decodeRequest(request));
    const { response, verdict } = exchange;
    const ofRule = faultIn(decision);
    const isOfRule = ofRule !== null && deliver(ofRule, decision.answer).bytes.startsWith(response);
    const fault = faults?.struckFrom(ourPort) ?? (isOfRule ? ofRule : null);
    if (fault) return done({ ...exchange, fault: fault.kind, ...explained(decision) });
    const late = verdict.type === 'error' && verdict.error === 'timed-out' && decision.delayMs >= timeoutMs;
    const same = late || encodeAnswer(decision.answer).slice(0, ANSWER_MAX) === response;
    done(same ? { ...exchange, ...explained(decision) } : exchange);
  });
}
