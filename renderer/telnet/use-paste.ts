/** Several pasted lines go out one by one, each when the one before has been answered, or after a moment. */
import { useEffect, useRef, useState } from 'react';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Telnet } from '../store/state.ts';
import { awaitsReply, linesOf } from './suggest.ts';

/** ms between two lines when no answer is waited for: what a quick person would need. */
const GAP_MS = 150;

export interface Paste {
  readonly lines: readonly string[];
  /** Lines that have gone out. */
  readonly sent: number;
  /** The connection they are meant for. */
  readonly connection: number;
}

interface Pasting {
  readonly paste: Paste | null;
  start(lines: readonly string[], connection: number): void;
  stop(): void;
}

/** `waits`: for each answer. `send` is told every line in its turn. */
export function usePaste(
  telnet: Telnet | undefined,
  protocol: Protocol,
  waits: boolean,
  send: (line: string) => void,
): Pasting {
  const [paste, setPaste] = useState<Paste | null>(null);
  const out = useRef(send);
  out.current = send;
  useEffect(() => {
    if (paste === null) return;
    if (telnet === undefined || !telnet.open || telnet.connection !== paste.connection) {
      setPaste(null);
      return;
    }
    const next = () => {
      const line = paste.lines[paste.sent];
      if (line !== undefined) out.current(line);
      setPaste(paste.sent + 1 < paste.lines.length ? { ...paste, sent: paste.sent + 1 } : null);
    };
    if (waits && awaitsReply(linesOf(telnet.said), protocol)) return;
    const timer = window.setTimeout(next, waits ? 0 : GAP_MS);
    return () => window.clearTimeout(timer);
  }, [paste, telnet, protocol, waits]);
  return {
    paste,
    start: (lines, connection) => setPaste({ lines, sent: 0, connection }),
    stop: () => setPaste(null),
  };
}
