/** How the contract travels over a WebSocket: one JSON text per message. */
import type { Feed } from './contract.ts';

/** Path of the WebSocket on the browser host. */
export const socketPath = '/bridge';

/** The window asks; `id` is the window's own count. `name` and `argument` are checked by the dispatcher. */
export interface SocketRequest {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** The host answers a request, or tells a batch of feeds. */
export type SocketMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly feeds: readonly Feed[] };
