/** Examines an auth service: where it is, whether it may be asked, and what came of it. */
import { lookup as resolveName } from 'node:dns/promises';
import type { ExamAnswer, ExamKnown, ExamReport } from '../../shared/auth/exam.ts';
import { gradeExam } from '../../shared/auth/exam-grade.ts';
import { examQuestions } from '../../shared/auth/exam-questions.ts';
import type { AuthTarget } from '../../shared/auth/lookup.ts';
import { encodeUtf8 } from '../../shared/auth/text.ts';
import { readAuthTarget } from '../../shared/nginx/auth-target.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';
import { type ExamLimits, runExam } from '../authority/exam.ts';
import { joinAddress } from './address.ts';
import type { Consent } from './boundary.ts';
import { isAllowed } from './consent.ts';
import { codeOf, UserError } from './user-error.ts';

/** Whom to examine, and whom the service knows; texts as people write them. */
export interface ExamRequest {
  /** As `auth_http` would have it: `http://127.0.0.1:8000/auth`. */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly rcpt?: string | undefined;
}

const limits: ExamLimits = { answerMs: 5000, totalMs: 60_000 };

/** The service's address; names are looked up once, as nginx does when it starts. */
async function targetOf(url: string): Promise<AuthTarget> {
  if (/^https:/i.test(url))
    throw new UserError(
      `${url} cannot be asked: nginx speaks plain HTTP to its auth service, so it needs an http:// address (A5).`,
    );
  const read = readAuthTarget(url);
  if ('error' in read) throw new UserError(`${url} cannot be asked: ${read.error}.`);
  const { target } = read;
  if (target.unix !== undefined || isLoopback(target.address) || /^[\d.]+$|:/.test(target.address)) return target;
  try {
    return { ...target, address: (await resolveName(target.address)).address };
  } catch (error) {
    throw new UserError(
      `${url} cannot be asked: the name ${target.address} is not known (${codeOf(error) ?? 'no answer'}).`,
    );
  }
}

function demandConsent(target: AuthTarget, consent: Consent): void {
  const address = joinAddress({ host: target.address, port: target.port });
  const named = joinAddress({ host: target.host.replace(/^\[|\]$/g, ''), port: target.port });
  if (target.unix !== undefined || isLoopback(target.address)) return;
  if (isAllowed(consent, address) || isAllowed(consent, named)) return;
  throw new UserError(
    `${address} is another machine, and made-up logins would be sent to it; if that is wanted, say --allow ${address}.`,
  );
}

/** Nothing is to be learned from a service that is not there. */
const isDead = ({ response, verdict }: ExamAnswer): boolean => verdict.type === 'error' && response === '';

function deadSentence({ url }: ExamRequest, { verdict, systemError, ms }: ExamAnswer): string {
  const error = verdict.type === 'error' ? verdict.error : '';
  if (error === 'timed-out')
    return `${url} takes connections and does not answer within ${Math.round(ms / 1000)} s: see whether the service hangs.`;
  if (error !== 'refused') return `${url} closes the connection without an answer: is it an HTTP service?`;
  const how = systemError === undefined || systemError === 'ECONNREFUSED' ? 'nobody listens there' : systemError;
  return `${url} cannot be reached (${how}): start the service, or correct the address.`;
}

function knownOf({ user, password, rcpt }: ExamRequest): ExamKnown {
  if ((user === undefined) !== (password === undefined))
    throw new UserError('A login to try needs both: a user and a password.');
  const odd = [user, password, rcpt].find((text) => text !== undefined && /[\r\n\0]/.test(text));
  if (odd !== undefined) throw new UserError('User, password and recipient are one line each.');
  if (user === '' || rcpt === '')
    throw new UserError('An empty user or recipient is nobody: give one, or leave it out.');
  if (password === '') throw new UserError('An empty password proves nothing: give the real one.');
  return {
    ...(user === undefined || password === undefined ? {} : { user: encodeUtf8(user), password: encodeUtf8(password) }),
    ...(rcpt === undefined ? {} : { rcpt: encodeUtf8(rcpt.replace(/^<|>$/g, '')) }),
  };
}

/** Asks everything and grades it; rejects with a UserError where there is nobody to ask, or none that may be asked. */
export async function examine(request: ExamRequest, consent: Consent): Promise<ExamReport> {
  const known = knownOf(request);
  const target = await targetOf(request.url);
  demandConsent(target, consent);
  const { answers, ...run } = await runExam(examQuestions(known), target, limits, isDead);
  const [first] = answers;
  if (first && isDead(first)) throw new UserError(deadSentence(request, first));
  return gradeExam(answers, { target: target.text, ...run });
}
