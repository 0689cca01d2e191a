/** Grades an exam: from the answers to the findings, each with its pitfall's ID and what to do. */
import type { Params } from '../machine/machine.ts';
import { type Mark, markAnswer } from './answer-marks.ts';
import type { ExamAnswer, ExamExchange, ExamFinding, ExamQuestion, ExamReport } from './exam.ts';
import { INJECTED } from './exam-logins.ts';
import { type ExamKey, examText } from './exam-text.ts';
import { verdictText } from './verdict-text.ts';

/** People feel an answer that takes longer, in ms. */
const SLOW_MS = 3000;

/** A fact of one answer: the key it counts for. */
interface Fact {
  readonly key: ExamKey;
  readonly question: string;
  readonly params: Params;
}

const marksOf = ({ question, response }: ExamAnswer): readonly Mark[] => markAnswer(response, question.lookup);

/** Keys of marks that say that nginx could not use the answer at all. */
const unusable = (answer: ExamAnswer): boolean => answer.verdict.type === 'error';

/** Whether two verdicts mean the same to the client; which of several servers it gets may change. */
function alike(one: ExamAnswer, other: ExamAnswer): boolean {
  return one.verdict.type === other.verdict.type;
}

/** The right login is refused: by this protocol, or altogether. */
function refused({ others = [], trap }: ExamQuestion, answers: ReadonlyMap<string, ExamAnswer>): ExamKey {
  return others.some((id) => answers.get(id)?.verdict.type === 'route') ? 'A1.protocol' : trap;
}

function onExpectation(answer: ExamAnswer, answers: ReadonlyMap<string, ExamAnswer>): ExamKey | null {
  const { question, verdict } = answer;
  switch (question.expect) {
    case 'in':
      return verdict.type === 'reject' ? refused(question, answers) : null;
    case 'out': {
      // Where every stranger gets in, it is no news that somebody with a wrong password does.
      const open = question.group === 'login' && answers.get('stranger.smtp')?.verdict.type === 'route';
      return verdict.type === 'route' && !open ? question.trap : null;
    }
    case 'same': {
      const like = answers.get(question.like ?? '');
      // Where nothing came, the question was about something else; a service that is never usable is told of once.
      return like && !unusable(like) && !alike(answer, like) ? question.trap : null;
    }
    default:
      return null;
  }
}

/** What breaks a service that is well otherwise: the name or password, or the recipient. */
function onBreak({ question }: ExamAnswer): ExamKey | null {
  if (question.group === 'stranger' || question.group === 'login') return 'A7.breaks';
  return question.group === 'odd recipient' || question.group === 'recipient' ? 'A8.breaks' : null;
}

/** The plain question of a kind: what fails here fails everywhere. */
const plainOf = ({ group }: ExamQuestion): string =>
  group === 'stranger' || group === 'login' ? 'stranger.smtp' : 'rcpt.nowhere';

function factsOf(answer: ExamAnswer, answers: ReadonlyMap<string, ExamAnswer>): readonly Fact[] {
  const { question, response, verdict, ms } = answer;
  const fact = (key: ExamKey, params: Params = {}): Fact => ({ key, question: question.id, params });
  const plain = answers.get(plainOf(question));
  const broke = unusable(answer) && plain !== undefined && !unusable(plain) && !isTrap(answer) ? onBreak(answer) : null;
  if (broke !== null) return [fact(broke)];
  if (verdict.type === 'error' && (verdict.error === 'timed-out' || response === '')) {
    return [fact(question.together ? 'B14.load' : verdict.error === 'timed-out' ? 'B14.late' : 'B1.cut')];
  }
  const found = marksOf(answer).map(({ key, params }) => fact(key, params));
  if (ms > SLOW_MS + (question.readAfterMs ?? 0)) found.push(fact('B14.slow'));
  if (new RegExp(`^${INJECTED}:`, 'im').test(response)) found.push(fact('A7.injected'));
  const missed = onExpectation(answer, answers);
  if (missed !== null) found.push(fact(missed));
  return found;
}

/** An answer that is wrong in a way that a mark names, and not because the question was odd. */
function isTrap(answer: ExamAnswer): boolean {
  return marksOf(answer).some(({ key }) => key !== 'B1.page' && key !== 'B1.cut');
}

/** What a page instead of an answer most likely is, where every answer is one. */
function renamePages(facts: readonly Fact[], answers: readonly ExamAnswer[]): readonly Fact[] {
  const pages = facts.filter(({ key }) => key === 'B1.page');
  if (pages.length < answers.length) return facts;
  const codes = new Set(answers.map(({ response }) => /^HTTP\/\S+ +(\d{3})/.exec(response)?.[1] ?? ''));
  const only = (...wanted: readonly string[]) => [...codes].every((code) => wanted.includes(code));
  const better: ExamKey | null = only('405', '411', '501')
    ? 'A2.method'
    : only('200', '204', '401', '403')
      ? 'A3'
      : null;
  return better === null ? facts : facts.map((one) => (one.key === 'B1.page' ? { ...one, key: better } : one));
}

const order = { error: 0, warn: 1, note: 2 } as const;

function gather(facts: readonly Fact[]): readonly ExamFinding[] {
  const byKey = new Map<ExamKey, Fact[]>();
  for (const fact of facts) byKey.set(fact.key, [...(byKey.get(fact.key) ?? []), fact]);
  const findings = [...byKey].map(([key, all]): ExamFinding => {
    const questions = [...new Set(all.map(({ question }) => question))];
    return { key, ...examText(key, all[0]?.params ?? {}), questions };
  });
  const number = ({ id }: ExamFinding): string => id.replace(/\d+/, (digits) => digits.padStart(3, '0'));
  return findings.sort(
    (a, b) => order[a.severity] - order[b.severity] || number(a).localeCompare(number(b)) || a.key.localeCompare(b.key),
  );
}

/** Stars out the user's own password, and any that the service gives away. */
function starred(answer: ExamAnswer): Pick<ExamExchange, 'request' | 'response'> {
  const { request, response, question } = answer;
  // As long as it was, so that every byte after it stays where it is.
  const star = (text: string): string =>
    text.replace(
      /^(Auth-Pass:[ ]*)([^\r\n]+)/gim,
      (_, name: string, password: string) => name + '*'.repeat(password.length),
    );
  return { request: question.group === 'login' ? star(request) : request, response: star(response) };
}

function exchangeOf(answer: ExamAnswer): ExamExchange {
  const { question, verdict, ms } = answer;
  const { id, group, about, lookup } = question;
  const shown = starred(answer);
  // The marks point into what is shown.
  const found = markAnswer(shown.response, lookup);
  return { id, group, about, ...shown, verdict: verdictText(verdict), ms, marks: found };
}

/** What is known besides the answers. */
interface Setting {
  readonly target: string;
  readonly unasked: number;
  readonly ms: number;
}

/** The report over all answers, in the order of the questions. */
export function gradeExam(answers: readonly ExamAnswer[], { target, unasked, ms }: Setting): ExamReport {
  const byId = new Map(answers.map((answer) => [answer.question.id, answer]));
  const facts = answers.flatMap((answer) => factsOf(answer, byId));
  const findings = gather(renamePages(facts, answers));
  const count = (severity: ExamFinding['severity']) => findings.filter((one) => one.severity === severity).length;
  const counts = { error: count('error'), warn: count('warn'), note: count('note') };
  const grade = counts.error > 0 ? 'failed' : counts.warn > 0 ? 'remarks' : 'passed';
  return { target, grade, counts, findings, exchanges: answers.map(exchangeOf), unasked, ms };
}
