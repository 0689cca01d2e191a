/** What one session holds: whether something stops at a gate, what stands there, and how it goes on. */
import { type Piece, wordOf } from '../../shared/journal/breakpoint.ts';
import type { Gate, SessionSummary } from '../../shared/journal/entry.ts';
import { greetsAsNginx, type Patience, patienceOf, speaksAsNginx } from '../../shared/journal/patience.ts';
import type { Clocks } from './clocks.ts';
import { held, letGo } from './entries-held.ts';
import type { Gates, Hold } from './gates.ts';
import type { Holder, Holding } from './holding.ts';
import type { Pump, Stop } from './pump.ts';
import type { Writer } from './writer.ts';

/** How far a release goes. turn: until the other side speaks; stage: until the place of the dialogue changes. */
export type Until = 'one' | 'turn' | 'stage';

/** What the stops of a session are made of. */
export interface StopsPorts {
  readonly gates: Gates;
  readonly holding: Holding;
  readonly writer: Writer;
  readonly clocks: Clocks;
  /** Where the client's connection comes from, `IP:PORT`. */
  readonly peer: string;
  /** Whether the other end waits as long as it takes: the lab's own client, the servers it plays. */
  readonly isPatient: (side: 'client' | 'upstream', address: string) => boolean;
}

/** Everything passes up to here. */
type Run = { readonly forward: boolean } | { readonly stage: string };

/** The gates of commands and questions; the others are those of replies and answers. */
const isForward = (gate: Gate): boolean => gate === 'C>P' || gate === 'P>A' || gate === 'P>U';

/** The stops of one session. */
export class Stops implements Holder {
  readonly summary: SessionSummary;
  readonly #ports: StopsPorts;
  readonly #gates: Gates;
  #run: Run | null = null;
  /** The client left: nothing is held any more, and it will not come back. */
  #free = false;
  /** The word of the client's last command; '' before the first one, `?` where it was not looked at. */
  #word = '?';
  #clientSince: number | null = null;
  #upstreamSince: number | null = null;
  #nginxClient = false;
  #nginxUpstream = false;
  /** `IP:PORT` of the upstream that was dialled. */
  #upstream: string | null = null;
  #pump: Pump | undefined;

  constructor(ports: StopsPorts) {
    this.#ports = ports;
    this.#gates = ports.gates;
    this.summary = ports.writer.summary;
  }

  /** The pump of this session, which keeps what is held. */
  drive(pump: Pump): void {
    this.#pump = pump;
  }

  /** Whether nothing of this session can stop; where nothing is armed anywhere that is one look at a number. */
  get open(): boolean {
    if (this.#run !== null) return false;
    return this.#gates.idle || this.#free || !this.#gates.concerns(this.summary.id);
  }

  /** Whether this piece stops at this gate. */
  holds(gate: Gate, piece: Piece): Hold | null {
    if (this.#free) return null;
    this.#note(gate, piece);
    const isRunning = this.#run !== null && this.#goesOn(this.#run, gate);
    if (!isRunning) this.#run = null;
    return this.#gates.holds(gate, piece, this.summary, isRunning);
  }

  /** The upstream at `IP:PORT` is connected to. */
  dialled(address: string): void {
    this.#upstream = address;
  }

  onHold(stop: Stop): void {
    const { writer, clocks, holding } = this.#ports;
    this.#run = null;
    // Slow motion is nobody's decision: it would only double the journal.
    if (stop.hold.by !== 'slow') writer.write(held(stop.gate, stop.hold));
    clocks.hold(true);
    holding.add(stop, this);
  }

  onRelease(stop: Stop): void {
    this.#ports.holding.remove(stop);
    if (!this.#pump?.held) this.#ports.clocks.hold(false);
  }

  pass(stop: Stop): void {
    this.#pump?.settle(stop, () => stop.go(undefined));
  }

  /** Lets something pass, as it is or changed, and what follows it up to where it says. */
  release(stop: Stop, changed: string | undefined, until: Until): boolean {
    if (until === 'turn') this.#run = { forward: isForward(stop.gate) };
    if (until === 'stage') this.#run = { stage: this.#stage() };
    return this.#pump?.settle(stop, () => stop.go(changed)) ?? false;
  }

  /** It never passes. */
  drop(stop: Stop): boolean {
    return this.#pump?.settle(stop, () => stop.drop()) ?? false;
  }

  /** It never passes, and the client is told this line. */
  answer(stop: Stop, line: string): boolean {
    return this.#pump?.settle(stop, () => stop.answer(line)) ?? false;
  }

  /**
   * The client left, so nobody is left to hold anything for: what is held passes, and the session goes to the end that
   * it would have had.
   */
  letGo(): void {
    if (this.#free) return;
    if (this.#pump?.held) this.#ports.writer.write(letGo());
    this.#free = true;
    this.#run = null;
    for (let first = this.#pump?.first; first; first = this.#pump?.first) this.pass(first);
  }

  patience(since: number): Patience | null {
    const { peer, isPatient } = this.#ports;
    const upstream = this.#upstream;
    const nginx = (is: boolean) => (is ? 'nginx' : 'other');
    return patienceOf({
      protocol: this.summary.protocol,
      relayed: this.summary.place === 'relay',
      word: this.#word,
      client: {
        who: isPatient('client', peer) ? 'own' : nginx(this.#nginxClient),
        since: this.#clientSince ?? since,
      },
      upstream:
        upstream === null
          ? null
          : {
              who: isPatient('upstream', upstream) ? 'own' : nginx(this.#nginxUpstream),
              since: this.#upstreamSince ?? since,
            },
    });
  }

  #stage(): string {
    const { place } = this.summary;
    return place === 'relay' ? `relay ${this.#word}` : place;
  }

  #goesOn(run: Run, gate: Gate): boolean {
    return 'stage' in run ? run.stage === this.#stage() : run.forward === isForward(gate);
  }

  /** Takes note of who spoke last, and what. */
  #note(gate: Gate, piece: Piece): void {
    const { protocol, place } = this.summary;
    const now = Date.now();
    if (piece.leg === 'upstream') this.#upstreamSince = now;
    if (gate === 'U>P' && place === 'upstream') this.#nginxUpstream ||= greetsAsNginx(protocol, piece.text);
    if (piece.whys.includes(`${protocol}.greeting`)) this.#word = '';
    if (gate !== 'C>P') return;
    this.#clientSince = now;
    this.#word = piece.kind === 'data' ? '.' : wordOf(gate, piece, protocol);
    this.#nginxClient ||= speaksAsNginx(this.#word);
  }
}
