/**
 * An IMAP client that trusts no server: it reads every response by the grammar, keeps its own account of the selected
 * mailbox as RFC 3501 lets it, and notes whatever does not fit. What imaptest does, for one connection.
 */
import net from 'node:net';
import { parseResponse, type Response, responseLength } from './imap-grammar.ts';
import type { Value } from './imap-parts.ts';

/** What was found, and how much was looked at. */
export interface Findings {
  readonly violations: string[];
  /** How often each command was sent. */
  readonly commands: Map<string, number>;
  responses: number;
  /** What a message can never change, by UIDVALIDITY, UID and item. */
  readonly unchanging: Map<string, string>;
}

/** Nothing yet. */
export const newFindings = (): Findings => ({
  violations: [],
  commands: new Map(),
  responses: 0,
  unchanging: new Map(),
});

/** The answer to a command. */
export interface Reply {
  readonly status: string;
  readonly code: string;
  readonly untagged: readonly Response[];
}

/** A piece of a command, or a literal. */
export type Word = string | { readonly literal: string };

const EXPUNGE_FORBIDDEN = /^(?:FETCH|STORE|SEARCH)\b/i;
const STATIC = /^(?:ENVELOPE|BODYSTRUCTURE|RFC822\.SIZE|INTERNALDATE|BODY\[)/;

interface Waiting {
  readonly tag: string;
  readonly command: string;
  readonly untagged: Response[];
  readonly literals: string[];
  readonly done: (reply: Reply) => void;
}

/** A connection. */
export class ImapClient {
  readonly #socket: net.Socket;
  readonly #findings: Findings;
  readonly #name: string;
  #input = '';
  #count = 0;
  #waiting: Waiting | null = null;
  /** Called for every response, IDLE's included. */
  heard: (response: Response) => void = () => undefined;
  greeting: Response | null = null;
  ended = false;
  #greeted: () => void = () => undefined;
  #over: () => void = () => undefined;
  readonly over: Promise<void>;
  /** The selected mailbox: a UID for each sequence number where it is known. */
  selected = false;
  uidValidity = 0;
  mails: { uid: number | null; flags: ReadonlySet<string> | null }[] = [];
  #flags: ReadonlySet<string> = new Set();

  private constructor(name: string, socket: net.Socket, findings: Findings) {
    this.#name = name;
    this.#socket = socket;
    this.#findings = findings;
    this.over = new Promise((resolve) => {
      this.#over = resolve;
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      if (this.#input !== '')
        this.wrong(`the connection ended in the middle of ${JSON.stringify(this.#input.slice(0, 80))}`);
      if (this.#waiting !== null) this.wrong(`the connection ended before the reply to ${this.#waiting.command}`);
      this.#waiting?.done({ status: 'CLOSED', code: '', untagged: [] });
      this.#greeted();
      this.#over();
    });
  }

  /** Connects, and waits for the greeting. */
  static async connect(name: string, at: { host: string; port: number }, findings: Findings): Promise<ImapClient> {
    const client = new ImapClient(name, net.connect({ ...at, noDelay: true }), findings);
    await new Promise<void>((resolve) => {
      client.#greeted = resolve;
    });
    return client;
  }

  /** Notes a violation. */
  wrong(what: string): void {
    this.#findings.violations.push(`${this.#name}: ${what}`);
  }

  /** Sends a command and waits for its reply; literals are sent when the server lets them. */
  command(...words: readonly Word[]): Promise<Reply> {
    this.#count += 1;
    const tag = `${this.#name}.${this.#count}`;
    const lines = [''];
    const literals: string[] = [];
    for (const word of words) {
      const last = lines.length - 1;
      if (typeof word === 'string') lines[last] += word;
      else {
        lines[last] += `{${word.literal.length}}`;
        literals.push(word.literal);
        lines.push('');
      }
    }
    const [first = '', ...others] = lines;
    const verb = first.replace(/^(UID )?(\S+).*$/s, '$1$2').toUpperCase();
    this.#findings.commands.set(verb, (this.#findings.commands.get(verb) ?? 0) + 1);
    return new Promise((done) => {
      const rest = literals.map((literal, nth) => `${literal}${others[nth] ?? ''}\r\n`);
      // What follows a literal may announce the next one: each is sent on its own `+`.
      this.#waiting = { tag, command: first, untagged: [], literals: rest, done };
      this.#write(`${tag} ${first}\r\n`);
      if (this.ended) done({ status: 'CLOSED', code: '', untagged: [] });
    });
  }

  /** Sends bytes as they are: DONE, a proof. */
  #write(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'));
  }

  /** IDLE until `until` has seen what it waits for; gives the reply to DONE. */
  async idle(until: (response: Response) => boolean, started: () => void = () => undefined): Promise<Reply> {
    const before = this.heard;
    let leaving = false;
    this.heard = (response) => {
      before(response);
      if (response.type === 'continue') started();
      else if (!leaving && until(response)) {
        leaving = true;
        this.#write('DONE\r\n');
      }
    };
    const reply = await this.command('IDLE');
    this.heard = before;
    return reply;
  }

  /** Closes without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#input += text;
    for (let length = responseLength(this.#input); length > 0; length = responseLength(this.#input)) {
      const bytes = this.#input.slice(0, length);
      this.#input = this.#input.slice(length);
      this.#findings.responses += 1;
      try {
        this.#response(parseResponse(bytes));
      } catch (error) {
        this.wrong(`not in the grammar, ${this.#waiting?.command ?? 'no command'}: ${error}`);
      }
    }
  }

  #response(response: Response): void {
    if (this.greeting === null) {
      this.greeting = response;
      if (response.type !== 'condition') this.wrong('the first response is no greeting');
      this.#greeted();
      return;
    }
    const waiting = this.#waiting;
    if (response.type === 'continue') this.#continue(waiting);
    else if (response.type === 'tagged') this.#tagged(response, waiting);
    else {
      waiting?.untagged.push(response);
      this.#account(response, waiting?.command ?? '');
    }
    this.heard(response);
  }

  #continue(waiting: Waiting | null): void {
    const next = waiting?.literals.shift();
    if (next !== undefined) this.#write(next);
    else if (!/^(?:IDLE|AUTHENTICATE)/i.test(waiting?.command ?? ''))
      this.wrong('a continuation that nobody waits for');
  }

  #tagged({ tag, status, code }: Extract<Response, { type: 'tagged' }>, waiting: Waiting | null): void {
    if (waiting === null || waiting.tag !== tag) {
      this.wrong(`a reply to ${tag}, which is not open`);
      return;
    }
    this.#waiting = null;
    if (/^(?:SELECT|EXAMINE|CLOSE|UNSELECT)/i.test(waiting.command))
      this.selected = status === 'OK' && /^[SE][EX]/i.test(waiting.command);
    if (status === 'OK' && /^(?:SELECT|EXAMINE)/i.test(waiting.command)) this.#opened(waiting);
    waiting.done({ status, code, untagged: waiting.untagged });
  }

  /** What SELECT has to tell (RFC 3501 6.3.1). */
  #opened({ untagged, command }: Waiting): void {
    const codes = untagged.flatMap((one) => (one.type === 'condition' ? [one.code.split(' ')[0]] : []));
    for (const code of ['PERMANENTFLAGS', 'UIDNEXT', 'UIDVALIDITY'])
      if (!codes.includes(code)) this.wrong(`${command} tells no ${code}`);
    for (const type of ['flags', 'exists', 'recent'])
      if (!untagged.some((one) => one.type === type)) this.wrong(`${command} tells no ${type}`);
  }

  /** Keeps account of what is told. */
  #account(response: Response, command: string): void {
    const opening = /^(?:SELECT|EXAMINE)/i.test(command);
    switch (response.type) {
      case 'flags':
        this.#flags = new Set(response.words);
        return;
      case 'condition':
        if (opening && response.code.startsWith('UIDVALIDITY ')) this.uidValidity = Number(response.code.slice(12));
        return;
      case 'exists':
        this.#exists(response.number, opening);
        return;
      case 'recent':
        if (response.number > this.mails.length) this.wrong(`${response.number} RECENT of ${this.mails.length}`);
        return;
      case 'expunge':
        if (command === '') this.wrong('EXPUNGE while no command is in progress');
        if (EXPUNGE_FORBIDDEN.test(command)) this.wrong(`EXPUNGE during ${command}`);
        if (response.number > this.mails.length) this.wrong(`${response.number} EXPUNGE of ${this.mails.length}`);
        this.mails.splice(response.number - 1, 1);
        return;
      case 'fetch':
        this.#fetched(response.number, response.items, command);
    }
  }

  #exists(number: number, opening: boolean): void {
    if (opening) this.mails = [];
    if (number < this.mails.length) this.wrong(`${number} EXISTS behind ${this.mails.length} without EXPUNGE`);
    while (this.mails.length < number) this.mails.push({ uid: null, flags: null });
  }

  #fetched(number: number, items: ReadonlyMap<string, Value>, command: string): void {
    const mail = this.mails[number - 1];
    if (mail === undefined) {
      this.wrong(`${number} FETCH of ${this.mails.length}`);
      return;
    }
    const uid = items.get('UID');
    if (uid !== undefined) this.#hasUid(number, Number(uid));
    // Flags alone may be news that nobody asked for.
    else if (/^UID FETCH/i.test(command) && [...items.keys()].join() !== 'FLAGS')
      this.wrong(`${command} is answered without UID`);
    const flags = items.get('FLAGS');
    if (Array.isArray(flags)) this.#hasFlags(mail, flags.map(String));
    if (mail.uid === null) return;
    for (const [item, value] of items)
      if (STATIC.test(item)) this.#same(`${this.uidValidity}/${mail.uid} ${item}`, JSON.stringify(value));
  }

  #hasUid(number: number, uid: number): void {
    const mail = this.mails[number - 1];
    if (mail === undefined) return;
    if (mail.uid !== null && mail.uid !== uid) this.wrong(`message ${number} was UID ${mail.uid} and is ${uid}`);
    mail.uid = uid;
    const below = this.mails.slice(0, number - 1).findLast((one) => one.uid !== null)?.uid ?? 0;
    const above = this.mails.slice(number).find((one) => one.uid !== null)?.uid ?? Number.POSITIVE_INFINITY;
    if (uid <= below || uid >= above)
      this.wrong(`UID ${uid} of message ${number} stands between ${below} and ${above}`);
  }

  #hasFlags(mail: { flags: ReadonlySet<string> | null }, flags: readonly string[]): void {
    for (const flag of flags)
      if (flag !== '\\Recent' && !this.#flags.has(flag)) this.wrong(`${flag} is not among FLAGS`);
    if (new Set(flags).size !== flags.length) this.wrong(`a flag twice: ${flags.join(' ')}`);
    mail.flags = new Set(flags);
  }

  #same(key: string, value: string): void {
    const before = this.#findings.unchanging.get(key);
    if (before !== undefined && before !== value)
      this.wrong(`${key} was ${before.slice(0, 80)} and is ${value.slice(0, 80)}`);
    this.#findings.unchanging.set(key, value);
  }
}
