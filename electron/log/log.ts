/** The logs that a configuration names (`error_log`), kept as nginx keeps them: written while sessions run on. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import { SessionLog } from '../../shared/nginx/log.ts';
import { type LogLevel, mostTalkative, takes } from '../../shared/nginx/log-levels.ts';
import type { ErrorLog, Listen, MailConf } from '../../shared/nginx/mail.ts';
import { readSyslog } from '../../shared/nginx/syslog.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { Recorder } from '../engine/ports.ts';
import { openFileSink } from './file-sink.ts';
import { logLine } from './line.ts';
import { onceOnly, type Sink } from './sink.ts';
import { openSyslogSink, type SyslogPorts } from './syslog-sink.ts';

/** What the logs need of their surroundings. */
export interface LogOptions extends SyslogPorts {
  /** Relative names are looked up here (nginx `-p`). */
  readonly prefix: string;
  /** `error_log stderr`; standard error when left out. */
  readonly stderr?: (text: string) => void;
}

/** A log that cannot be opened, in nginx's words. */
export interface LogProblem {
  readonly log: ErrorLog;
  readonly message: string;
}

/** The logs of a running lab. */
export interface Log {
  /**
   * Opens what a configuration names. With a problem nothing changes; otherwise new sessions are logged by it, and
   * those that are open go on where they began.
   */
  open(conf: MailConf): Promise<readonly LogProblem[]>;
  /** Writes what nginx would write about the sessions that pass through to `recorder`. */
  watch(recorder: Recorder): Recorder;
  /** A line about the process itself, into the logs of the main level. */
  process(level: LogLevel, message: string): void;
  /** USR1. */
  reopen(): Promise<void>;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** A sink with the level it is kept at. */
interface Kept {
  readonly sink: Sink;
  readonly level: LogLevel;
}

/** Who logs where, by the running configuration. */
interface Book {
  /** By the listen address in nginx's form. */
  readonly servers: ReadonlyMap<string, readonly Kept[]>;
  readonly process: readonly Kept[];
}

/** A session that is logged. */
interface Logged {
  readonly log: SessionLog;
  readonly kept: readonly Kept[];
}

const addressOf = ({ host, port, unix }: Listen): string =>
  unix === undefined ? hostPort(host === '*' ? '0.0.0.0' : host, port) : `unix:${unix}`;

/** Opens nothing yet. */
export function createLog(options: LogOptions): Log {
  const sinks = new Map<string, Sink>();
  const sessions = new Map<number, Logged>();
  let book: Book = { servers: new Map(), process: [] };

  const write = (kept: readonly Kept[], level: LogLevel, text: Bytes): void => {
    const at = new Date();
    const line = logLine(at, level, process.pid, text);
    for (const one of kept) if (takes(one.level, level)) one.sink.write(line, level, at);
  };

  const found = (name: string): readonly Kept[] =>
    book.servers.get(name) ??
    // A port that the system chose is written 0.
    book.servers.get(name.replace(/:\d+$/, ':0')) ??
    [];

  const begin = (summary: SessionSummary, name: string): Logged | undefined => {
    const kept = found(name);
    if (kept.length === 0) return undefined;
    const logged = { kept, log: new SessionLog(mostTalkative(kept)) };
    sessions.set(summary.id, logged);
    return logged;
  };

  return {
    open: async (conf) => {
      const opened = await openAll(conf, sinks, options);
      if ('problems' in opened) return opened.problems;
      book = opened.book;
      return [];
    },
    watch: (recorder) => ({
      allocate: () => recorder.allocate(),
      began: (summary) => recorder.began(summary),
      recorded: (summary, entry) => {
        recorder.recorded(summary, entry);
        const logged =
          entry.seq === 0
            ? begin(summary, String(entry.params?.inNginx ?? summary.listener))
            : sessions.get(summary.id);
        const line = logged?.log.line(entry);
        if (logged && line) write(logged.kept, line.level, `*${summary.id} ${line.text}`);
      },
      ended: (summary) => {
        sessions.delete(summary.id);
        recorder.ended(summary);
      },
    }),
    process: (level, message) => write(book.process, level, message),
    reopen: async () => {
      await Promise.all([...sinks.values()].map((sink) => sink.reopen()));
    },
    close: async () => {
      sessions.clear();
      book = { servers: new Map(), process: [] };
      await Promise.all([...sinks.values()].map((sink) => sink.close()));
      sinks.clear();
    },
  };
}

type Opened = { readonly book: Book } | { readonly problems: readonly LogProblem[] };

/** Every sink is opened once, whoever names it; `sinks` keeps those that are open. */
async function openAll(conf: MailConf, sinks: Map<string, Sink>, options: LogOptions): Promise<Opened> {
  const logs = [...conf.servers.flatMap((server) => server.errorLogs), ...(conf.process?.errorLogs ?? [])];
  const fresh = new Map<string, Sink>();
  const tried = new Set<string>();
  const problems: LogProblem[] = [];
  for (const log of logs) {
    const key = keyOf(log, options.prefix);
    if (key === null || sinks.has(key) || tried.has(key)) continue;
    tried.add(key);
    const result = await openSink(log, options);
    if ('error' in result) problems.push({ log, message: result.error });
    else fresh.set(key, result.sink);
  }
  if (problems.length > 0) {
    await Promise.all([...fresh.values()].map((sink) => sink.close()));
    return { problems };
  }
  for (const [key, sink] of fresh) sinks.set(key, sink);
  const kept = (log: ErrorLog): readonly Kept[] => {
    const sink = sinks.get(keyOf(log, options.prefix) ?? '');
    return sink ? [{ sink, level: log.level }] : [];
  };
  const servers = conf.servers.flatMap((server) => {
    const all = server.errorLogs.flatMap(kept);
    return server.listens.map((listen) => [addressOf(listen), all] as const);
  });
  return { book: { servers: new Map(servers), process: (conf.process?.errorLogs ?? []).flatMap(kept) } };
}

/**
 * The same for all that means the same sink; null: not kept. The log that nginx keeps although nobody asked for it is
 * kept only where there is a folder for it: a lab does not fail for want of one.
 */
function keyOf({ sink, implied }: ErrorLog, prefix: string): string | null {
  if (sink === 'stderr' || sink.startsWith('syslog:')) return sink;
  const path = resolve(prefix, sink);
  return implied && !existsSync(dirname(path)) ? null : path;
}

async function openSink(
  { sink }: ErrorLog,
  options: LogOptions,
): Promise<{ readonly sink: Sink } | { readonly error: string }> {
  if (sink === 'stderr') return { sink: stderrSink(options) };
  if (!sink.startsWith('syslog:')) return openFileSink(resolve(options.prefix, sink), options.say);
  const syslog = readSyslog(sink);
  return syslog ? openSyslogSink(syslog, options) : { error: 'no syslog server specified' };
}

function stderrSink({ stderr, say }: LogOptions): Sink {
  const complain = onceOnly(say);
  const print = stderr ?? ((text: string) => void process.stderr.write(text, 'latin1'));
  // Whoever reads it may go away.
  if (!stderr) process.stderr.on('error', () => complain('Standard error is closed: error_log stderr is not kept.'));
  return {
    write: (line) => print(`${line}\n`),
    reopen: async () => undefined,
    close: async () => undefined,
  };
}
