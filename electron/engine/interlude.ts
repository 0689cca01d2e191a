/** A time in which the machines of a session are not asked: the arrival, and the handshake after STARTTLS. */
export interface Interlude {
  /** Bytes came from the client, or it left. */
  changed(): void;
  /** The clock `timeout` ran out. */
  timedOut(): void;
  /** The session is over. */
  stop(): void;
}
