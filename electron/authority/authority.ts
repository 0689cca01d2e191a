/** Who the proxy asks: the lab's own auth service, decided in process, or any service over the network. */
import { type About, ANSWER_MAX, type Answer, decodeAnswer, encodeAnswer } from '../../shared/auth/answer.ts';
import { decide } from '../../shared/auth/decide.ts';
import type { AuthTarget } from '../../shared/auth/lookup.ts';
import { decodeRequest } from '../../shared/auth/request.ts';
import type { RuleBook } from '../../shared/auth/rule.ts';
import type { Bytes, Verdict } from '../../shared/machine/machine.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';
import type { Authority, Exchange } from '../engine/ports.ts';
import { askOverNetwork } from './client.ts';

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

/** Asks the lab's own service where `auth_http` names it, and the network otherwise. */
export function createAuthority(options: { readonly own: () => OwnService | null }): Authority {
  return {
    ask(question, done) {
      const own = options.own();
      const isOwn = own !== null && names(question.target, own);
      if (isOwn && own.transport === 'in-process') return askInProcess(question, own.book, done);
      return askNetwork(question, isOwn ? options.own : () => null, done);
    },
  };
}

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
function askInProcess(question: Question, book: RuleBook, done: (exchange: Exchange) => void): () => void {
  const { request } = question;
  const { answer, trail, rule, delayMs } = decide(book, question.lookup);
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

const aboutOf = ({ lookup, passwordKnown }: Question): About => ({ protocol: lookup.protocol, passwordKnown });

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

/**
 * Asks over HTTP. Where the service is the lab's own, the same pure function of the same bytes says why it answered so;
 * if it would answer otherwise now (the rules were changed meanwhile), nothing is claimed.
 */
function askNetwork(question: Question, own: () => OwnService | null, done: (exchange: Exchange) => void): () => void {
  const { request, target, timeoutMs } = question;
  return askOverNetwork({ request, target, timeoutMs, about: aboutOf(question) }, (exchange) => {
    const service = own();
    if (service === null) return done(exchange);
    const { answer, trail, rule, delayMs } = decide(service.book, decodeRequest(request));
    const { response, verdict } = exchange;
    const late = verdict.type === 'error' && verdict.error === 'timed-out' && delayMs >= timeoutMs;
    const same = late || encodeAnswer(answer).slice(0, ANSWER_MAX) === response;
    done(same ? { ...exchange, trail, ...(rule === null ? {} : { rule }) } : exchange);
  });
}
