/** What the machines want done, held against what the journal says was done. */
import { encodeRequest } from '../auth/request.ts';
import type { Entry } from '../journal/entry.ts';
import type { Bytes, Effect } from '../machine/machine.ts';
import { isMasked } from './masked.ts';
import { type FrontState, lookupOf, type Service } from './service.ts';

/** A question to the auth service. */
export type Ask = Extract<Effect, { type: 'ask' }>;

/** What was done then, and what would be done now. */
export interface Expected {
  readonly what: 'reason' | 'reply' | 'question' | 'upstream' | 'cut';
  readonly then: string;
  readonly now: string;
}

/** The first difference is kept; after one nothing more is compared. */
export class Expectations {
  readonly #service: Service;
  readonly #lines: Record<'client' | 'upstream', Bytes[]> = { client: [], upstream: [] };
  #question: Bytes | null = null;
  #dial: string | null = null;
  #differs: (Expected & { readonly seq: number }) | null = null;
  /** Whether something is missing that the machines would need. */
  #lost = false;

  constructor(service: Service) {
    this.#service = service;
  }

  get differs(): (Expected & { readonly seq: number }) | null {
    return this.#differs;
  }

  /** The machines do not know all that they knew then: what the journal says of them counts. */
  get isLost(): boolean {
    return this.#lost || this.#differs !== null;
  }

  say(leg: 'client' | 'upstream', text: Bytes): void {
    this.#lines[leg].push(text);
  }

  ask(ask: Ask, front: FrontState): void {
    const { server } = this.#service;
    this.#question = encodeRequest(lookupOf(ask, front, server), server.authHttp);
  }

  dial(name: string): void {
    this.#dial = name;
  }

  drop(leg: 'client' | 'upstream'): void {
    this.#lines[leg].shift();
  }

  said(leg: 'client' | 'upstream', entry: Entry): void {
    // The lab's own additions: no machine asked for them.
    if (entry.why === 'session.answered-by-hand' || entry.why === 'session.proxy-header') return;
    const now = this.#lines[leg].shift() ?? '';
    const then = entry.edited?.was ?? entry.bytes;
    if (then !== now && !this.#masked(entry)) this.differ(entry.seq, { what: 'reply', then, now });
  }

  asked(entry: Entry): void {
    const now = this.#question ?? '';
    this.#question = null;
    const then = entry.edited?.was ?? entry.bytes;
    // The journal does not keep the certificate that `auth_http_pass_client_cert` sends along.
    if (this.#service.server.authHttpPassClientCert || this.#masked(entry)) return;
    if (then !== now) this.differ(entry.seq, { what: 'question', then, now });
  }

  dialled(entry: Entry): void {
    const now = this.#dial ?? '';
    this.#dial = null;
    const then = String(entry.params?.upstream ?? '');
    if (then !== now) this.differ(entry.seq, { what: 'upstream', then, now });
  }

  /** Everything that was to be done has been done before the next thing happens. */
  settled({ seq }: Entry): void {
    for (const leg of ['client', 'upstream'] as const)
      for (const now of this.#lines[leg].splice(0)) this.differ(seq, { what: 'reply', then: '', now });
  }

  /** From here on lines are missing in the journal. */
  lose({ seq }: Entry): void {
    this.differ(seq, { what: 'cut', then: '', now: '' });
  }

  differ(seq: number, expected: Expected): void {
    if (!this.isLost) this.#differs = { seq, ...expected };
  }

  /** A secret was taken out: what follows from it cannot be compared. */
  mask(): void {
    this.#lost = true;
  }

  #masked(entry: Entry): boolean {
    if (isMasked(entry)) this.mask();
    return this.#lost;
  }
}
