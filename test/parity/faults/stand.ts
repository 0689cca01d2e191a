/**
 * A played server that goes wrong, behind a real nginx and behind the lab's own proxy: a case of each fault has an upstream
 * of its own, in one lab, so that all cases can be played at the same time.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLab, type LabHandle } from '../../../electron/lab/lab.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import type { UpstreamFault } from '../../../shared/upstream/fault.ts';
import { type Client, type Heard as ClientHeard, connect } from '../harness/client.ts';
import { nginx } from '../harness/nginx.ts';
import { freePorts } from '../harness/sockets.ts';

/** What a fault is tried with. */
export interface FaultCase {
  /** Also the upstream's name, and what its session is routed by: letters, digits and hyphens. */
  readonly name: string;
  /** The upstream's faults, as in a lab file; none: a session as it should be. */
  readonly faults: readonly Readonly<Record<string, unknown>>[];
  /** What else the lab file says of the upstream, such as its `play`. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Which of the stand's servers, from 0. */
  readonly server: number;
  /** What the client says, one after the other answer; a line is sent with CR LF. `WHO` stands for `NAME@lab` and `NAME@nginx`. */
  readonly says: readonly string[];
}

/** A fault as the lab file has it. */
export function writtenFault({ stage, act, scope }: UpstreamFault): Readonly<Record<string, unknown>> {
  const often = scope.type === 'next' ? { next: scope.times } : {};
  switch (act.type) {
    case 'reply':
      return { stage, reply: act.text, ...often };
    case 'switch':
      return { stage, switch: act.name, ...often };
    case 'delay':
    case 'drip':
      return { stage, [act.type]: act.ms, ...often };
    default:
      return { stage, [act.type]: true, ...often };
  }
}

/** What a client heard of a session: each answer, and how it ended. */
export type Heard = readonly string[];

/** Both proxies, running. */
export interface Stand {
  /** Plays a case through both, at the same time. */
  both(fault: FaultCase): Promise<{ readonly lab: Heard; readonly nginx: Heard }>;
  readonly lab: LabHandle;
  stop(): Promise<void>;
}

/** What a stand is made of. */
export interface StandOptions {
  readonly protocol: Protocol;
  readonly cases: readonly FaultCase[];
  /** Directives of the `server` blocks besides `listen` and `protocol`. */
  readonly servers: readonly string[];
  /** The condition by which a session finds its upstream: `rcpt: "NAME@*"` for `NAME`. */
  readonly when: (fault: FaultCase) => Readonly<Record<string, unknown>>;
  /** An answer after which the server leaves: who says more to somebody who is leaving may be reset or not, by chance. */
  readonly goodbye: RegExp;
  /** Whether an answer is complete; left out: one reply is. */
  readonly isWhole?: (answer: string, said: string | null) => boolean;
  /** A message that lies in the mailboxes of `WHO` at every upstream, one for each proxy. */
  readonly mail?: string;
}

/** Longer than every timeout of the configuration: what is still open then stays open, in ms. */
const PATIENCE_MS = 8000;

const HERE = '127.0.0.1';

const proxies = ['lab', 'nginx'] as const;

interface Ports {
  readonly auth: number;
  readonly lab: readonly number[];
  readonly nginx: readonly number[];
  readonly upstreams: readonly number[];
  /** Where the mail of the mailboxes is brought to. */
  readonly smtp: readonly number[];
}

async function takePorts({ servers, cases, mail }: StandOptions): Promise<Ports> {
  const n = servers.length;
  const each = mail === undefined ? 1 : 2;
  const [auth = 0, ...rest] = await freePorts(Array.from({ length: 1 + 2 * n + each * cases.length }, () => HERE));
  const [lab, nginx, others] = [rest.slice(0, n), rest.slice(n, 2 * n), rest.slice(2 * n)];
  return { auth, lab, nginx, upstreams: others.slice(0, cases.length), smtp: others.slice(cases.length) };
}

function mailBlock({ protocol, servers }: StandOptions, ports: readonly number[], authPort: number): string {
  const each = servers.map((more, i) => `  server { listen ${HERE}:${ports[i]}; protocol ${protocol}; ${more} }`);
  return ['mail {', '  server_name mail.test.com;', `  auth_http ${HERE}:${authPort}/auth;`, ...each, '}'].join('\n');
}

/** JSON is YAML. */
function labText(options: StandOptions, proxy: string, { auth, upstreams, smtp }: Ports): string {
  const { cases, protocol, when, mail } = options;
  const rules = cases.map((one) => ({ name: one.name, when: when(one), then: { route: one.name } }));
  const played = cases.map(({ name, faults, more }, i) => {
    const own = faults.map((fault) => ({ protocol, ...fault }));
    const at = { [protocol]: `${HERE}:${upstreams[i]}`, ...(mail !== undefined && { smtp: `${HERE}:${smtp[i]}` }) };
    return [name, { ...at, play: { anyLogin: true }, ...more, faults: own }];
  });
  const accounts = cases.flatMap(({ name }) =>
    proxies.map((own) => ({ user: `${name}@${own}`, password: 'secret', upstream: name })),
  );
  return JSON.stringify({
    lab: 1,
    name: 'faults',
    proxy,
    auth: { listen: `${HERE}:${auth}`, rules },
    ...(mail !== undefined && { accounts }),
    upstreams: Object.fromEntries(played),
  });
}

/** Hears one whole answer, or what came until the end or until patience did. */
async function hearAnswer(client: Client, isWhole: StandOptions['isWhole'], said: string | null): Promise<ClientHeard> {
  for (let bytes = ''; ; ) {
    const heard = await client.hear(1, PATIENCE_MS);
    bytes += heard.bytes;
    if (heard.closed || heard.late || !isWhole || isWhole(bytes, said)) return { ...heard, bytes };
  }
}

/**
 * Says everything to one proxy and tells what came back. Whether a line that is said to somebody who is leaving finds a
 * closed or a reset connection, or is not said any more, is chance on either side: all are one end here.
 */
async function converse(port: number, options: StandOptions, says: readonly string[]): Promise<Heard> {
  const { protocol, goodbye, isWhole } = options;
  const client = await connect(HERE, port, protocol);
  const heard: string[] = [];
  for (const line of [null, ...says]) {
    if (line !== null) client.send(`${line}\r\n`);
    const { bytes, closed, late } = await hearAnswer(client, isWhole, line);
    if (bytes !== '' || !closed) heard.push(bytes);
    if (closed || late) {
      heard.push(late ? '(nothing more)' : '(closed)');
      client.reset();
      return heard;
    }
    if (goodbye.test(bytes)) break;
  }
  const { bytes, late } = await client.hear('close', PATIENCE_MS);
  client.reset();
  return [...heard, bytes, late ? '(still open)' : '(closed)'];
}

/** Brings the mail that is to lie in a case's mailboxes. */
async function bring(port: number, name: string, mail: string): Promise<void> {
  const client = await connect(HERE, port, 'smtp');
  const to = proxies.map((proxy) => `RCPT TO:<${name}@${proxy}>`);
  for (const line of ['HELO me', 'MAIL FROM:<a@b.test>', ...to, 'DATA', `${mail}.`, 'QUIT']) {
    await client.hear(1, PATIENCE_MS);
    client.send(`${line}\r\n`);
  }
  await client.hear('close', PATIENCE_MS);
  client.reset();
}

/** The lab on its ports; null: one of them was taken in the meantime. */
async function startLab(file: string, text: string): Promise<LabHandle | null> {
  writeFileSync(file, text);
  const lab = await createLab({ host: 'browser', dbFile: ':memory:', file, headless: true });
  const broken = lab.view().problems.find(({ severity }) => severity === 'error');
  const failed = lab.listeners().filter(({ state }) => state === 'failed');
  if (!broken && failed.length === 0) return lab;
  await lab.stop();
  if (broken) throw new Error(`the lab cannot run: ${broken.message} (${broken.line}:${broken.column})`);
  return null;
}

/** Starts everything on free ports. */
export async function startStand(options: StandOptions): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'fault-stand-'));
  const file = join(folder, 'faults.lab.yaml');
  for (;;) {
    const ports = await takePorts(options);
    const proxy = await nginx.start(mailBlock(options, ports.nginx, ports.auth));
    if (!proxy) continue;
    const lab = await startLab(file, labText(options, mailBlock(options, ports.lab, ports.auth), ports));
    const stop = async () => {
      await proxy.stop();
      await lab?.stop();
    };
    if (!lab) {
      await stop();
      continue;
    }
    return {
      lab,
      both: async (fault) => {
        const { name, server, says } = fault;
        if (options.mail !== undefined) await bring(ports.smtp[options.cases.indexOf(fault)] ?? 0, name, options.mail);
        const play = (proxy: (typeof proxies)[number]) => {
          const lines = says.map((line) => line.replace('WHO', `${name}@${proxy}`));
          return converse(ports[proxy][server] ?? 0, options, lines);
        };
        const [ours, theirs] = await Promise.all([play('lab'), play('nginx')]);
        return { lab: ours, nginx: theirs };
      },
      stop: async () => {
        await stop();
        rmSync(folder, { recursive: true });
      },
    };
  }
}
