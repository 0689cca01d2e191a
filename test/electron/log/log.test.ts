import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Recorder } from '../../../electron/engine/ports.ts';
import { fileSink } from '../../../electron/log/file-sink.ts';
import { createLog, type Log, type LogOptions } from '../../../electron/log/log.ts';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import type { ErrorLog, MailConf } from '../../../shared/nginx/mail.ts';
import { tutorialServer } from '../../fakes/rig.ts';

let folder = '';
let said: string[] = [];
let errors = '';
const cleanup: (() => Promise<unknown> | unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  said = [];
  errors = '';
});
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
  await rm(folder, { recursive: true, force: true });
});

function logOf(more: Partial<LogOptions> = {}): Log {
  const log = createLog({
    prefix: folder,
    hostname: 'mx.test',
    mayReach: (address) => address === '127.0.0.1',
    say: (sentence) => said.push(sentence),
    stderr: (text) => {
      errors += text;
    },
    ...more,
  });
  cleanup.push(() => log.close());
  return log;
}
const listen = { text: '25', host: '*', port: 25, line: 1 };
const confOf = (errorLogs: readonly ErrorLog[], processLogs: readonly ErrorLog[] = []): MailConf => ({
  servers: [{ ...tutorialServer, listens: [listen], errorLogs }],
  process: { workers: 1, shutdownTimeoutMs: null, errorLogs: processLogs, pid: null },
});

/** A file that takes as many of the bytes as `take` says. */
const appendable = (take: (lines: string) => number): Parameters<typeof fileSink>[1] => ({
  write: async (bytes, at) => ({ bytesWritten: take(bytes.toString('latin1', at)) }),
  close: async () => undefined,
});

const ignored: Recorder = {
  allocate: () => 1,
  began: () => undefined,
  recorded: () => undefined,
  ended: () => undefined,
};
const summaryOf = (id: number): SessionSummary => ({ id, listener: '127.0.0.1:25' }) as SessionSummary;
const entryOf = (seq: number, why: string, params: Entry['params'] = {}): Entry => ({
  seq,
  at: 0,
  leg: 'auth',
  direction: 'in',
  kind: 'http',
  bytes: '',
  why,
  params,
});
/** A session that connects and is failed by the auth service. */
function play(recorder: Recorder, id: number): void {
  const summary = summaryOf(id);
  recorder.began(summary);
  const params = { client: '127.0.0.1:5', listener: '127.0.0.1:25', inNginx: '0.0.0.0:25' };
  recorder.recorded(summary, entryOf(0, 'session.accepted', params));
  recorder.recorded(summary, entryOf(1, 'session.verdict.bad-header', { server: '127.0.0.1:8000' }));
  recorder.ended(summary);
}
const stamp = `\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d`;
const connected = (id: number) =>
  `${stamp} \\[info\\] ${process.pid}#0: \\*${id} client 127\\.0\\.0\\.1:5 connected to 0\\.0\\.0\\.0:25`;
const failed = (id: number) =>
  `${stamp} \\[error\\] ${process.pid}#0: \\*${id} auth http server 127\\.0\\.0\\.1:8000 sent invalid header in response ` +
  'while in http auth state, client: 127\\.0\\.0\\.1, server: 0\\.0\\.0\\.0:25';
const exactly = (...lines: readonly string[]) => new RegExp(`^${lines.map((line) => `${line}\n`).join('')}$`);
const read = (name: string) => readFile(join(folder, name), 'latin1');

describe('files', () => {
  it('get what their level takes, each on its own', async () => {
    const log = logOf();
    expect(
      await log.open(
        confOf([
          { sink: 'a', level: 'info' },
          { sink: 'b', level: 'error' },
          { sink: 'stderr', level: 'crit' },
        ]),
      ),
    ).toEqual([]);
    play(log.watch(ignored), 7);
    await log.close();
    expect(await read('a')).toMatch(exactly(connected(7), failed(7)));
    expect(await read('b')).toMatch(exactly(failed(7)));
    expect(errors).toBe('');
  });

  it('are appended to, and are opened anew under their name', async () => {
    const first = logOf();
    await first.open(confOf([{ sink: 'a', level: 'error' }]));
    play(first.watch(ignored), 1);
    await first.close();
    const log = logOf();
    await log.open(confOf([{ sink: 'a', level: 'error' }]));
    const recorder = log.watch(ignored);
    play(recorder, 2);
    await rename(join(folder, 'a'), join(folder, 'a.1'));
    await log.reopen();
    play(recorder, 3);
    await log.close();
    expect(await read('a.1')).toMatch(exactly(failed(1), failed(2)));
    expect(await read('a')).toMatch(exactly(failed(3)));
  });

  it('that cannot be opened are a problem in nginx’s words, and nothing changes', async () => {
    const log = logOf();
    await log.open(confOf([{ sink: 'a', level: 'error' }]));
    const wrong: ErrorLog = { sink: 'no/such/b', level: 'error' };
    expect(await log.open(confOf([{ sink: 'c', level: 'error' }, wrong]))).toEqual([
      { log: wrong, message: `open() "${join(folder, 'no/such/b')}" failed (2: No such file or directory)` },
    ]);
    await mkdir(join(folder, 'd'));
    const [isFolder] = await log.open(confOf([{ sink: 'd', level: 'error' }]));
    expect(isFolder?.message).toMatch(/^open\(\) ".*" failed \(/);
    play(log.watch(ignored), 1);
    await log.close();
    expect(await read('a')).toMatch(exactly(failed(1)));
    expect(await read('c')).toBe('');
  });

  it('of nginx’s own choice are kept only where there is a folder for them', async () => {
    const implied = confOf([{ sink: 'logs/error.log', level: 'error', implied: true }]);
    const without = logOf();
    expect(await without.open(implied)).toEqual([]);
    play(without.watch(ignored), 1);
    await mkdir(join(folder, 'logs'));
    const log = logOf();
    await log.open(implied);
    play(log.watch(ignored), 2);
    await log.close();
    expect(await read('logs/error.log')).toMatch(exactly(failed(2)));
  });

  it('hold no line of more than 2048 bytes', async () => {
    const log = logOf();
    await log.open(confOf([{ sink: 'a', level: 'error' }]));
    const recorder = log.watch(ignored);
    recorder.recorded(summaryOf(1), entryOf(0, 'session.accepted', { inNginx: '0.0.0.0:25', client: 'x:1' }));
    recorder.recorded(
      summaryOf(1),
      entryOf(1, 'session.verdict.bad-address', { server: 's', detail: 'x'.repeat(5000) }),
    );
    await log.close();
    expect((await read('a')).length).toBe(2048);
  });

  it('that can be written to no longer are told once', async () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const written: string[] = [];
    const sink = fileSink(
      '/var/log/x',
      appendable((lines) => {
        written.push(lines);
        if (written.length < 3) throw full;
        return lines.length;
      }),
      (sentence) => said.push(sentence),
    );
    for (const line of ['a', 'b', 'c']) {
      sink.write(line, 'error', new Date());
      await new Promise(setImmediate);
    }
    await sink.close();
    expect(written).toEqual(['a\n', 'b\n', 'c\n']);
    expect(said).toEqual([
      'write() to "/var/log/x" failed (28: No space left on device); the lab runs on, and tries every line',
    ]);
  });

  it('wait for a reader that does not keep up, and lose nothing', async () => {
    const again = Object.assign(new Error('again'), { code: 'EAGAIN' });
    let written = '';
    let room = 3;
    const sink = fileSink(
      'pipe',
      appendable((lines) => {
        if (room === 0) throw again;
        const taken = lines.slice(0, room);
        written += taken;
        room -= taken.length;
        return taken.length;
      }),
      (sentence) => said.push(sentence),
    );
    sink.write('abcd', 'error', new Date());
    await new Promise(setImmediate);
    room = 100;
    sink.write('efgh', 'error', new Date());
    await sink.close();
    expect(written).toBe('abcd\nefgh\n');
    expect(said).toEqual([]);
  });

  it('give up a reader that never reads, once they are closed', async () => {
    const again = Object.assign(new Error('again'), { code: 'EAGAIN' });
    let open = true;
    let tries = 0;
    const file = appendable(() => {
      if (!open) throw Object.assign(new Error('closed'), { code: 'EBADF' });
      tries += 1;
      throw again;
    });
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    cleanup.push(() => vi.useRealTimers());
    const close = async () => {
      open = false;
    };
    const sink = fileSink('pipe', { ...file, close }, (sentence) => said.push(sentence));
    sink.write('abcd', 'error', new Date());
    await sink.close();
    await vi.advanceTimersByTimeAsync(1000);
    await new Promise(setImmediate);
    expect(tries).toBeGreaterThan(0);
    expect(said).toEqual([]);
  });

  it('are no pipe without a reader: the lab does not wait for one', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const problems = await logOf().open(confOf([{ sink: 'pipe', level: 'error' }]));
    expect(problems).toEqual([
      {
        log: { sink: 'pipe', level: 'error' },
        message: `open() "${join(folder, 'pipe')}" failed (6: No such device or address)`,
      },
    ]);
  });

  it('are kept when they cannot be opened anew', async () => {
    const log = logOf();
    await log.open(confOf([{ sink: 'a', level: 'error' }]));
    await rename(join(folder, 'a'), join(folder, 'a.1'));
    await mkdir(join(folder, 'a'));
    await log.reopen();
    play(log.watch(ignored), 1);
    await log.close();
    expect(said).toEqual([expect.stringMatching(/^open\(\) ".*" failed \(.*\); the lab goes on writing/)]);
    expect(await read('a.1')).toMatch(exactly(failed(1)));
  });
});

describe('a new configuration', () => {
  it('is for new sessions; those that are open go on where they began', async () => {
    const log = logOf();
    await log.open(confOf([{ sink: 'a', level: 'info' }]));
    const recorder = log.watch(ignored);
    const params = { client: '127.0.0.1:5', listener: '127.0.0.1:25', inNginx: '0.0.0.0:25' };
    recorder.recorded(summaryOf(1), entryOf(0, 'session.accepted', params));
    await log.open(confOf([{ sink: 'b', level: 'error' }]));
    recorder.recorded(summaryOf(1), entryOf(1, 'session.verdict.bad-header', { server: '127.0.0.1:8000' }));
    play(recorder, 2);
    await log.close();
    expect(await read('a')).toMatch(exactly(connected(1), failed(1)));
    expect(await read('b')).toMatch(exactly(failed(2)));
  });
});

describe('the process itself', () => {
  it('writes to the logs of the main level, without a connection', async () => {
    const log = logOf();
    await log.open(
      confOf(
        [{ sink: 'a', level: 'info' }],
        [
          { sink: 'stderr', level: 'notice' },
          { sink: 'b', level: 'error' },
        ],
      ),
    );
    log.process('notice', 'reopening logs');
    await log.close();
    expect(errors).toMatch(exactly(`${stamp} \\[notice\\] ${process.pid}#0: reopening logs`));
    expect(await read('a')).toBe('');
    expect(await read('b')).toBe('');
  });
});

describe('syslog', () => {
  it('gets one message a line, as RFC 3164 has them', async () => {
    const daemon = createSocket('udp4');
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
    cleanup.push(() => daemon.close());
    const server = `127.0.0.1:${daemon.address().port}`;
    const log = logOf();
    const messages: string[] = [];
    const all = new Promise<void>((resolve) => {
      daemon.on('message', (message) => {
        messages.push(message.toString('latin1'));
        if (messages.length === 3) resolve();
      });
    });
    await log.open(
      confOf([
        { sink: `syslog:server=${server},facility=mail,tag=lab,severity=debug`, level: 'info' },
        { sink: `syslog:server=${server},nohostname`, level: 'error' },
      ]),
    );
    play(log.watch(ignored), 9);
    await all;
    const date = '[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d';
    expect(messages.toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^<187>${date} nginx: ${failed(9)}$`)),
      expect.stringMatching(new RegExp(`^<19>${date} mx\\.test lab: ${failed(9)}$`)),
      expect.stringMatching(new RegExp(`^<22>${date} mx\\.test lab: ${connected(9)}$`)),
    ]);
  });

  it('on another machine is told nothing without leave, and one behind a unix socket cannot be', async () => {
    const log = logOf();
    const logs: ErrorLog[] = [
      { sink: 'syslog:server=192.0.2.1:5514', level: 'info' },
      { sink: 'syslog:server=unix:/dev/log', level: 'info' },
    ];
    expect(await log.open(confOf(logs))).toEqual([]);
    play(log.watch(ignored), 1);
    expect(said).toEqual([
      'error_log syslog:server=192.0.2.1 is another machine, and is told nothing; if that is wanted, start the lab with --allow 192.0.2.1:5514',
      'error_log syslog:server=unix:/dev/log is not kept: Node.js has no datagram sockets of that kind; give the log daemon an address, such as syslog:server=127.0.0.1:514',
    ]);
  });
});

describe('no logs at all', () => {
  it('cost nothing and write nothing', async () => {
    const log = logOf();
    await log.open(confOf([]));
    play(log.watch(ignored), 1);
    log.process('notice', 'exit');
    await log.close();
    expect(said).toEqual([]);
  });
});
