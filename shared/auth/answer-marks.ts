/** The traps in an answer of an auth service, each at its bytes (rows A and B of the pitfalls). */
import type { Bytes, Method, Params, Protocol, Verdict } from '../machine/machine.ts';
import { ANSWER_MAX, decodeAnswer, type Scan, scanAnswer } from './answer.ts';
import { readServer } from './ip.ts';

/** error: it breaks the login, or lets in who should stay out · warn: not as meant · note: worth knowing. */
export type Severity = 'error' | 'warn' | 'note';

/** Every mark by its key: the pitfall's ID, and where there are several forms a word for each. */
export const marks = {
  A2: 'note',
  'B1.page': 'error',
  'B1.half': 'error',
  'B1.cut': 'error',
  'B1.status': 'error',
  B2: 'error',
  B3: 'error',
  B4: 'warn',
  B5: 'error',
  'B5.empty': 'error',
  B6: 'error',
  'B6.tab': 'error',
  B7: 'warn',
  'B7.code': 'warn',
  B8: 'note',
  'B8.wait': 'warn',
  B9: 'error',
  B10: 'error',
  'B10.near': 'warn',
  B11: 'warn',
  B12: 'note',
  'B12.loop': 'error',
  B13: 'error',
} as const satisfies Readonly<Record<string, Severity>>;

/** The key of a mark. */
export type MarkKey = keyof typeof marks;

/** One trap at bytes `from` to `to` (not included) of an answer. */
export interface Mark {
  readonly key: MarkKey;
  /** The pitfall's ID: the key up to its dot. */
  readonly id: string;
  readonly severity: Severity;
  readonly from: number;
  readonly to: number;
  /** Values of its sentence. Texts of the wire are byte strings. */
  readonly params: Params;
}

/** What has to be known of the question. */
export interface Asked {
  readonly protocol: Protocol;
  readonly method: Method;
}

/** Beyond this an answer is one long header away from the limit (pitfall B10), in bytes. */
const NEAR = 820;

/** Headers of an answer that nginx reads. */
const READ = ['auth-status', 'auth-server', 'auth-port', 'auth-user', 'auth-pass', 'auth-wait', 'auth-error-code'];

interface Line {
  readonly from: number;
  readonly to: number;
  readonly text: Bytes;
  /** Lower-cased; '' for the status line. */
  readonly name: string;
  readonly value: Bytes;
}

/** The head's lines, and where the body begins; tolerant, as broken answers are what this is for. */
function readHead(bytes: Bytes): { readonly lines: readonly Line[]; readonly end: number; readonly ended: boolean } {
  const lines: Line[] = [];
  for (let from = 0; from < bytes.length; ) {
    const feed = bytes.indexOf('\n', from);
    const next = feed < 0 ? bytes.length : feed + 1;
    const text = bytes.slice(from, feed < 0 ? next : feed).replace(/\r$/, '');
    if (text === '') return { lines, end: next, ended: true };
    const colon = from === 0 && text.startsWith('HTTP/') ? -1 : text.indexOf(':');
    const name = colon < 0 ? '' : text.slice(0, colon).toLowerCase();
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ +| +$/g, '');
    lines.push({ from, to: from + text.length, text, name, value });
    from = next;
  }
  return { lines, end: bytes.length, ended: false };
}

/** What all the checks look at. */
interface View {
  readonly bytes: Bytes;
  readonly asked: Asked;
  readonly verdict: Verdict;
  readonly scan: Scan;
  readonly lines: readonly Line[];
  readonly headEnd: number;
}

const mark = (key: MarkKey, at: { readonly from: number; readonly to: number }, params: Params = {}): Mark => {
  const { from, to } = at;
  return { key, id: key.split('.')[0] ?? key, severity: marks[key], from, to, params };
};

const first = ({ lines, bytes }: View) => lines[0] ?? { from: 0, to: bytes.length };
const lastOf = ({ lines }: View, name: string): Line | undefined => lines.findLast((line) => line.name === name);

/** Whether nginx has the clear password of a login by this method without the service's help (pitfall B13). */
export const passwordKnown = (method: Method): boolean => method === 'plain';

/** Every trap in an answer, in the order of its bytes; none for an answer that never came. */
export function markAnswer(bytes: Bytes, asked: Asked): readonly Mark[] {
  if (bytes === '') return [];
  const { lines, end } = readHead(bytes);
  const about = { protocol: asked.protocol, passwordKnown: passwordKnown(asked.method) };
  const view: View = {
    bytes,
    asked,
    verdict: decodeAnswer(bytes, about),
    scan: scanAnswer(bytes),
    lines,
    headEnd: end,
  };
  const found = [...onSize(view), ...onForm(view), ...onStatus(view), ...onRefusal(view), ...onRoute(view)];
  return [...found, ...onRepeats(view), ...onBody(view)].sort((a, b) => a.from - b.from || a.to - b.to);
}

function onSize({ bytes, headEnd, scan }: View): readonly Mark[] {
  if (scan.state === 'more' && bytes.length >= ANSWER_MAX)
    return [mark('B10', { from: ANSWER_MAX, to: Math.max(headEnd, ANSWER_MAX) }, { size: headEnd })];
  if (scan.state !== 'done' || headEnd <= NEAR) return [];
  return [mark('B10.near', { from: NEAR, to: headEnd }, { size: headEnd })];
}

/** Bytes that nginx cannot read, or that are not all there. */
function onForm(view: View): readonly Mark[] {
  const { scan, lines, bytes } = view;
  switch (scan.state) {
    case 'bad-response':
      return [mark('B1.status', first(view))];
    case 'bad-header': {
      const line = lines.findLast(({ from }) => from < scan.end) ?? first(view);
      return [mark('B9', line, { line: scan.detail })];
    }
    case 'more':
      return bytes.length >= ANSWER_MAX ? [] : [mark('B1.cut', lines.at(-1) ?? first(view))];
    default:
      return [];
  }
}

function onStatus(view: View): readonly Mark[] {
  const { verdict, asked } = view;
  const found: Mark[] = [];
  const line = first(view);
  const code = Number(/^HTTP\/\S+ +(\d{3})/.exec(view.bytes)?.[1] ?? 0);
  if (verdict.type === 'route' && code >= 300) found.push(mark('B4', line, { status: code }));
  const status = lastOf(view, 'auth-status');
  if (status === undefined) {
    if (verdict.type === 'route') found.push(mark('B5', line));
    return found;
  }
  const { value } = status;
  if (verdict.type === 'route' && value === '' && asked.protocol === 'smtp') found.push(mark('B5.empty', status));
  if (verdict.type === 'reject' && /^\t\s*(?:ok|wait)\s*$/i.test(value)) found.push(mark('B6.tab', status));
  else if (verdict.type === 'reject' && /^ok\W*$/i.test(value)) found.push(mark('B6', status, { status: value }));
  if (verdict.type === 'wait') found.push(mark(verdict.waitMs === 0 ? 'B12.loop' : 'B12', status));
  return found;
}

/** A refusal that was meant as one, and what the client sees of it. */
function onRefusal(view: View): readonly Mark[] {
  const { verdict, asked } = view;
  const status = lastOf(view, 'auth-status');
  const found: Mark[] = [];
  const wait = lastOf(view, 'auth-wait');
  if (wait !== undefined && !/^\d+$/.test(wait.value)) found.push(mark('B8.wait', wait, { value: wait.value }));
  if (verdict.type !== 'reject' || status === undefined || /^\s*ok\W*$/i.test(status.value)) return found;
  const code = lastOf(view, 'auth-error-code');
  const { method } = asked;
  if (method === 'none' && verdict.code === undefined) found.push(mark('B7', status, { text: verdict.message }));
  if (code !== undefined && verdict.code !== undefined && !/^[45]\d\d(?: |$)/.test(verdict.code))
    found.push(mark('B7.code', code, { value: code.value }));
  if (verdict.waitMs === 0) found.push(mark('B8', status));
  return found;
}

/** What keeps a welcome from being followed. */
function onRoute(view: View): readonly Mark[] {
  const { verdict, lines } = view;
  if (verdict.type !== 'error') return [];
  const server = lastOf(view, 'auth-server');
  const port = lastOf(view, 'auth-port');
  switch (verdict.error) {
    case 'no-server-or-port': {
      if (!lines.some(({ name }) => name.startsWith('auth-')))
        return [mark('B1.page', first(view), { start: lines[0]?.text ?? '' })];
      const missing = [server?.value ? '' : 'Auth-Server', port?.value ? '' : 'Auth-Port'].filter(Boolean).join(', ');
      return [mark('B1.half', lastOf(view, 'auth-status') ?? first(view), { missing })];
    }
    case 'no-password':
      return [mark('B13', lastOf(view, 'auth-status') ?? first(view))];
    case 'bad-address':
    case 'bad-port': {
      const found: Mark[] = [];
      if (server && readServer(server.value) === null) found.push(mark('B2', server, { value: server.value }));
      if (port && (verdict.error === 'bad-port' || !/^\d+$/.test(port.value)))
        found.push(mark('B3', port, { value: port.value }));
      return found;
    }
    default:
      return [];
  }
}

/** All but the last of a header count for nothing; but a refusing `Auth-Status` stays one. */
function onRepeats({ lines, scan }: View): readonly Mark[] {
  if (scan.state !== 'done') return [];
  return READ.flatMap((name) => {
    const same = lines.filter((line) => line.name === name);
    // Auth-Pass is named, its value is not.
    const spelled = same[0]?.text.slice(0, name.length) ?? name;
    return same.slice(0, -1).map((line) => mark('B11', line, { name: spelled, times: same.length }));
  });
}

function onBody({ bytes, headEnd, scan }: View): readonly Mark[] {
  return scan.state === 'done' && headEnd < bytes.length ? [mark('A2', { from: headEnd, to: bytes.length })] : [];
}
