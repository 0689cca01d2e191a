/** What a rule does, as a form edits it. */
import { readEndpoint } from '../../shared/auth/ip.ts';
import type { Then } from '../../shared/auth/rule.ts';
import { readRejection } from '../../shared/auth/then.ts';
import type { Fault } from './fields.ts';

/** The forms there are; an upstream is chosen without one. */
export type VerdictKind = 'address' | 'reject' | 'raw' | 'more';

/** Everything that can be typed, as text. */
export interface VerdictForm {
  readonly address: string;
  readonly code: string;
  readonly text: string;
  readonly status: string;
  /** `Name: value`, a line each. */
  readonly headers: string;
  readonly wait: string;
  readonly user: string;
  readonly password: string;
  readonly delay: string;
}

/** Refusals to start from: for good, for now, by policy. */
export const refusals = ['550 5.1.1 no such recipient here', '451 4.3.0 try again later', '554 5.7.1 not allowed here'];

const numberText = (value: number | undefined): string => (value === undefined ? '' : String(value));

export function formOf(then: Then): VerdictForm {
  const { code, text } = readRejection(then.reject ?? refusals[0] ?? '');
  const raw = then.raw ?? { status: 200, headers: { 'Auth-Status': 'OK' } };
  return {
    address: then.route !== undefined && readEndpoint(then.route) !== null ? then.route : '',
    code,
    text,
    status: String(raw.status),
    headers: Object.entries(raw.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    wait: numberText(then.wait),
    user: then.user ?? '',
    password: then.password ?? '',
    delay: numberText(then.delay),
  };
}

const fault = (key: string, params: Fault['params'] = {}): Fault => ({ key: `bad.${key}`, params });

const isHeader = (line: string): boolean => /^[^\s:]+:.*$/.test(line);
const headerLines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

function countFault(name: string, text: string, max: number): Fault | null {
  const trimmed = text.trim();
  if (trimmed === '' || (/^\d{1,9}$/.test(trimmed) && Number(trimmed) <= max)) return null;
  return fault('count', { name, max: String(max) });
}

/** What is wrong with the form, as far as one can tell while it is typed. The lab has the last word. */
export function verdictFault(kind: VerdictKind, form: VerdictForm): Fault | null {
  switch (kind) {
    case 'address':
      return readEndpoint(form.address.trim()) === null ? fault('address') : null;
    case 'reject': {
      const code = form.code.trim();
      if (code !== '' && readRejection(`${code} x`).code !== code.replace(/ +/, ' ')) return fault('code');
      const text = form.text.trim();
      if (text === '') return fault('text');
      return text === 'OK' || text === 'WAIT' ? fault('text.ok', { text }) : null;
    }
    case 'raw': {
      if (!/^[1-9]\d\d$/.test(form.status.trim())) return fault('status');
      const wrong = headerLines(form.headers).find((line) => !isHeader(line));
      return wrong === undefined ? null : fault('header', { line: wrong });
    }
    case 'more':
      return countFault('wait', form.wait, 86_400) ?? countFault('delay', form.delay, 3_600_000);
  }
}

/** What goes with a verdict of any kind, and what does not go with a raw answer. */
const lateness = ({ delay, fault }: Then): Then => ({
  ...(delay === undefined ? {} : { delay }),
  ...(fault === undefined ? {} : { fault }),
});
export function extrasOf({ wait, user, password, ...then }: Then): Then {
  return {
    ...(wait === undefined ? {} : { wait }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...lateness(then),
  };
}

function mainOf({ route, reject, raw }: Then): Then {
  if (route !== undefined) return { route };
  if (reject !== undefined) return { reject };
  return raw === undefined ? {} : { raw };
}

/** The verdict for the file. Only for a form without a fault. */
export function verdictOf(kind: VerdictKind, form: VerdictForm, then: Then): Then {
  switch (kind) {
    case 'address':
      return { route: form.address.trim(), ...extrasOf(then) };
    case 'reject':
      return { reject: [form.code.trim(), form.text.trim()].filter(Boolean).join(' '), ...extrasOf(then) };
    case 'raw': {
      const pairs = headerLines(form.headers).map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
      });
      return { raw: { status: Number(form.status), headers: Object.fromEntries(pairs) }, ...lateness(then) };
    }
    case 'more':
      return {
        ...mainOf(then),
        ...(form.wait.trim() === '' ? {} : { wait: Number(form.wait) }),
        ...(form.user === '' ? {} : { user: form.user }),
        ...(form.password === '' ? {} : { password: form.password }),
        ...(form.delay.trim() === '' ? {} : { delay: Number(form.delay) }),
        ...(then.fault === undefined ? {} : { fault: then.fault }),
      };
  }
}
