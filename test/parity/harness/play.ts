/** Plays a dialogue against a running proxy and tells what was observed, with what cannot be equal taken out. */
import type { Bytes, Protocol } from '../../../shared/machine/machine.ts';
import { type Client, connect } from './client.ts';
import { type Dialogue, manners, replyEnds, shown, type Turn, wire } from './dialogue.ts';
import type { Stage } from './stage.ts';

/** What one system did in one dialogue, in the notation. */
export interface Observed {
  /** What the client heard, exchange by exchange (the greeting first, the closing NOOP and QUIT last). */
  readonly heard: readonly string[];
  /** ms from the connection to the end of each exchange. */
  readonly ms: readonly number[];
  /** The connection ended by RST, not by FIN. */
  readonly reset: boolean;
  /** The requests that the auth service had. */
  readonly requests: readonly string[];
  /** What each upstream connection received. */
  readonly received: readonly string[];
}

/** ms that a client, or a dialogue's peers, wait for something that does not come. */
export const PATIENCE = 6_000;

/**
 * A challenge is `<RANDOM.TIME@NAME>`; two systems cannot have the same. The first one of a dialogue becomes
 * `<NONCE1@NAME>`, so that it is seen whether prompt and request carry the same one.
 */
class Nonces {
  readonly #known: string[] = [];

  without(bytes: Bytes): Bytes {
    return this.#plain(bytes).replace(/^(334|\+) ([A-Za-z0-9+/]{20,}=*)\r$/gm, (whole, sign, base64) => {
      const challenge = atob(base64);
      return /^<\d+\.\d+@.*>$/.test(challenge) ? `${sign} BASE64(${this.#plain(challenge)})\r` : whole;
    });
  }

  #plain(bytes: Bytes): Bytes {
    return bytes.replace(/<(\d+\.\d+)@/g, (_, nonce: string) => {
      if (!this.#known.includes(nonce)) this.#known.push(nonce);
      return `<NONCE${this.#known.indexOf(nonce) + 1}@`;
    });
  }
}

/** Two systems cannot have the same ports: in the PROXY header to the upstream they, and a unix socket, get names. */
function portless(text: string, door: string, client: number, listening: number): string {
  const header = /^(PROXY TCP[46] \S+) (\S+) (\d+) (\d+)⏎/;
  return text.replace(header, (_, start, to, fromPort, toPort) => {
    const destination = to === `unix:${door}` ? 'unix:$DOOR' : to;
    const ports = [fromPort === `${client}` ? '$CLIENT' : fromPort, toPort === `${listening}` ? '$LISTEN' : toPort];
    return `${start} ${destination} ${ports.join(' ')}⏎`;
  });
}

const handshakes = { true: ' secured', false: ' (the handshake failed)' } as const;

function report(bytes: Bytes, closed: boolean, late: boolean): string {
  return `${shown(bytes)}${closed ? ' close' : ''}${late ? ' (then nothing more came)' : ''}`;
}

/** What a turn must look like in `Observed.heard`. */
export function expected([, hear, more]: Turn): string {
  const secured = more?.secure === undefined ? '' : handshakes[`${more.unsecured !== true}`];
  return report(wire(hear), more?.closes === true, false) + secured;
}

/** What the exchanges of one dialogue have in common. */
interface Scene {
  readonly client: Client;
  readonly protocol: Protocol;
  readonly nonces: Nonces;
  readonly patience: number;
}

async function exchange(scene: Scene, turn: Turn): Promise<string> {
  const { client, patience } = scene;
  const { secure } = turn[2] ?? {};
  const heard = await clearly(scene, turn);
  if (secure === undefined || heard.endsWith(' close') || heard.endsWith(')')) return heard;
  return heard + handshakes[`${await client.secure(secure, patience)}`];
}

async function clearly({ client, protocol, nonces, patience }: Scene, turn: Turn): Promise<string> {
  const [send, hear, more] = turn;
  if (more?.after !== undefined) await new Promise((resolve) => setTimeout(resolve, more.after));
  if (send !== '') client.send(wire(send));
  if (more?.finish) client.finish();
  if (more?.reset) client.reset();
  // Nothing is due yet: whatever comes, and be it the close, belongs to the exchange that waits for it.
  if (more?.reset || (hear === '' && !more?.closes)) return '';
  const heard = await client.hear(more?.closes ? 'close' : replyEnds(wire(hear), protocol).length, patience);
  return report(nonces.without(heard.bytes), heard.closed, heard.late);
}

/** NOOP first, so that a reply too many is seen; then QUIT, and all there is until the close. */
async function farewell({ client, protocol, patience }: Scene): Promise<string> {
  client.send(wire(manners[protocol].noop));
  const noop = await client.hear(1, patience);
  if (noop.closed || noop.late) return report(noop.bytes, noop.closed, noop.late);
  client.send(wire(manners[protocol].quit));
  const quit = await client.hear('close', patience);
  return report(noop.bytes + quit.bytes, quit.closed, quit.late);
}

/** The turns with the greeting in front. */
export function allTurns({ greeting, protocol }: Dialogue, turns: readonly Turn[]): readonly Turn[] {
  return greeting === null ? turns : [['', greeting ?? manners[protocol ?? 'smtp'].greeting], ...turns];
}

/** Plays the dialogue of `stage` against the proxy at `port`. */
export async function play(
  stage: Stage,
  port: number,
  turns: readonly Turn[],
  patience: number = PATIENCE,
): Promise<Observed> {
  const { dialogue, auth, upstream } = stage;
  const { protocol = 'smtp' } = dialogue;
  const client = await connect(stage.host, port, protocol);
  const start = performance.now();
  const nonces = new Nonces();
  const scene: Scene = { client, protocol, nonces, patience };
  const heard: string[] = [];
  const ms: number[] = [];
  let over = false;
  for (const turn of allTurns(dialogue, turns)) {
    const one = await exchange(scene, turn);
    heard.push(one);
    ms.push(performance.now() - start);
    over = one.endsWith(' close') || one.endsWith(')') || turn[2]?.reset === true;
    if (over) break;
  }
  if (!over && !dialogue.leaves) heard.push(await farewell(scene));
  if (dialogue.leaves) client.finish();
  const quiet = await Promise.all([
    auth.listening.quiet(patience, dialogue.calls ?? dialogue.requests?.length ?? 0),
    upstream.listening.quiet(patience, dialogue.received?.length ?? 0),
  ]);
  const reset = client.broken();
  client.reset();
  return {
    heard,
    ms,
    reset,
    requests: auth.requests.map((one) => shown(nonces.without(one)) + (quiet[0] ? '' : ' (some left open)')),
    received: upstream.received.map(
      (one) => portless(shown(one), stage.host, client.port, port) + (quiet[1] ? '' : ' (some left open)'),
    ),
  };
}
