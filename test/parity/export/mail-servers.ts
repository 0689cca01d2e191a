/** Small mail servers of all protocols that let everyone in, say their name and remember what they were told. */
import { type Listening, listen, text } from '../harness/sockets.ts';

/** One of them. */
export type MailServer = Listening & { readonly told: string[] };

/** What a server of a protocol says: its greeting, and the answer to a line. */
interface Speech {
  readonly greeting: (name: string) => string;
  /** `first` is the first line of the connection. */
  readonly answer: (line: string, name: string, first: string) => string;
}

const speeches: Readonly<Record<'smtp' | 'imap' | 'pop3', Speech>> = {
  smtp: {
    greeting: (name) => `220 ${name}`,
    answer: (line, name) => (/^rcpt/i.test(line) ? `250 ${name}` : '250 fine'),
  },
  imap: {
    greeting: (name) => `* OK ${name}`,
    // nginx sends name and password as literals, after the tag of its client.
    answer: (line, name, first) => (line.endsWith('}') ? '+ OK' : `${first.split(' ')[0]} OK ${name}`),
  },
  pop3: {
    greeting: (name) => `+OK ${name}`,
    answer: (_line, name) => `+OK ${name}`,
  },
};

/** Starts one on a free port. */
export async function mailServer(protocol: keyof typeof speeches, name: string): Promise<MailServer> {
  const told: string[] = [];
  const { greeting, answer } = speeches[protocol];
  const listening = await listen({ host: '127.0.0.1' }, (socket) => {
    let rest = '';
    let first = '';
    socket.write(`${greeting(name)}\r\n`);
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + text(chunk)).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        told.push(line);
        first ||= line;
        socket.write(`${answer(line, name, first)}\r\n`);
      }
    });
    socket.on('end', () => socket.end());
  });
  return { ...listening, told };
}
