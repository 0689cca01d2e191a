/** Runs a scripted dialogue over one connection, step by step, until its end or the first thing that is not as it should. */
import { Answers } from '../../shared/client/answers.ts';
import type { ScriptDone, ScriptFailure, ScriptFailureKind, ScriptResult } from '../../shared/contract/script.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { lineMatches } from '../../shared/script/match.ts';
import { filledIn, PATIENCE_MS, type ScriptStep, unescaped } from '../../shared/script/script.ts';
import { decodeUtf8 } from '../../shared/wire/address.ts';
import { codeOf, type DialTarget, dial } from './dial.ts';
import { bytesOf } from './login-talk.ts';
import { Wire, WireOver } from './wire.ts';

/** Lines of a reply that are told. */
const SHOWN_MAX = 200;
/** A server that does not close after the goodbye is not waited for longer than this, in ms. */
const CLOSE_MS = 2000;

/** The script cannot go on. */
class Stop extends Error {
  readonly kind: ScriptFailureKind;
  readonly wanted: string;
  readonly code: string;
  constructor(kind: ScriptFailureKind, wanted = '', code = '') {
    super(kind);
    this.kind = kind;
    this.wanted = wanted;
    this.code = code;
  }
}

export type ScriptTarget = DialTarget & { readonly protocol: Protocol; readonly ssl?: true };

/** One run. */
class Run {
  readonly #wire: Wire;
  readonly #protocol: Protocol;
  readonly #signal: AbortSignal;
  readonly #answers: Answers;
  readonly #variables: Map<string, string>;
  #patience = PATIENCE_MS;
  /** The lines of the reply that was read last. */
  reply: string[] = [];
  /** Whether the last word was a goodbye. */
  leaves = false;

  constructor(wire: Wire, target: ScriptTarget, signal: AbortSignal) {
    this.#wire = wire;
    this.#protocol = target.protocol;
    this.#signal = signal;
    this.#answers = new Answers(target.protocol);
    this.#variables = new Map([
      ['host', target.host],
      ['port', String(target.port)],
      ['protocol', target.protocol],
    ]);
  }

  /** Waits for something at most as long as the script has patience. */
  async #inTime<T>(promise: Promise<T>, wanted: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Stop('silent', wanted)), this.#patience);
    });
    // Who is late may still be told that the connection is over, when nobody listens any more.
    promise.catch(() => undefined);
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One line with the literals in it, told to the counter of replies; answers whether a reply ends with it. */
  async #line(): Promise<boolean> {
    let text = await this.#wire.line();
    let ends = this.#answers.take(`${text}\r\n`).length > 0;
    for (
      let literal = /\{(\d+)\}$/.exec(text);
      literal && this.#protocol === 'imap' && !ends;
      literal = /\{(\d+)\}$/.exec(text)
    ) {
      const bytes = await this.#wire.bytes(Number(literal[1]));
      const more = await this.#wire.line();
      ends = this.#answers.take(`${bytes}${more}\r\n`).length > 0;
      text += `\r\n${bytes}${more}`;
      if (!/\{\d+\}$/.test(more)) break;
    }
    this.reply.push(text);
    return ends;
  }

  async #read(wanted: string): Promise<void> {
    this.reply = [];
    const all = async () => {
      while (!(await this.#line()));
    };
    await this.#inTime(all(), wanted);
  }

  #any(pattern: string): boolean {
    return this.reply.some((line) => lineMatches(pattern, line, this.#variables));
  }

  /** What a variable holds is sent as it is: its backslashes are no escapes. */
  #escaped(): ReadonlyMap<string, string> {
    return new Map([...this.#variables].map(([name, text]) => [name, text.replace(/\\/g, '\\\\')]));
  }

  #send(text: string): void {
    this.leaves = /^(\S+ )?(QUIT|LOGOUT)\r\n$/i.test(text);
    this.#answers.sent(text);
    this.#wire.write(text);
  }

  async #secure(): Promise<void> {
    try {
      await this.#inTime(this.#wire.secure(), '');
    } catch (error) {
      throw error instanceof Stop ? error : new Stop('tls', '', codeOf(error));
    }
    this.#answers.reset();
  }

  async #starttls(): Promise<void> {
    const asked = { smtp: 'STARTTLS', imap: 'lab0 STARTTLS', pop3: 'STLS' }[this.#protocol];
    const good = { smtp: '220*', imap: 'lab0 OK*', pop3: '+OK*' }[this.#protocol];
    this.#send(`${asked}\r\n`);
    await this.#read(good);
    if (!this.#any(good)) throw new Stop('refused', good);
    await this.#secure();
  }

  async #closed(): Promise<void> {
    this.reply = [];
    const line = this.#wire.line().then(
      (text) => {
        this.reply.push(text);
        throw new Stop('open');
      },
      (error: unknown) => {
        if (!(error instanceof WireOver) || error.code === 'ABORTED') throw error;
      },
    );
    try {
      await this.#inTime(line, '');
    } catch (error) {
      throw error instanceof Stop ? new Stop('open') : error;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(new WireOver('ABORTED'));
      };
      const timer = setTimeout(() => {
        this.#signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      this.#signal.addEventListener('abort', stop, { once: true });
      if (this.#signal.aborted) stop();
    });
  }

  async #look(what: 'expect' | 'also' | 'never' | 'until', pattern: string): Promise<void> {
    const wanted = pattern.startsWith('/') ? pattern : filledIn(pattern, this.#variables);
    if (what === 'expect') await this.#read(wanted);
    if (what === 'until') {
      this.reply = [];
      const found = async () => {
        do await this.#line();
        while (!lineMatches(pattern, this.reply.at(-1) ?? '', this.#variables));
      };
      return this.#inTime(found(), wanted);
    }
    const matches = this.#any(pattern);
    if (what === 'never' && matches) throw new Stop('forbidden', wanted);
    if (what !== 'never' && !matches) throw new Stop('mismatch', wanted);
  }

  async step(step: ScriptStep): Promise<void> {
    switch (step.do) {
      case 'send':
        return this.#send(`${bytesOf(filledIn(step.text, this.#variables))}\r\n`);
      case 'bytes':
        return this.#send(unescaped(bytesOf(filledIn(step.text, this.#escaped()))));
      case 'set':
        return void this.#variables.set(step.name, filledIn(step.text, this.#variables));
      case 'patience':
        this.#patience = step.ms;
        return;
      case 'wait':
        return this.#pause(step.ms);
      case 'starttls':
        return this.#starttls();
      case 'tls':
        return this.#secure();
      case 'closed':
        return this.#closed();
      case 'close':
        return this.#wire.close(0);
      default:
        return this.#look(step.do, step.pattern);
    }
  }
}

const shown = (lines: readonly string[]): readonly string[] => lines.slice(0, SHOWN_MAX).map(decodeUtf8);

function failureOf(error: unknown, line: number, got: readonly string[]): ScriptFailure {
  if (error instanceof Stop) return { line, kind: error.kind, wanted: error.wanted, code: error.code, got: shown(got) };
  if (error instanceof WireOver) return { line, kind: 'over', wanted: '', code: error.code, got: shown(got) };
  throw error;
}

const looks = new Set<ScriptStep['do']>(['expect', 'also', 'never', 'until', 'starttls', 'closed']);

/** Never rejects: what went wrong is the failure. */
export async function runScript(
  target: ScriptTarget,
  steps: readonly ScriptStep[],
  signal: AbortSignal,
): Promise<Omit<ScriptResult, 'session' | 'problems'> & { readonly localPort: number | null }> {
  const done: ScriptDone[] = [];
  let socket: Awaited<ReturnType<typeof dial>>;
  try {
    socket = await dial(target, signal);
  } catch (error) {
    const failure = { line: 0, kind: 'connect', wanted: '', got: [], code: codeOf(error) } as const;
    return { ok: false, done, failure, localPort: null };
  }
  const localPort = socket.localPort ?? null;
  const wire = new Wire(socket, signal);
  const run = new Run(wire, target, signal);
  let line = 0;
  let failure: ScriptFailure | null = null;
  try {
    if (target.ssl) await run.step({ do: 'tls', line });
    for (const step of steps) {
      line = step.line;
      await run.step(step);
      done.push({ line, ok: true, got: looks.has(step.do) ? shown(run.reply) : [] });
    }
  } catch (error) {
    failure = failureOf(error, line, run.reply);
    done.push({ line, ok: false, got: failure.got });
  }
  await wire.close(failure === null && run.leaves ? CLOSE_MS : 0);
  return { ok: failure === null, done, failure, localPort };
}
