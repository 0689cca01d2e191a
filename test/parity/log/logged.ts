/** Plays dialogues with a log of each one's own, and reads what was written there. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '../../../electron/log/log.ts';
import type { Bytes } from '../../../shared/machine/machine.ts';
import type { LogLevel } from '../../../shared/nginx/log-levels.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { startLab } from '../harness/lab.ts';
import { nginx } from '../harness/nginx.ts';
import { freePorts } from '../harness/sockets.ts';
import type { System } from '../harness/system.ts';
import { resultsOf } from '../harness/troupe.ts';

/** The lab with the logs that its configuration names. */
const lab: System = {
  name: 'lab',
  async start(mail) {
    const complaints: string[] = [];
    const log = createLog({
      prefix: tmpdir(),
      hostname: hostname().toLowerCase(),
      mayReach: () => true,
      say: (sentence) => complaints.push(sentence),
    });
    const running = await startLab(mail, async (recorder, conf) => {
      const problems = await log.open(conf);
      if (problems.length > 0) throw new Error(`the lab cannot log: ${problems.map(({ message }) => message)}`);
      return log.watch(recorder);
    });
    return (
      running && {
        async stop() {
          await running.stop();
          await log.close();
          if (complaints.length > 0) throw new Error(complaints.join(' '));
        },
      }
    );
  },
};

/** A listener of its own greets before a system is stopped: whatever clients did before that has been noticed by then. */
const settled = (system: System): System => ({
  name: system.name,
  async start(mail) {
    const [port = 0] = await freePorts(['127.0.0.1']);
    const door = `    server { listen 127.0.0.1:${port}; protocol pop3; auth_http 127.0.0.1:1; error_log /dev/null emerg; }\n}\n`;
    const running = await system.start(mail.replace(/}\n$/, door));
    return (
      running && {
        async stop() {
          const client = connect(port, '127.0.0.1');
          await once(client, 'data');
          client.destroy();
          await running.stop();
        },
      }
    );
  },
});

/** The longest line, without its end (NGX_MAX_ERROR_STR). */
const LINE_MAX = 2047;

/** Everything that two runs cannot have in common: time, process, the numbers of connections and of ports. */
export function masked(line: Bytes): Bytes {
  const shown = line
    .replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (\[\w+\]) \d+#\d+: \*\d+ /, '$1 ')
    .replace(/(127\.0\.0\.1|\[::1\]|0\.0\.0\.0|\[::\]):\d{4,5}\b/g, '$1:PORT')
    .replace(/unix:[^ ,"]*\/(\w+\.sock)/g, 'unix:DIR/$1');
  // How much of a line that is cut fits depends on the numbers before it.
  return line.length === LINE_MAX ? `${shown.slice(0, LINE_MAX - 100)} (cut)` : shown;
}

// A login may hold line ends: a line begins where its date does.
const lines = (text: Bytes): readonly Bytes[] =>
  text === ''
    ? []
    : text
        .slice(0, -1)
        .split(/\n(?=\d{4}\/\d\d\/\d\d )/)
        .map(masked);

/** What a system wrote at `level`, by dialogue. */
export async function logsOf(
  name: 'nginx' | 'lab',
  dialogues: readonly Dialogue[],
  level: LogLevel,
): Promise<ReadonlyMap<string, readonly Bytes[]>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parity-log-'));
  const file = (at: number): string => path.join(folder, `${at}.log`);
  const logged = dialogues.map((dialogue, at) => ({
    ...dialogue,
    conf: `${dialogue.conf ?? ''} error_log ${file(at)} ${level};`,
  }));
  try {
    const results = await resultsOf(settled(name === 'nginx' ? nginx : lab), logged);
    const failed = [...results].filter(([, result]) => result instanceof Error);
    if (failed.length > 0) throw new Error(`could not be played: ${failed.map(([one, why]) => `${one}: ${why}`)}`);
    const texts = await Promise.all(dialogues.map((_, at) => readFile(file(at), 'latin1')));
    return new Map(dialogues.map((dialogue, at) => [dialogue.name, lines(texts[at] ?? '')]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
