/** Plays a client and the world to the machine of a played server, without sockets. */
import type { Mailbox } from '../../shared/upstream/mailbox.ts';
import type { Mock, MockEffect, MockEvent, Proof } from '../../shared/upstream/mock.ts';

/** What the world answers to the machine. */
export interface World {
  readonly mailbox: Mailbox;
  /** Left out: everybody is let in as themselves. */
  readonly login?: (user: string, proof: Proof) => string | null | 'busy';
  readonly now?: number;
  /** Hears of everything that happens to the machine. */
  readonly told?: (event: MockEvent) => void;
}

/** One session. */
export class MockTalk<S> {
  readonly #mock: Mock<S>;
  readonly #world: World;
  #input = '';
  #unread = 0;
  #unwatch: () => void = () => undefined;
  state: S;
  said = '';
  closed = false;
  readonly effects: MockEffect[] = [];

  constructor(mock: Mock<S>, world: World) {
    this.#mock = mock;
    this.#world = world;
    this.state = mock.initial;
    this.tell({ type: 'opened', client: { address: '192.0.2.1', port: 4321 }, nonce: { random: 1896, seconds: 697 } });
  }

  /** The client sends bytes; what was said since is given back. */
  send(bytes: string): string {
    this.#input += bytes;
    while (!this.closed) {
      const size = this.#mock.read(this.state, this.#input);
      if (size > 0) {
        const text = this.#input.slice(0, size);
        this.#input = this.#input.slice(size);
        this.tell({ type: 'line', text, now: this.#world.now ?? 0 });
      } else if (this.#input.length > this.#mock.inputMax(this.state)) {
        this.#input = '';
        this.tell({ type: 'overlong' });
      } else break;
    }
    return this.fresh();
  }

  /** What was said since the last time. */
  fresh(): string {
    const text = this.said.slice(this.#unread);
    this.#unread = this.said.length;
    return text;
  }

  tell(event: MockEvent): void {
    const { state, effects } = this.#mock.step(this.state, event);
    this.state = state;
    this.#world.told?.(event);
    for (const effect of effects) this.#act(effect);
  }

  #act(effect: MockEffect): void {
    const { mailbox, login } = this.#world;
    this.effects.push(effect);
    switch (effect.type) {
      case 'say':
        this.said += effect.text;
        return;
      case 'login': {
        const owner = login ? login(effect.user, effect.proof) : effect.user;
        this.tell(owner === 'busy' ? { type: 'account', owner: null, busy: true } : { type: 'account', owner });
        return;
      }
      case 'mailbox':
        this.tell({ type: 'mailbox', answer: mailbox.perform(effect.request) });
        return;
      case 'watch':
        this.#unwatch();
        this.#unwatch =
          effect.folder === null ? () => undefined : mailbox.watch(effect.folder, () => this.tell({ type: 'news' }));
        return;
      case 'secure':
        this.#input = '';
        this.tell({ type: 'secured' });
        return;
      case 'close':
        this.closed = true;
    }
  }
}
