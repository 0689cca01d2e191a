/** The exported service in this process: written to a file and loaded, as a program would load it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeAnswer } from '../../../shared/auth/answer.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { encodeRequest, lookupOf } from '../../../shared/auth/request.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { serviceOf } from '../../../shared/export/service.ts';

type Headers = readonly (readonly [string, string])[];

/** What the service says to a question. */
export interface Said {
  readonly bytes: string;
  readonly delayMs: number;
}

/** A loaded service. */
export type Answer = (headers: Headers) => Said;

/** Loads services from files of one folder. */
export class Loader {
  #folder: string | null = null;
  #count = 0;

  async load(book: RuleBook): Promise<Answer> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'exported-'));
    this.#count += 1;
    const file = join(this.#folder, `service-${this.#count}.mjs`);
    await writeFile(file, serviceOf({ name: 'test', book, listen: '127.0.0.1:8000', health: '/health' }).text);
    const module: { answer: Answer } = await import(/* @vite-ignore */ pathToFileURL(file).href);
    return module.answer;
  }

  async clean(): Promise<void> {
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The headers that nginx would send for a lookup. */
export function headersOf(lookup: Lookup): Headers {
  const target = { text: '', host: '127.0.0.1', address: '127.0.0.1', port: 8000, uri: '/' };
  const lines = encodeRequest(lookup, target).split('\r\n').slice(1, -2);
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
}

/** What the lab says to the same headers. */
export function said(book: RuleBook, headers: Headers): Said {
  const { answer, delayMs } = decide(book, lookupOf(headers));
  return { bytes: encodeAnswer(answer), delayMs };
}
