/** Real mail clients, as a person or a script would call them. Each sends `message` and resolves when it is done. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What to send, and where. */
export interface Errand {
  readonly port: number;
  readonly from: string;
  readonly to: readonly string[];
  /** With CR LF line ends, without the closing dot. */
  readonly message: string;
  /** A folder for files of the client's own. */
  readonly folder: string;
}

/** How it went, in the client's own words. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A client that can be sent on an errand. */
export interface Client {
  readonly name: string;
  readonly send: (errand: Errand) => Promise<Outcome>;
}

const packages: Readonly<Record<string, string>> = { telnet: 'inetutils-telnet' };

function demand(program: string): void {
  const there = (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (there) return;
  throw new Error(`These tests need ${program}. Install it with: apt-get install ${packages[program] ?? program}`);
}

function begin(program: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  demand(program);
  return spawn(program, args, { timeout: 20_000 });
}

function finish(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let output = '';
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('latin1');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

async function file(errand: Errand, message = errand.message): Promise<string> {
  const path = join(errand.folder, 'message.eml');
  await writeFile(path, message, 'latin1');
  return path;
}

/** swaks ends the last line of the file itself. */
const swaks: Client = {
  name: 'swaks',
  send: async (errand) => {
    const to = ['--to', errand.to.join(',')];
    const data = ['--data', `@${await file(errand, errand.message.replace(/\r\n$/, ''))}`];
    const server = ['--server', '127.0.0.1', '--port', String(errand.port), '--helo', 'swaks.client.test'];
    return finish(begin('swaks', [...server, '--from', errand.from, ...to, ...data]));
  },
};

const curl: Client = {
  name: 'curl',
  send: async (errand) => {
    const to = errand.to.flatMap((address) => ['--mail-rcpt', address]);
    const url = `smtp://127.0.0.1:${errand.port}/curl.client.test`;
    const from = ['--mail-from', errand.from];
    return finish(begin('curl', ['-sS', '-v', '--url', url, ...from, ...to, '--upload-file', await file(errand)]));
  },
};

const python: Client = {
  name: "Python's smtplib",
  send: async (errand) => {
    const script = [
      'import smtplib, sys',
      'port, sender, path, *recipients = sys.argv[1:]',
      'with smtplib.SMTP("127.0.0.1", int(port), local_hostname="python.client.test", timeout=15) as smtp:',
      '    print(smtp.sendmail(sender, recipients, open(path, "rb").read()))',
    ].join('\n');
    return finish(begin('python3', ['-c', script, String(errand.port), errand.from, await file(errand), ...errand.to]));
  },
};

/** Types one line whenever a complete reply has come, as a person at a terminal does. */
async function typed(child: ChildProcessWithoutNullStreams, errand: Errand, end: string): Promise<Outcome> {
  const body = errand.message.replace(/\r\n/g, end).replace(/^\./gm, '..');
  const lines = [
    'HELO typed.client.test',
    `MAIL FROM:<${errand.from}>`,
    ...errand.to.map((address) => `RCPT TO:<${address}>`),
    'DATA',
    `${body}.`,
    'QUIT',
  ];
  let unread = '';
  child.stdout.on('data', (chunk: Buffer) => {
    unread += chunk.toString('latin1');
    for (let reply = /^\d{3} .*\n/m.exec(unread); reply; reply = /^\d{3} .*\n/m.exec(unread)) {
      unread = unread.slice(reply.index + reply[0].length);
      const line = lines.shift();
      if (line !== undefined) child.stdin.write(`${line}${end}`, 'latin1');
    }
  });
  return finish(child);
}

/** telnet turns the line ends that it reads into CR LF. */
const telnet: Client = {
  name: 'telnet',
  send: (errand) => typed(begin('telnet', ['127.0.0.1', String(errand.port)]), errand, '\n'),
};

/** Every client of these tests. */
export const clients: readonly Client[] = [swaks, curl, python, telnet];
