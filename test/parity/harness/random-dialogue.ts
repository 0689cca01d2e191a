/** Random dialogues: what all three protocols' generators share. Every one ends by itself, whatever its lines led to. */
import type { Protocol } from '../../../shared/machine/machine.ts';
import { type Chance, chance, mutated, segments } from './chance.ts';
import type { Dialogue, Turn } from './dialogue.ts';
import { authAnswers, upstreamScript } from './random-peers.ts';

/** One protocol's share in a random dialogue. */
export interface Grammar {
  readonly protocol: Protocol;
  /** What the client says in the end, several times: one of them gets through, or a clock ends the session. */
  readonly end: string;
  /** A line, with its end. */
  line(draw: Chance): string;
  /** Directives of the server block, one an item. */
  conf(draw: Chance): readonly string[];
}

const common = [
  ['max_errors 1;', 'max_errors 2;', 'max_errors 9;', 'max_errors 0;', 'max_errors 30;'],
  ['proxy_pass_error_message on;', 'proxy_pass_error_message off;'],
  ['proxy_buffer 64;', 'proxy_buffer 40;', 'proxy_buffer 1k;'],
  ['server_name other.test;', 'server_name "A b";'],
  ['auth_http_header X-Key "a b";', 'auth_http_header X y; auth_http_header Y "";'],
] as const;

/** TLS of one kind: versions and OpenSSLs choose differently when they are left to. */
const tls =
  'ssl_certificate $CERTS/server.crt; ssl_certificate_key $CERTS/server.key; ' +
  'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;';

/** Whatever hangs is ended by a clock: before the login, while the upstream is logged in to, and behind it. */
const clocks = 'timeout 1500ms; proxy_timeout 900ms;';

const handshake: Turn = ['', '', { secure: true }];

/** ms between two segments of a client: enough for each to be a read of its own. */
const gap = 45;

/** The dialogue at `index` under `seed`. */
export function randomDialogue(grammar: Grammar, seed: number, index: number): Dialogue {
  const draw = chance(seed, index);
  const { one, often, some } = draw;
  const { protocol, end } = grammar;
  const conf = [...grammar.conf(draw), ...common.flatMap((values) => (often(0.25) ? [one(values)] : []))];
  const text = mutated(
    some([1, 2, 3, 4, 5, 6, 8, 10], () => grammar.line(draw)),
    draw,
  );
  const first = one([0, 0, 150]);
  const said = segments(text, draw).map((part, i): Turn => [part, '', { after: i === 0 ? first : gap }]);
  const ends = Array.from(
    { length: 4 },
    (_, i): Turn => [end, '', { after: gap, ...(i === 3 ? { closes: true } : {}) }],
  );
  const secured = often(0.08);
  const offers = secured || often(0.08) ? [tls, one(['starttls on;', 'starttls only;', 'starttls off;'])] : [];
  return {
    name: `seed ${seed}, number ${index}`,
    protocol,
    greeting: null,
    conf: [...new Set([...conf, ...offers]), clocks].join(' '),
    ...(often(0.1) ? { host: '[::1]' } : {}),
    ...(secured ? { listen: 'ssl' } : {}),
    auth: authAnswers(draw),
    upstream: upstreamScript(protocol, draw),
    turns: [...(secured ? [handshake] : []), ...said, ...ends],
  };
}
