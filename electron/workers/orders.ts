/** What the first process and its workers say to each other, besides the journal. */

import type { MailConf } from '../../shared/nginx/mail.ts';
import type { ProxyListener } from '../engine/engine.ts';
import type { ProxyOptions } from '../lab/proxy.ts';

/** In a worker, the pipe to the first process that its journal goes through; 3 is the channel for orders. */
export const TAPE_FD = 4;

/** What a worker cannot know by itself and what may change while it runs. */
export interface Facts {
  readonly own: ReturnType<ProxyOptions['own']>;
  readonly names: ReturnType<ProxyOptions['names']>;
}

/** The first order: everything that a worker runs by. */
export interface Start {
  readonly type: 'start';
  readonly conf: MailConf;
  readonly consent: ProxyOptions['consent'];
  readonly certificates: ProxyOptions['certificates'];
  /** Addresses that another program has. */
  readonly taken: ReadonlySet<string>;
  readonly facts: Facts;
}

/** To a worker. */
export type Order =
  | Start
  | { readonly type: 'facts'; readonly facts: Facts }
  /** Write what happened until now, and then this number. */
  | { readonly type: 'mark'; readonly nth: number }
  /** Accept nothing any more, let the open sessions finish, and go. */
  | { readonly type: 'quit'; readonly shutdownTimeoutMs: number | null }
  /** End the open sessions and go. */
  | { readonly type: 'stop' };

/** From a worker. */
export type Word =
  | { readonly type: 'listening'; readonly listeners: readonly ProxyListener[] }
  /** After `quit`: its sockets no longer listen. */
  | { readonly type: 'closed' };
