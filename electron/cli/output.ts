/** What the command line prints, and how it ends. */
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { joinAddress } from '../lab/address.ts';
import { meaningOf, UserError } from '../lab/user-error.ts';

/** Exit codes: 0 fine, 1 the user's input, 2 bad usage, 70 our fault (EX_SOFTWARE of sysexits.h). */
export const exitCodes = { fine: 0, input: 1, usage: 2, fault: 70 } as const;

/** One line on standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line on standard error. */
export function complain(text: string): void {
  process.stderr.write(`mail-lab: ${text.replaceAll('\n', ' ')}\n`);
}

/** Says what went wrong, in one line (with `--debug` all of it); answers with the exit code. */
export function report(error: unknown, debug: boolean): number {
  const isUsers = error instanceof UserError;
  const message = error instanceof Error ? error.message : String(error);
  complain(isUsers ? message : `internal error: ${message}${debug ? '' : ' (--debug shows more)'}`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return isUsers ? exitCodes.input : exitCodes.fault;
}

/** The file a problem is in, as the user would name it from where he stands. */
export function fileOf({ file: name }: Problem, file: string, isBare: boolean): string {
  if (name === 'lab' || (isBare && name === basename(file))) return file;
  return isAbsolute(name) ? name : join(dirname(file), name);
}

/** Advice about what is valid: `check` gives it, and so does the window; a lab that is to run just runs. */
const isLint = ({ severity, id }: Problem) => severity !== 'error' && id !== undefined;

const levels = { error: 'emerg', warning: 'warn', note: 'notice' } as const;

/**
 * `[emerg] MESSAGE in FILE:LINE`, as nginx words it, with what helps on a line of its own. `isBare`: `file` is itself
 * the nginx.conf.
 */
export function complainOf(problems: readonly Problem[], file: string, isBare: boolean, lints = false): void {
  for (const problem of problems) {
    if (isLint(problem) && !lints) continue;
    const { severity, message, line, id, hint } = problem;
    const name = id === undefined ? '' : ` (${id})`;
    complain(`[${levels[severity]}] ${message.replace(/\.$/, '')} in ${fileOf(problem, file, isBare)}:${line}${name}`);
    if (hint !== undefined) complain(`[hint] ${hint}`);
  }
}

/** `smtp 127.0.0.1:3333`, `auth 127.0.0.1:8000`, `upstream eng smtp 127.0.0.1:2525`. */
function listenerText({ role, name, protocol, address, port }: ListenerView): string {
  const what = { proxy: protocol, auth: 'auth', upstream: `upstream ${name} ${protocol}` }[role];
  return `${what} ${joinAddress({ host: address, port })}`;
}

/** Lines for the sockets that listen, and for those that a fault of the lab file keeps closed. */
export function listeningLines(listeners: readonly ListenerView[]): readonly string[] {
  return listeners
    .filter(({ state }) => state === 'listening' || state === 'refusing')
    .map((one) => `${one.state} ${listenerText(one)}`);
}

const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'stop that program, or change the port in the file',
  EACCES: 'ports below 1024 need more rights: use a higher one',
  EADDRNOTAVAIL: 'use 127.0.0.1',
};

/** A unix socket has a file instead of a port. */
const unixAdvice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'a file of that name is there already; remove it, if no program listens on it',
  EACCES: 'the file cannot be made there; its folder has to exist, and has to be yours to write to',
};

/** One line for every socket that could not be had, with what to do. */
export function complainOfListeners(listeners: readonly ListenerView[]): void {
  for (const one of listeners) {
    if (one.state !== 'failed') continue;
    const code = one.error ?? '';
    const what = `${meaningOf(code)}; ${advice[code] ?? 'change the address in the file'}`;
    const unix = one.address.startsWith('unix:') ? unixAdvice[code] : undefined;
    complain(`cannot listen on ${listenerText(one)}: ${unix ?? what}`);
  }
}
