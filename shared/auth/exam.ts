/** An exam for an auth service: lookups as nginx would make them, what each is after, and what came back. */
import type { Bytes, Verdict } from '../machine/machine.ts';
import type { Mark, Severity } from './answer-marks.ts';
import type { ExamKey } from './exam-text.ts';
import type { Lookup } from './lookup.ts';

/** What the questions are about; they are shown under these headings. */
export type ExamGroup = 'recipient' | 'odd recipient' | 'stranger' | 'login' | 'session' | 'load';

/** One lookup of the exam. */
export interface ExamQuestion {
  /** Short and stable: `rcpt.parameters`. */
  readonly id: string;
  readonly group: ExamGroup;
  /** What it is after, in a few words: `a recipient with parameters`. */
  readonly about: string;
  readonly lookup: Lookup;
  /**
   * in: must be let in · out: must not be · answer: anything that nginx can use · same: as the question `like` was
   * answered.
   */
  readonly expect: 'in' | 'out' | 'answer' | 'same';
  readonly like?: string;
  /** The finding where the expectation fails. */
  readonly trap: ExamKey;
  /** Where one of these was let in, it is only this protocol that the service does not serve. */
  readonly others?: readonly string[];
  /** The answer is not read before so many ms have gone by. */
  readonly readAfterMs?: number;
  /** Asked with all others of its kind at the same moment. */
  readonly together?: true;
}

/** Who the service knows, where the user tells: without it only strangers can knock. Byte strings, UTF-8. */
export interface ExamKnown {
  readonly user?: Bytes;
  readonly password?: Bytes;
  /** A recipient that the service accepts. */
  readonly rcpt?: Bytes;
}

/** A question with its answer. */
export interface ExamAnswer {
  readonly question: ExamQuestion;
  readonly request: Bytes;
  readonly response: Bytes;
  readonly verdict: Verdict;
  readonly ms: number;
  /** The system's code where the connection failed. */
  readonly systemError?: string;
}

/** Something that the exam found. */
export interface ExamFinding {
  readonly key: ExamKey;
  /** The pitfall's ID. */
  readonly id: string;
  readonly severity: Severity;
  /** What happens, in one sentence. */
  readonly sentence: string;
  /** What to do about it. */
  readonly fix: string;
  /** The questions that show it, by id; the first is the one to look at. */
  readonly questions: readonly string[];
}

/** One exchange as the report shows it; a password that the user gave is starred out. */
export interface ExamExchange {
  readonly id: string;
  readonly group: ExamGroup;
  readonly about: string;
  readonly request: Bytes;
  readonly response: Bytes;
  /** What nginx would make of it: `route 127.0.0.1:25`. */
  readonly verdict: string;
  readonly ms: number;
  readonly marks: readonly Mark[];
}

/** The whole result. */
export interface ExamReport {
  /** The service, as `auth_http` names it. */
  readonly target: string;
  /** failed: something is wrong for sure · remarks: something deserves a look. */
  readonly grade: 'passed' | 'remarks' | 'failed';
  readonly counts: { readonly error: number; readonly warn: number; readonly note: number };
  readonly findings: readonly ExamFinding[];
  readonly exchanges: readonly ExamExchange[];
  /** Questions for which there was no time. */
  readonly unasked: number;
  readonly ms: number;
}
