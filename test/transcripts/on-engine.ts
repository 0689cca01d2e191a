/** Runs a transcript against the engine over real sockets, and holds its reasons against the session's journal. */
import net from 'node:net';
import type { Entry } from '../../shared/journal/entry.ts';
import { Door } from './door.ts';
import { Peer } from './peer.ts';
import { answerOf, bytesOf, type Move, mailOf, type Transcript } from './transcript.ts';

/** An engine that runs by a `mail` block. */
export interface RunningEngine {
  /** The port of its only listener. */
  readonly port: number;
  /** Every entry so far. */
  readonly entries: readonly Entry[];
  /** Resolves when the only session is over. */
  readonly over: Promise<void>;
  stop(): Promise<void>;
}

/** Starts an engine. */
export type StartEngine = (mail: string) => Promise<RunningEngine>;

async function connect(port: number): Promise<Peer> {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  const peer = new Peer(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('error', reject);
  });
  return peer;
}

class Stage {
  readonly wrong: string[] = [];
  readonly #client: Peer;
  readonly #authDoor: Door;
  readonly #upstreamDoor: Door;
  readonly #upstreamPort: number;
  #auth: Peer | undefined;
  #upstream: Peer | undefined;
  #relaying = false;

  constructor(client: Peer, authDoor: Door, upstreamDoor: Door, upstreamPort: number) {
    this.#client = client;
    this.#authDoor = authDoor;
    this.#upstreamDoor = upstreamDoor;
    this.#upstreamPort = upstreamPort;
  }

  async play(move: Move): Promise<void> {
    const [text = ''] = move.texts;
    if (move.who === 'C') await this.#clientSays(move);
    if (move.who === 'H') await this.#client.secure();
    if (move.who === 'U') await this.#upstreamSays(move);
    if (move.who === 'S') await this.#same(move, this.#client, bytesOf(move));
    if (move.who === 'P') await this.#same(move, await this.#atUpstream(), bytesOf(move));
    if (move.who === 'Q') await this.#asked(move);
    if (move.who === 'A') {
      this.#auth?.say(answerOf(move, this.#upstreamPort));
      this.#auth?.finish();
    }
    if (move.who === 'X') await this.#closes(move, text);
    if (move.why !== null && /\.(rcpt-answered|logged-in)$/.test(move.why)) this.#relaying = true;
  }

  async #clientSays(move: Move): Promise<void> {
    this.#client.say(bytesOf(move));
    if (this.#relaying) await this.#same(move, await this.#atUpstream(), bytesOf(move));
  }

  async #upstreamSays(move: Move): Promise<void> {
    (await this.#atUpstream()).say(bytesOf(move));
    if (this.#relaying) await this.#same(move, this.#client, bytesOf(move));
  }

  async #atUpstream(): Promise<Peer> {
    this.#upstream ??= await this.#upstreamDoor.next();
    return this.#upstream;
  }

  async #same(move: Move, peer: Peer, bytes: string): Promise<void> {
    const got = await peer.take(bytes.length);
    if (got !== bytes) this.wrong.push(`line ${move.line}: ${JSON.stringify(got)} came, not ${JSON.stringify(bytes)}`);
  }

  async #asked(move: Move): Promise<void> {
    this.#auth = await this.#authDoor.next();
    const request = await this.#auth.upTo('\r\n\r\n');
    const missing = move.texts.filter((line) => !request.includes(`\r\n${line}\r\n`));
    if (missing.length > 0)
      this.wrong.push(`line ${move.line}: ${missing.join(', ')} not in ${JSON.stringify(request)}`);
  }

  async #closes(move: Move, who: string): Promise<void> {
    if (who === 'client') this.#client.finish();
    else if (who === 'upstream') (await this.#atUpstream()).finish();
    else {
      const { closed, left } = await this.#client.closed();
      if (!closed || left !== '')
        this.wrong.push(
          `line ${move.line}: the connection is ${closed ? 'closed' : 'open'} after ${JSON.stringify(left)}`,
        );
      this.#client.finish();
    }
  }
}

/** The transcript's reasons that the journal does not tell in the same order. */
function untold(transcript: Transcript, entries: readonly Entry[]): string[] {
  const told = entries.map((entry) => entry.why);
  let from = 0;
  return transcript.moves.flatMap(({ why, line }) => {
    if (why === null) return [];
    const at = told.indexOf(why, from);
    if (at < 0) return [`line ${line}: ${why} is not told in the journal: ${told.join(' ')}`];
    from = at;
    return [];
  });
}

/** What is not as the transcript says, in sentences. */
export async function onEngine(transcript: Transcript, start: StartEngine): Promise<string[]> {
  const authDoor = new Door();
  const upstreamDoor = new Door();
  const [authPort, upstreamPort] = await Promise.all([authDoor.open(), upstreamDoor.open()]);
  const engine = await start(mailOf(transcript, '127.0.0.1', `127.0.0.1:${authPort}`));
  try {
    const client = await connect(engine.port);
    const stage = new Stage(client, authDoor, upstreamDoor, upstreamPort);
    for (const move of transcript.moves) await stage.play(move);
    await engine.over;
    client.destroy();
    return [...stage.wrong, ...untold(transcript, engine.entries)];
  } finally {
    authDoor.close();
    upstreamDoor.close();
    await engine.stop();
  }
}
