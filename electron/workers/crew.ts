/** `worker_processes`: the proxy in several processes, with one journal here. */
import { chmodSync } from 'node:fs';
import { constants } from 'node:os';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { ProxyListener } from '../engine/engine.ts';
import type { ProxyOptions } from '../lab/proxy.ts';
import { createMarks } from './marks.ts';
import { type End, Member } from './member.ts';
import type { Facts, Start } from './orders.ts';
import { takenOf } from './taken.ts';

/** A worker that ended before it served is replaced after this long, in ms, lest the machine does nothing else. */
const PATIENCE_MS = 1000;

/** What a crew tells of its processes. */
export interface CrewNews {
  /** A worker serves. */
  readonly started: (pid: number) => void;
  /** A worker ended that was to go on, or ended otherwise than it was told to; nginx's level says which. */
  readonly lost: (level: 'notice' | 'alert', sentence: string) => void;
}

/** nginx's words. */
function endText(pid: number, { code, signal }: End): string {
  const how = signal === null ? `with code ${code}` : `on signal ${constants.signals[signal]}`;
  return `worker process ${pid} exited ${how}`;
}

/** Anybody on this machine may connect to a unix socket, as in nginx; a worker cannot say so of a socket it is lent. */
function openToAll(address: string): void {
  if (address.startsWith('unix:')) chmodSync(address.slice(5), 0o666);
}

/** Workers with one order each; those of an earlier one are letting their sessions finish. */
export class Crew {
  readonly #options: ProxyOptions;
  readonly #news: CrewNews;
  /** Every process that lives, or whose journal is still being read. */
  readonly #members = new Set<Member>();
  readonly #marks = createMarks(() => [...this.#members]);
  /** What the workers that serve run by; null before the first and once all are to go. */
  #order: Start | null = null;
  #count = 0;
  #listeners: readonly ProxyListener[] = [];

  constructor(options: ProxyOptions, news: CrewNews) {
    this.#options = options;
    this.#news = news;
  }

  /** `count` new workers take over the sockets before the old ones let go: no connection is refused in between. */
  async apply(conf: MailConf | null, count: number): Promise<readonly ProxyListener[]> {
    const before = new Set(this.#listeners.map(({ port }) => port));
    await this.#change(conf, count);
    // A port that the old workers held under another address is free only now.
    if (conf && this.#listeners.some(({ state, port }) => state === 'failed' && before.has(port)))
      await this.#change(conf, count);
    return this.#listeners;
  }

  listeners(): readonly ProxyListener[] {
    return this.#listeners;
  }

  /** Tries everything again with new workers. */
  async retry(): Promise<readonly ProxyListener[]> {
    if (this.#order) await this.#change(this.#order.conf, this.#count);
    return this.#listeners;
  }

  open(): readonly SessionSummary[] {
    return [...this.#members].flatMap((member) => member.open());
  }

  renew(): void {
    const facts = this.#facts();
    for (const member of this.#members) member.renew(facts);
  }

  settle(done: () => void): void {
    this.#marks.settle(done);
  }

  async quit(shutdownTimeoutMs: number | null): Promise<void> {
    await this.#end((member) => member.quit(shutdownTimeoutMs));
  }

  async stop(): Promise<void> {
    await this.#end((member) => member.stop());
  }

  async #change(conf: MailConf | null, count: number): Promise<void> {
    const order = conf && (await this.#orderFor(conf));
    const fresh = order ? Array.from({ length: count }, () => this.#hire(order)) : [];
    try {
      const listeners = await Promise.all(fresh.map(({ serving }) => serving));
      this.#listeners = listeners[0] ?? [];
      for (const { address, state } of this.#listeners) if (state === 'listening') openToAll(address);
    } catch (error) {
      for (const member of fresh) member.stop();
      throw error;
    }
    const old = [...this.#members].filter((member) => member.order !== order && !member.dismissed);
    this.#order = order;
    this.#count = count;
    for (const member of old) member.quit(member.order.conf.process?.shutdownTimeoutMs ?? null);
    await Promise.all(old.map(({ closed }) => closed));
    this.#fill();
  }

  async #orderFor(conf: MailConf): Promise<Start> {
    const { consent, certificates } = this.#options;
    const up = this.#listeners.filter(({ state }) => state === 'listening');
    const ours = new Set(up.map(({ address, port }) => hostPort(address, port)));
    const taken = await takenOf(conf, consent.allowLan, ours);
    return { type: 'start', conf, consent, certificates, taken, facts: this.#facts() };
  }

  async #end(tell: (member: Member) => void): Promise<void> {
    this.#order = null;
    this.#listeners = [];
    for (const member of this.#members) tell(member);
    while (this.#members.size > 0) await Promise.all([...this.#members].map(({ gone }) => gone));
    this.#marks.flush();
  }

  #hire(order: Start): Member {
    const member = new Member(order, this.#options.recorder);
    this.#members.add(member);
    const served = member.serving.then(
      () => {
        this.#news.started(member.pid);
        return true;
      },
      () => false,
    );
    void Promise.all([member.gone, served]).then(([end, was]) => this.#left(member, end, was));
    return member;
  }

  #left(member: Member, end: End, served: boolean): void {
    this.#members.delete(member);
    const isFine = end.code === 0;
    if (!member.dismissed || !isFine) this.#news.lost(isFine ? 'notice' : 'alert', endText(member.pid, end));
    if (served) this.#fill();
    else setTimeout(() => this.#fill(), PATIENCE_MS);
  }

  /** As many workers as there should be. */
  #fill(): void {
    const order = this.#order;
    if (!order) return;
    const present = [...this.#members].filter((member) => member.order === order && !member.dismissed).length;
    const facts = this.#facts();
    for (let missing = this.#count - present; missing > 0; missing -= 1) this.#hire(order).renew(facts);
  }

  #facts(): Facts {
    return { own: this.#options.own(), names: this.#options.names() };
  }
}
