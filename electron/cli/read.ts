/** Reads a lab file for the subcommands that do not run it. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { readText } from '../lab/files.ts';
import { isNginxConf, type Reading, readPlan } from '../lab/plan.ts';
import type { ConsentOptions } from './options.ts';
import type { Located } from './prefix.ts';

/** What a file holds, and whether it is a bare nginx.conf. */
export interface FileReading extends Reading {
  readonly isBare: boolean;
  readonly text: string;
}

/** Reads and checks; rejects with a UserError when the file cannot be read. `onFile`: as in `PlanOptions`. */
export async function readFile(
  file: string,
  { allowLan = false, allow = [], prefix = null }: ConsentOptions & Partial<Pick<Located, 'prefix'>>,
  onFile: (path: string) => void = () => undefined,
): Promise<FileReading> {
  const source = { text: await readText(file), file: resolve(file) };
  const consent = { allowLan, allow: new Set(allow) };
  const reading = await readPlan(source, { hostname: hostname(), consent, prefix, onFile });
  return { ...reading, isBare: isNginxConf(source), text: source.text };
}
