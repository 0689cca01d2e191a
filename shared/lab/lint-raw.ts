/** What nginx makes of an answer that a lab file gives word for word (`raw`). */
import { type Answer, decodeAnswer, encodeAnswer } from '../auth/answer.ts';
import type { Then } from '../auth/rule.ts';
import { encodeUtf8 } from '../auth/text.ts';
import type { VerdictError } from '../machine/machine.ts';
import type { LookupKind } from './lint-kinds.ts';
import type { Lint } from './problem.ts';

/** A lint without its place. */
export interface Advice {
  readonly id: string;
  readonly message: string;
  readonly severity?: Lint['severity'];
  /** The header it is about. */
  readonly header?: string;
}

type Raw = NonNullable<Then['raw']>;

const FAILS = 'every session that gets this answer fails with an internal error';

const ERRORS: Readonly<Partial<Record<VerdictError, Advice>>> = {
  'no-server-or-port': {
    id: 'B1',
    message: `Auth-Server or Auth-Port is missing: ${FAILS}; give both, or an Auth-Status with words for the client`,
  },
  'bad-address': {
    id: 'B2',
    message: `nginx takes only an IP address here, no name, no brackets and no port: ${FAILS}; look the name up in the auth service`,
    header: 'auth-server',
  },
  'bad-port': {
    id: 'B3',
    message: `nginx takes only a number from 1 to 65535 here: ${FAILS}`,
    header: 'auth-port',
  },
};

/** The lints of an answer, and where each stands below `raw`. */
export function lintRaw(raw: Raw, kinds: readonly LookupKind[]) {
  const names = Object.keys(raw.headers);
  const at = ({ header }: Advice): readonly string[] => {
    const name = names.findLast((one) => one.toLowerCase() === header?.toLowerCase());
    return name === undefined ? [] : ['headers', name];
  };
  return { at, advice: adviceOn(raw, kinds) };
}

function adviceOn(raw: Raw, kinds: readonly LookupKind[]): readonly Advice[] {
  const header = Object.keys(raw.headers).find((name) => !/^[a-z0-9][a-z0-9-]*$/i.test(name));
  if (header !== undefined) {
    const message = `a header's name may hold letters, digits and hyphens only: nginx gives up on the whole answer, and ${FAILS}; rename it`;
    return [{ id: 'B9', message, header }];
  }
  const headers = Object.entries(raw.headers).map(([name, value]) => [name, encodeUtf8(value).trim()] as const);
  const find = (wanted: string) => headers.findLast(([name]) => name.toLowerCase() === wanted)?.[1];
  const status = find('auth-status');
  const wait = Number(/^\d+$/.exec(find('auth-wait') ?? '')?.[0] ?? 0);
  if (status !== undefined && status !== 'OK' && status !== 'WAIT' && /^(?:ok|wait)\W*$/i.test(status)) {
    const message = `nginx knows "OK" and "WAIT" in exactly these letters: "${status}" is a refusal, and the client reads it; write ${status.slice(0, 2).toUpperCase() === 'OK' ? 'OK' : 'WAIT'}`;
    return [{ id: 'B6', message, header: 'auth-status' }];
  }
  if (status === 'WAIT' && wait === 0) {
    const message = 'without Auth-Wait nginx asks again at once, and for ever; give the seconds in Auth-Wait';
    return [{ id: 'B12', message, header: 'auth-status' }];
  }
  return [...verdictAdvice({ status: raw.status, headers }, kinds), ...statusAdvice(raw, status, find('auth-server'))];
}

/** What goes wrong with the answer for the first protocol that gets it. */
function verdictAdvice(answer: Answer, kinds: readonly LookupKind[]): readonly Advice[] {
  const [kind] = kinds;
  if (kind === undefined) return [];
  const verdict = decodeAnswer(encodeAnswer(answer), { protocol: kind.protocol, passwordKnown: true });
  const advice = verdict.type === 'error' ? ERRORS[verdict.error] : undefined;
  return advice === undefined ? [] : [advice];
}

function statusAdvice(raw: Raw, status: string | undefined, server: string | undefined): readonly Advice[] {
  if (server === undefined || (status !== undefined && status !== 'OK')) return [];
  const lints: Advice[] = [];
  if (status === undefined) {
    const message = 'a missing Auth-Status counts as OK: whoever gets this answer is let in; write Auth-Status: OK';
    lints.push({ id: 'B5', message });
  }
  if (raw.status >= 400) {
    const message = `nginx does not look at the status: ${raw.status} with these headers lets the client in; leave out Auth-Server to refuse, with words in Auth-Status`;
    lints.push({ id: 'B4', message, severity: 'note' });
  }
  return lints;
}
