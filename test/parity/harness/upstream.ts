/** The scripted upstream: a raw SMTP server that says what it is told and keeps every byte it was sent. */
import type net from 'node:net';
import type { Bytes } from '../../../shared/machine/machine.ts';
import type { Say, UpstreamScript } from './dialogue.ts';
import { type Listening, listen, long, say, text } from './sockets.ts';

/** A running upstream and what each of its connections received. */
export interface Upstream {
  readonly listening: Listening;
  readonly received: Bytes[];
}

const usual: Readonly<Record<string, Say>> = {
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
};

function reply(script: UpstreamScript, verb: string, occurrence: number): Say {
  const own = script.replies?.[verb] ?? usual[verb] ?? '500 what-up⏎';
  if (!isList(own)) return own;
  return own[Math.min(occurrence, own.length - 1)] ?? '500 what-up⏎';
}

function isList(what: Say | readonly Say[]): what is readonly Say[] {
  return Array.isArray(what);
}

/** Cuts what came in into commands; message lines between DATA's 354 and the dot count as nothing. */
function converse(socket: net.Socket, script: UpstreamScript, keep: (bytes: Bytes) => void): void {
  const seen = new Map<string, number>();
  let pending = '';
  let inData = false;
  const answer = (verb: string) => {
    const occurrence = seen.get(verb) ?? 0;
    seen.set(verb, occurrence + 1);
    const said = long(reply(script, verb, occurrence));
    inData = verb === 'DATA' && said.pieces[0]?.startsWith('354') === true;
    say(socket, said, (piece) => piece);
  };
  const line = (one: string) => {
    if (!inData) return answer(one.split(/[\s:]/, 1)[0]?.toUpperCase() ?? '');
    if (one === '.') answer('.');
  };
  socket.on('data', (chunk: Buffer) => {
    keep(text(chunk));
    const lines = (pending + text(chunk)).split('\n');
    pending = lines.pop() ?? '';
    for (const one of lines) line(one.replace(/\r$/, ''));
  });
  socket.on('end', () => socket.end());
  say(socket, long(script.greeting ?? '220 up ESMTP⏎'), (piece) => piece);
}

/** Starts an upstream that follows `script`. */
export async function startUpstream(script: UpstreamScript): Promise<Upstream> {
  const received: Bytes[] = [];
  const listening = await listen({ host: script.host ?? '127.0.0.1' }, (socket) => {
    const turn = received.push('') - 1;
    converse(socket, script, (bytes) => {
      received[turn] += bytes;
    });
  });
  return { listening, received };
}
