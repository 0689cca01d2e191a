/** The scripted upstream: a raw server that says what it is told and keeps every byte it was sent. */
import type net from 'node:net';
import type { Bytes, Protocol } from '../../../shared/machine/machine.ts';
import type { Said, Say, UpstreamScript } from './dialogue.ts';
import { type Listening, listen, long, say, text } from './sockets.ts';

/** A running upstream and what each of its connections received. */
export interface Upstream {
  readonly listening: Listening;
  readonly received: Bytes[];
}

/** Says the reply for a key, with the command's tag and line; gives back the first piece of it. */
type Answer = (key: string, tag?: string, line?: string) => string;

/** What one protocol's upstream says unless told, and how it cuts what it hears into things to answer. */
interface Speech {
  readonly greeting: string;
  readonly usual: Readonly<Record<string, Say>>;
  readonly other: string;
  ear(answer: Answer): (bytes: Bytes) => void;
}

const smtp: Speech = {
  greeting: '220 up ESMTP⏎',
  usual: {
    HELO: '250 up⏎',
    EHLO: '250-up⏎250-PIPELINING⏎250 XCLIENT NAME ADDR LOGIN⏎',
    XCLIENT: '220 up ready again⏎',
    AUTH: '235 2.7.0 up knows you⏎',
    MAIL: '250 2.1.0 mail ok⏎',
    RCPT: '250 2.1.5 rcpt ok⏎',
    DATA: '354 go⏎',
    '.': '250 2.0.0 queued⏎',
    NOOP: '250 noop-up⏎',
    RSET: '250 rset-up⏎',
    QUIT: { pieces: ['221 bye-up⏎'], then: 'close' },
  },
  other: '500 what-up⏎',
  // Message lines between DATA's 354 and the dot count as nothing.
  ear: (answer) => {
    let inData = false;
    return lines((one) => {
      const verb = one.split(/[\s:]/, 1)[0]?.toUpperCase() ?? '';
      if (inData && one !== '.') return;
      const said = answer(inData ? '.' : verb);
      inData = !inData && verb === 'DATA' && said.startsWith('354');
    });
  },
};

const pop3: Speech = {
  greeting: '+OK up⏎',
  usual: {
    USER: '+OK user up⏎',
    PASS: '+OK pass up⏎',
    QUIT: { pieces: ['+OK bye-up⏎'], then: 'close' },
  },
  other: '+OK up:$LINE⏎',
  ear: (answer) => lines((one) => void answer(one.split(' ', 1)[0]?.toUpperCase() ?? '', '', one)),
};

const imap: Speech = {
  greeting: '* OK up ready⏎',
  usual: {
    user: '+ go⏎',
    password: '+ go⏎',
    literal: '+ go⏎',
    LOGIN: '$TAG OK logged in up⏎',
    LOGOUT: { pieces: ['* BYE up⏎$TAG OK bye-up⏎'], then: 'close' },
  },
  other: '$TAG OK up:$LINE⏎',
  ear: (answer) => {
    let pending = '';
    let command = '';
    let literal = 0;
    const asks = ['user', 'password'];
    const line = (one: string): void => {
      command += one;
      const [tag = '', verb = ''] = command.split(' ', 2);
      const size = /\{(\d+)(\+?)\}$/.exec(one);
      literal = Number(size?.[1] ?? 0);
      if (size?.[2] === '+') return;
      if (size) answer(verb.toUpperCase() === 'LOGIN' ? (asks.shift() ?? 'literal') : 'literal', tag);
      else {
        const whole = command;
        command = '';
        answer(verb.toUpperCase(), tag, whole);
      }
    };
    return (bytes) => {
      pending += bytes;
      for (;;) {
        const skipped = Math.min(literal, pending.length);
        command += pending.slice(0, skipped);
        pending = pending.slice(skipped);
        literal -= skipped;
        const end = literal > 0 ? -1 : pending.indexOf('\n');
        if (end < 0) return;
        const one = pending.slice(0, end).replace(/\r$/, '');
        pending = pending.slice(end + 1);
        line(one);
      }
    };
  },
};

/** Cuts what comes in at its line ends. */
function lines(each: (line: string) => void): (bytes: Bytes) => void {
  let pending = '';
  return (bytes) => {
    const all = (pending + bytes).split('\n');
    pending = all.pop() ?? '';
    for (const one of all) each(one.replace(/\r$/, ''));
  };
}

const speeches: Readonly<Record<Protocol, Speech>> = { smtp, imap, pop3 };

function reply(speech: Speech, script: UpstreamScript, key: string, occurrence: number): Say {
  const own = script.replies?.[key] ?? speech.usual[key] ?? speech.other;
  if (!isList(own)) return own;
  return own[Math.min(occurrence, own.length - 1)] ?? speech.other;
}

function isList(what: Say | readonly Say[]): what is readonly Say[] {
  return Array.isArray(what);
}

function converse(socket: net.Socket, speech: Speech, script: UpstreamScript, keep: (bytes: Bytes) => void): void {
  const seen = new Map<string, number>();
  // One reply after the other, however slow: pieces of two are never mixed.
  const waiting: (() => void)[] = [];
  const next = (): void => waiting[0]?.();
  const inTurn = (said: Said, fill: (text: string) => string): void => {
    const done = () => {
      waiting.shift();
      next();
    };
    if (waiting.push(() => say(socket, said, fill, done)) === 1) next();
  };
  const hear = speech.ear((key, tag = '', line = '') => {
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const said = long(reply(speech, script, key, occurrence));
    inTurn(said, (piece) => piece.replaceAll('$TAG', tag).replaceAll('$LINE', line));
    return said.pieces[0] ?? '';
  });
  const greet = () => inTurn(long(script.greeting ?? speech.greeting), (piece) => piece);
  let awaited = script.proxied === true;
  socket.on('data', (chunk: Buffer) => {
    const bytes = text(chunk);
    keep(bytes);
    const header = awaited ? bytes.indexOf('\n') + 1 : 0;
    if (awaited) greet();
    awaited = false;
    hear(bytes.slice(header));
  });
  socket.on('end', () => socket.end());
  if (!awaited) greet();
}

/** Starts an upstream that speaks `protocol` and follows `script`. */
export async function startUpstream(protocol: Protocol, script: UpstreamScript): Promise<Upstream> {
  const received: Bytes[] = [];
  const listening = await listen({ host: script.host ?? '127.0.0.1' }, (socket) => {
    const turn = received.push('') - 1;
    converse(socket, speeches[protocol], script, (bytes) => {
      received[turn] += bytes;
    });
  });
  return { listening, received };
}
