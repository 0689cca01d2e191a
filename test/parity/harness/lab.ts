/** The lab's own engine, in this process, by the same `mail` block as nginx. */
import { createAuthority } from '../../../electron/authority/authority.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import type { Recorder } from '../../../electron/engine/ports.ts';
import { createNames } from '../../../electron/names/names.ts';
import { createTls } from '../../../electron/tls/tls.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { MailConf } from '../../../shared/nginx/mail.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import type { Running, System } from './system.ts';

/** A lab that runs, and what it writes into its journal. */
export interface RunningLab extends Running {
  /** The ports of its listeners, in the order of the configuration. */
  readonly ports: readonly number[];
  readonly entries: readonly Entry[];
  /** Resolves when as many sessions as have begun are over, once there was one. */
  readonly over: Promise<void>;
}

/** Who else hears what is recorded, under a configuration. */
export type Around = (recorder: Recorder, conf: MailConf) => Promise<Recorder>;

/** Starts an engine by a `mail` block; `null` if a port was taken. */
export async function startLab(mail: string, around?: Around): Promise<RunningLab | null> {
  const { conf, problems } = readMail(mail, { file: 'mail.conf', hostname: 'mx.test' });
  if (conf === null) throw new Error(`the lab cannot read the configuration: ${JSON.stringify(problems)}\n${mail}`);
  const entries: Entry[] = [];
  let open = 0;
  let finish: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let next = 1;
  const recorder: Recorder = {
    allocate: () => next++,
    began: () => {
      open += 1;
    },
    recorded: (_summary, entry) => void entries.push(entry),
    ended: () => {
      open -= 1;
      if (open === 0) finish();
    },
  };
  const tls = createTls({ folder: null });
  tls.load(conf);
  const engine = createEngine({
    authority: createAuthority({ own: () => null }),
    recorder: around ? await around(recorder, conf) : recorder,
    names: createNames(),
    tls,
    upstreamName: () => null,
    allowLan: false,
  });
  const listeners = await engine.apply(conf);
  const failed = listeners.filter((listener) => listener.state === 'failed');
  if (failed.length === 0)
    return { ports: listeners.map((listener) => listener.port), entries, over, stop: () => engine.stop() };
  await engine.stop();
  if (failed.every((listener) => listener.error === 'EADDRINUSE')) return null;
  throw new Error(`the lab cannot listen: ${JSON.stringify(failed)}`);
}

/** The lab, as a system under test. */
export const lab: System = { name: 'lab', start: (mail) => startLab(mail) };
