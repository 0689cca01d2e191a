/** The scripted auth service: raw TCP, so that it can answer as no HTTP library would, and keep what it was asked. */
import type { Bytes } from '../../../shared/machine/machine.ts';
import type { Say } from './dialogue.ts';
import { type Listening, listen, long, say, text } from './sockets.ts';

/** A running auth service and the requests it had, byte by byte. */
export interface AuthServer {
  readonly listening: Listening;
  readonly requests: Bytes[];
}

/** How often a service answers: WAIT without a time asks again and again, and must end some time. */
const MOST = 12;

/** Answers the first connection with the first answer and so on; the last one repeats. */
export async function startAuthServer(
  answers: readonly Say[],
  at: { readonly host: string } | { readonly path: string },
  upstreamPort: number,
): Promise<AuthServer> {
  const requests: Bytes[] = [];
  const listening = await listen(at, (socket) => {
    const turn = requests.push('') - 1;
    const answer = long(answers[Math.min(turn, answers.length - 1)] ?? '');
    let answered = false;
    if (turn >= MOST) socket.destroy();
    socket.on('data', (chunk: Buffer) => {
      requests[turn] += text(chunk);
      if (answered || !requests[turn]?.endsWith('\r\n\r\n')) return;
      answered = true;
      say(socket, { then: 'close', ...answer }, (piece) => piece.replaceAll('$PORT', `${upstreamPort}`));
    });
    socket.on('end', () => socket.end());
  });
  return { listening, requests };
}
