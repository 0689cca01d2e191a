/** Puts an exam's questions to an auth service, each as nginx would. */
import { passwordKnown } from '../../shared/auth/answer-marks.ts';
import type { ExamAnswer, ExamQuestion } from '../../shared/auth/exam.ts';
import type { AuthTarget } from '../../shared/auth/lookup.ts';
import { encodeRequest } from '../../shared/auth/request.ts';
import { askOverNetwork } from './client.ts';

/** How long an exam may take. */
export interface ExamLimits {
  /** ms for one answer. */
  readonly answerMs: number;
  /** ms for everything: what is not asked by then is left out. */
  readonly totalMs: number;
}

/** An exam's answers, in the order of the questions. */
export interface ExamRun {
  readonly answers: readonly ExamAnswer[];
  readonly unasked: number;
  readonly ms: number;
}

/** Questions on the way at the same time, besides those that ask for it: a service may well serve one at a time. */
const AT_ONCE = 4;

/** After so many answers in a row that never came, nothing more is to be learned. */
const SILENT_MAX = 6;

function ask(question: ExamQuestion, target: AuthTarget, timeoutMs: number): Promise<ExamAnswer> {
  const { lookup, readAfterMs } = question;
  const request = encodeRequest(lookup, target);
  const about = { protocol: lookup.protocol, passwordKnown: passwordKnown(lookup.method) };
  const began = performance.now();
  const call = { request, target, timeoutMs, about, ...(readAfterMs === undefined ? {} : { readAfterMs }) };
  return new Promise((resolve) => {
    askOverNetwork(call, ({ response, verdict, systemError }) =>
      resolve({
        question,
        request,
        response,
        verdict,
        ms: Math.round(performance.now() - began),
        ...(systemError === undefined ? {} : { systemError }),
      }),
    );
  });
}

const isLate = ({ verdict }: ExamAnswer): boolean => verdict.type === 'error' && verdict.error === 'timed-out';

/** The first question goes alone: `isDead` may end the exam after its answer. */
export async function runExam(
  questions: readonly ExamQuestion[],
  target: AuthTarget,
  limits: ExamLimits,
  isDead: (first: ExamAnswer) => boolean,
): Promise<ExamRun> {
  const began = performance.now();
  const answers = new Map<string, ExamAnswer>();
  let silent = 0;
  const goes = (): boolean => silent < SILENT_MAX && performance.now() - began < limits.totalMs;
  const put = async (question: ExamQuestion): Promise<void> => {
    const left = limits.totalMs - (performance.now() - began);
    const answer = await ask(question, target, Math.max(1, Math.min(limits.answerMs, left)));
    silent = isLate(answer) ? silent + 1 : 0;
    answers.set(question.id, answer);
  };
  const worker = async (waiting: ExamQuestion[]): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && goes(); next = waiting.shift()) await put(next);
  };
  const [first, ...rest] = questions;
  if (first) await put(first);
  const answer = first && answers.get(first.id);
  if (answer && !isDead(answer)) {
    const alone = rest.filter(({ together }) => !together);
    await Promise.all(Array.from({ length: AT_ONCE }, () => worker(alone)));
    if (goes()) await Promise.all(rest.filter(({ together }) => together).map(put));
  }
  const found = questions.flatMap(({ id }) => answers.get(id) ?? []);
  return { answers: found, unasked: questions.length - found.length, ms: Math.round(performance.now() - began) };
}
