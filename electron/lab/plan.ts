/** Reads a text as a lab, all of it, before anything is touched: what would run, or every problem at once. */
import { basename, dirname, resolve } from 'node:path';
import type { Account, Never } from '../../shared/auth/rule.ts';
import type { Lab, LabAuth, Upstream } from '../../shared/lab/lab.ts';
import { lintLab } from '../../shared/lab/lint.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { readLab } from '../../shared/lab/read.ts';
import type { LabTest } from '../../shared/lab/tests.ts';
import { adviceOn } from '../../shared/nginx/lint.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { type ReadOptions, readMail } from '../../shared/nginx/read.ts';
import { type Consent, confProblems, labProblems } from './boundary.ts';
import { readText } from './files.ts';
import { createInclude } from './include.ts';
import { tlsTrial } from './tls-files.ts';
import { UserError } from './user-error.ts';

/** A text and where it came from. */
export interface Source {
  readonly text: string;
  /** Absolute path; null for the built-in tutorial or a text that was never saved. */
  readonly file: string | null;
}

/** Everything a lab runs by. */
export interface Plan {
  /** A bare nginx.conf has no auth service and no upstreams of its own. */
  readonly kind: 'lab' | 'nginx';
  readonly name: string;
  readonly conf: MailConf;
  readonly auth: LabAuth | null;
  readonly accounts: readonly Account[];
  readonly upstreams: readonly Upstream[];
  /** The promises of the lab file. */
  readonly never: readonly Never[];
  readonly tests: readonly LabTest[];
}

/** What reading a text gave; `plan` is null when a problem is an error. */
export interface Reading {
  readonly plan: Plan | null;
  readonly problems: readonly Problem[];
}

/** What the reading of a text depends on besides the text. */
export interface PlanOptions {
  /** nginx takes it for `server_name` where none is given. */
  readonly hostname: string;
  readonly consent: Consent;
  /** Relative names are looked up here (nginx `-p`); else in the lab file's own folder. */
  readonly prefix: string | null;
  /** Hears of every other file that the text stands on, by absolute path; a folder ends in a slash. */
  readonly onFile?: (path: string) => void;
}

/** Whether a text is to be read as an nginx.conf: by its file's name, else by what stands in it. */
export function isNginxConf({ text, file }: Source): boolean {
  if (file && /\.ya?ml$/i.test(file)) return false;
  if (file && /\.conf$/i.test(file)) return true;
  return !/^lab\s*:/m.test(text) && /^\s*(mail|events|http|worker_processes|user|pid)\b[^:\n]*[{;]/m.test(text);
}

/** Reads and checks; never throws for what stands in the text. */
export async function readPlan(source: Source, options: PlanOptions): Promise<Reading> {
  return isNginxConf(source) ? readBare(source, options) : readWhole(source, options);
}

const isError = (problem: Problem) => problem.severity === 'error';

/** Problems stay in the order in which their reader found them: the first is the one that nginx would stop at. */
function finish(plan: Plan | null, problems: readonly Problem[]): Reading {
  return { plan: problems.some(isError) ? null : plan, problems };
}

/** The folder of a file; without one, where relative names are looked up. */
function folderOf(file: string | null, { prefix }: PlanOptions): string {
  return file ? dirname(file) : (prefix ?? process.cwd());
}

/** A configuration, and where it stands. */
interface Written extends Omit<ReadOptions, 'hostname' | 'include' | 'trial'> {
  readonly text: string;
  /** The folder of the configuration file, in which nginx looks for what it includes. */
  readonly folder: string;
}

/** Reads a configuration with everything that it includes, and checks what it would reach. */
function readConf({ text, ...written }: Written, { hostname, consent, onFile }: PlanOptions): Proxy {
  const shown = dirname(written.file) === '.' ? '' : dirname(written.file);
  const include = createInclude(written.folder, shown, onFile);
  const read = readMail(text, { ...written, hostname, include, trial: tlsTrial });
  const { conf, places } = read;
  const problems = adviceOn(read, { ...written, text, include });
  if (!conf) return { conf, problems };
  return { conf, problems: [...problems, ...confProblems(conf, places, consent)] };
}

function readBare({ text, file }: Source, options: PlanOptions): Reading {
  const name = file ? basename(file) : 'nginx.conf';
  const { conf, problems } = readConf({ text, file: name, folder: folderOf(file, options), whole: true }, options);
  const plan: Plan | null = conf && {
    kind: 'nginx',
    name,
    conf,
    auth: null,
    accounts: [],
    upstreams: [],
    never: [],
    tests: [],
  };
  return finish(plan, problems);
}

async function readWhole(source: Source, options: PlanOptions): Promise<Reading> {
  const { lab, problems, proxy: written } = readLab(source.text, { file: 'lab' });
  const proxy = written && (await proxyOf(written, source, options));
  const beyond = lab ? labProblems(lab, source.text, options.consent) : [];
  const all = [...problems, ...beyond, ...(proxy?.problems ?? [])];
  if (!lab || !proxy?.conf) return finish(null, all);
  const { name, auth, accounts, upstreams, never, tests } = lab;
  const lints = lintLab(lab, proxy.conf, source.text);
  return finish({ kind: 'lab', name, conf: proxy.conf, auth, accounts, upstreams, never, tests }, [...all, ...lints]);
}

interface Proxy {
  readonly conf: MailConf | null;
  readonly problems: readonly Problem[];
}

function proxyOf(proxy: Lab['proxy'], source: Source, options: PlanOptions): Promise<Proxy> | Proxy {
  return proxy.file === null
    ? embeddedProxy(proxy, source, options)
    : includedProxy(proxy.file, proxy.line, source, options);
}

/** The configuration stands in the lab file: its places are moved to where they are there. */
function embeddedProxy(proxy: Lab['proxy'], { text, file }: Source, options: PlanOptions): Proxy {
  const folder = options.prefix ?? folderOf(file, options);
  const { conf, problems } = readConf({ text: proxy.text, file: 'lab', firstLine: proxy.line, folder }, options);
  const inLab = text.split('\n');
  const inProxy = proxy.text.split('\n');
  const moved = problems.map((problem) => {
    if (problem.file !== 'lab') return problem;
    const outer = inLab[problem.line - 1] ?? '';
    const inner = inProxy[problem.line - proxy.line] ?? '';
    return { ...problem, column: problem.column + Math.max(0, outer.indexOf(inner)) };
  });
  return { conf, problems: moved };
}

/** `proxy: { file: nginx.conf }`. */
async function includedProxy(name: string, line: number, source: Source, options: PlanOptions): Promise<Proxy> {
  const path = resolve(options.prefix ?? folderOf(source.file, options), name);
  options.onFile?.(path);
  try {
    return readConf({ text: await readText(path), file: name, folder: dirname(path) }, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message } = error;
    return { conf: null, problems: [{ severity: 'error', message, file: 'lab', line, column: 1 }] };
  }
}
