/** An exam takes no longer than it may, whatever the service does. */
import { afterEach, expect, test } from 'vitest';
import { runExam } from '../../../electron/authority/exam.ts';
import { gradeExam } from '../../../shared/auth/exam-grade.ts';
import { examQuestions } from '../../../shared/auth/exam-questions.ts';
import { rawService, targetAt } from './services.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const questions = examQuestions({});
const refusal = 'HTTP/1.0 200 OK\r\nAuth-Status: no\r\nAuth-Error-Code: 550 5.1.1\r\nAuth-Wait: 1\r\n\r\n';

/** A service that answers the first `count` questions and then takes connections without a word. */
async function tired(count: number): Promise<number> {
  let asked = 0;
  const service = await rawService((socket) => {
    asked += 1;
    if (asked <= count) socket.end(refusal);
  });
  stops.push(() => service.stop());
  return service.port;
}

test('a service that stops answering is not waited for again and again', async () => {
  const target = targetAt(await tired(20));
  const run = await runExam(questions, target, { answerMs: 50, totalMs: 60_000 }, () => false);
  expect(run.unasked).toBeGreaterThan(20);
  const report = gradeExam(run.answers, { target: target.text, ...run });
  expect(report.findings.map(({ key }) => key)).toEqual(['B14.late']);
  expect(report).toMatchObject({ grade: 'failed', unasked: run.unasked });
});

test('all in all it has its time and no more', async () => {
  const run = await runExam(questions, targetAt(await tired(5)), { answerMs: 60_000, totalMs: 300 }, () => false);
  expect(run.answers.length).toBeLessThan(20);
  expect(run.ms).toBeLessThan(10_000);
});

test('where the first answer says that nobody is there, nothing more is asked', async () => {
  const run = await runExam(questions, targetAt(await tired(1)), { answerMs: 1000, totalMs: 60_000 }, () => true);
  expect([run.answers.length, run.unasked]).toEqual([1, questions.length - 1]);
});
