/** Whole sessions for tests of what explains them: a real engine, the lab's own rules, a scripted upstream, a client. */
import { createAuthority } from '../../../electron/authority/authority.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import type { RuleBook, Then } from '../../../shared/auth/rule.ts';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { Client, MemoryRecorder } from '../../fakes/rig.ts';
import type { UpstreamScript } from '../../parity/harness/dialogue.ts';
import { startUpstream } from '../../parity/harness/upstream.ts';

/** What happens. `⏎` is CR LF; `$PORT` the upstream's port. */
export interface Scene {
  readonly protocol?: Protocol;
  /** Directives of the server; `smtp_auth none; xclient off;` for SMTP. */
  readonly conf?: string;
  /** Words behind the address of `listen`. */
  readonly listen?: string;
  /** What the rules say to everything; to route to the upstream unless told. */
  readonly answer?: Then;
  /** Rules before that. */
  readonly rules?: RuleBook['rules'];
  readonly upstream?: UpstreamScript;
  /** What the client sends, and what must come before it goes on. */
  readonly turns: readonly (readonly [send: string, until: string])[];
}

/** A finished session. */
export interface Played {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
  readonly book: RuleBook;
}

const wire = (text: string): string => text.replaceAll('⏎', '\r\n');

const withPort = (then: Then, port: number): Then => JSON.parse(JSON.stringify(then).replaceAll('$PORT', `${port}`));

/** Plays a scene; the client hangs up at its end. */
export async function play(scene: Scene): Promise<Played> {
  const { protocol = 'smtp', answer = { route: 'up' }, rules = [], listen = '' } = scene;
  const upstream = await startUpstream(protocol, scene.upstream ?? {});
  const { port } = upstream.listening;
  const address = `127.0.0.1:${port}`;
  const book: RuleBook = {
    rules,
    otherwise: withPort(answer, port),
    accounts: [],
    upstreams: { up: { smtp: address, imap: address, pop3: address }, other: { smtp: '127.0.0.1:9' } },
  };
  const conf = scene.conf ?? (protocol === 'smtp' ? 'smtp_auth none; xclient off;' : '');
  const server = `server { listen 127.0.0.1 ${listen}; protocol ${protocol}; ${conf} }`;
  const read = readMail(`mail { server_name mx.test; auth_http 127.0.0.1:8000; ${server} }`, {
    file: 'scene',
    hostname: 'mx.test',
  });
  if (read.conf === null) throw new Error(JSON.stringify(read.problems));
  const recorder = new MemoryRecorder();
  const own = { book, address: '127.0.0.1', port: 8000, transport: 'in-process' } as const;
  const engine = createEngine({
    authority: createAuthority({ own: () => own }),
    recorder,
    upstreamName: (at) => (at === address ? 'up' : null),
    names: {
      nameOf: (_address, _resolver, _ms, done) => {
        done({ host: '[UNAVAILABLE]', found: null, failure: null });
        return () => undefined;
      },
    },
    allowLan: false,
  });
  try {
    const [listener] = await engine.apply(read.conf);
    const client = new Client(listener?.port ?? 0);
    for (const [send, until] of scene.turns) await client.ask(wire(send), wire(until));
    client.socket.end();
    const { summary, entries } = await recorder.over(1);
    return { summary, entries, book };
  } finally {
    await engine.stop();
    await upstream.listening.stop();
  }
}
