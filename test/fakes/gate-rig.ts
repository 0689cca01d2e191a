/** Sessions of all three protocols against scripted upstreams, for tests of what is held. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { vi } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import type { Held } from '../../shared/contract/gates.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { type Client, route } from './rig.ts';

/** An upstream that answers line by line, and closes behind its goodbye. */
export interface LineUpstream {
  readonly port: number;
  readonly received: () => string;
  readonly sockets: readonly Socket[];
  close(): Promise<void>;
}

type Answer = (line: string) => string;

/** What each protocol's upstream says; literals and contents are not answered by line. */
const answers: Readonly<Record<Protocol, () => Answer>> = {
  smtp: () => {
    let content = false;
    return (line) => {
      const verb = line.trim().split(' ')[0]?.toUpperCase() ?? '';
      if (content) {
        content = line !== '.\r\n';
        return content ? '' : '250 queued\r\n';
      }
      content = verb === 'DATA';
      if (verb === 'EHLO') return '250-up\r\n250 XCLIENT NAME\r\n';
      return { DATA: '354 go\r\n', QUIT: '221 bye\r\n' }[verb] ?? `250 ${verb.toLowerCase()} ok\r\n`;
    };
  },
  imap: () => {
    let literal = false;
    let tag = '';
    return (line) => {
      if (literal) {
        literal = false;
        return `${tag} OK stored\r\n`;
      }
      const [given = '', word = '', rest = ''] = line.trim().split(/ (?=[^ ]*)/, 3);
      const login = /\{(\d+)\}$/.test(line.trim());
      if (word.toUpperCase() === 'APPEND') {
        tag = given;
        literal = true;
        return '+ go\r\n';
      }
      // nginx logs in with literals: `tag LOGIN {n}`, the user with `{n}`, the password.
      if (word.toUpperCase() === 'LOGIN') {
        tag = given;
        return login ? '+ user\r\n' : `${given} OK in\r\n`;
      }
      if (login) return '+ password\r\n';
      if (tag !== '' && word === '' && rest === '') return `${tag} OK in\r\n`;
      if (word.toUpperCase() === 'FETCH') return `* 1 FETCH (X {7}\r\nhe\r\nllo)\r\n${given} OK done\r\n`;
      if (word.toUpperCase() === 'LOGOUT') return `* BYE\r\n${given} OK bye\r\n`;
      return `${given} OK ${word.toLowerCase()}\r\n`;
    };
  },
  pop3: () => (line) => {
    const verb = line.trim().split(' ')[0]?.toUpperCase() ?? '';
    if (verb === 'RETR') return '+OK here\r\nSubject: hi\r\n\r\n..dot\r\n.\r\n';
    return verb === 'QUIT' ? '+OK bye\r\n' : `+OK ${verb.toLowerCase()}\r\n`;
  },
};

const greetings: Readonly<Record<Protocol, string>> = {
  smtp: '220 up\r\n',
  imap: '* OK up\r\n',
  pop3: '+OK up\r\n',
};

function say(socket: Socket, reply: string): void {
  if (reply !== '' && socket.writable) socket.write(reply, 'latin1');
  if (/bye\r\n$/.test(reply)) socket.end();
}

async function sayInHalves(socket: Socket, reply: string): Promise<void> {
  const half = Math.floor(reply.length / 2);
  say(socket, reply.slice(0, half));
  await new Promise((done) => setImmediate(done));
  say(socket, reply.slice(half));
}

/** `halves`: every reply comes in two packets. */
export async function lineUpstream(protocol: Protocol, halves = false): Promise<LineUpstream> {
  let received = '';
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const answer = answers[protocol]();
    let rest = '';
    let saying = Promise.resolve();
    sockets.push(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.write(greetings[protocol]);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\n') + 1; end > 0; end = rest.indexOf('\n') + 1) {
        const line = rest.slice(0, end);
        rest = rest.slice(end);
        const said = answer(line);
        if (halves) saying = saying.then(() => sayInHalves(socket, said));
        else say(socket, said);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received: () => received,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What a client says in a whole session, line by line, and what it waits for before the next one. */
export const scripts: Readonly<Record<Protocol, readonly (readonly [string, RegExp])[]>> = {
  smtp: [
    ['EHLO me\r\n', /250 mail\.test\.com\r\n$/],
    ['MAIL FROM:<a@test.com>\r\n', /250 2\.0\.0 OK\r\n$/],
    ['RCPT TO:<b@test.com>\r\n', /250 rcpt ok\r\n$/],
    ['DATA\r\n', /354 go\r\n$/],
    ['Subject: x\r\n\r\nhello\r\n..\r\n.\r\n', /250 queued\r\n$/],
    ['QUIT\r\n', /221 bye\r\n$/],
  ],
  imap: [
    ['1 CAPABILITY\r\n', /1 OK completed\r\n$/],
    ['2 LOGIN fred secret\r\n', /2 OK in\r\n$/],
    ['3 FETCH 1 X\r\n', /3 OK done\r\n$/],
    ['4 APPEND INBOX {6}\r\n', /\+ go\r\n$/],
    ['abcd\r\n\r\n', /4 OK stored\r\n/],
    ['5 LOGOUT\r\n', /5 OK bye\r\n$/],
  ],
  pop3: [
    ['CAPA\r\n', /\.\r\n$/],
    ['USER fred\r\n', /\+OK\r\n$/],
    ['PASS secret\r\n', /\+OK pass\r\n$/],
    ['RETR 1\r\n', /\r\n\.\r\n$/],
    ['QUIT\r\n', /\+OK bye\r\n$/],
  ],
};

/** Says a whole script; resolves with everything the client received once the session is over. */
export async function play(client: Client, protocol: Protocol): Promise<string> {
  await client.greeting();
  for (const [line, expected] of scripts[protocol]) {
    client.send(line);
    await client.until(() => expected.test(client.received) || client.closed);
  }
  return client.end();
}

/** The verdict that leads to an upstream; a login of IMAP or POP3 needs nothing more. */
export const routeTo = ({ port }: LineUpstream) => route(port);

/** What is held at a gate, once something is. */
export async function heldAt(engine: Engine, gate: Gate, text: string | RegExp = ''): Promise<Held> {
  const found = (): Held | undefined =>
    engine.gates
      .view()
      .held.find(
        (held) => held.gate === gate && (typeof text === 'string' ? held.text.includes(text) : text.test(held.text)),
      );
  await vi.waitUntil(() => found() !== undefined, { interval: 2, timeout: 5000 });
  const held = found();
  if (!held) throw new Error(`nothing is held at ${gate}`);
  return held;
}

/** Lets everything pass that does not fit, until something fits, which stays held. */
export async function stepTo(engine: Engine, gate: Gate, text: string): Promise<Held> {
  for (;;) {
    await vi.waitUntil(() => engine.gates.view().heldCount > 0, { interval: 1, timeout: 5000 });
    for (const held of engine.gates.view().held) {
      if (held.gate === gate && held.text.includes(text)) return held;
      engine.gates.release(held.id);
    }
  }
}
