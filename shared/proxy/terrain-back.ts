/** Everything that can happen to a back. */
import type { Happening, Terrain } from '../machine/explore.ts';
import type { Event, Protocol } from '../machine/machine.ts';

/** What upstreams say, good and bad: nginx looks at little more than the first bytes. */
const replies: Readonly<Record<Protocol, readonly string[]>> = {
  smtp: ['220 mail ESMTP\r\n', '250 OK\r\n', '235 2.7.0 OK\r\n', '550 5.1.1 No such user\r\n'],
  imap: ['* OK ready\r\n', '+ OK\r\n', 'a1 OK logged in\r\n', 'a1 NO not you\r\n'],
  pop3: ['+OK ready\r\n', '-ERR not you\r\n'],
};

/** The name of an event of a back. */
export const backName = (event: Event): string =>
  event.type === 'line' ? 'reply' : event.type === 'timeout' ? 'timeout.upstream' : event.type;

const opened: Event = {
  type: 'opened',
  client: { address: '127.0.0.1', port: 25 },
  clientHost: '',
  nonce: { random: 0, seconds: 0 },
};

/** `protocol`: what is spoken there. */
export function backTerrain(protocol: Protocol): Terrain<{ readonly place: string }> {
  const connecting: readonly Event[] = [
    opened,
    { type: 'closed', error: 'ECONNREFUSED' },
    { type: 'timeout', clock: 'upstream' },
  ];
  const talking: readonly Event[] = [
    ...replies[protocol].map((text): Event => ({ type: 'line', text })),
    { type: 'overlong', text: 'x'.repeat(64) },
    { type: 'closed' },
    { type: 'timeout', clock: 'upstream' },
  ];
  const named = (event: Event): Happening => ({ on: backName(event), event });
  return {
    happenings: ({ place }) => (place === 'ended' ? [] : (place === 'connect' ? connecting : talking).map(named)),
    shape: ({ place }) => place,
    leaps: () => [],
  };
}
