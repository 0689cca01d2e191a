/** DNS messages: one question out, what nginx's resolver makes of the reply (src/core/ngx_resolver.c). */
import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet';

/** What is asked for. */
export interface Question {
  readonly name: string;
  readonly type: 'PTR' | 'A' | 'AAAA';
}

/** One record of an answer, as far as it matters here. */
export interface DnsRecord {
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** A name in lower case, or an IP literal; '' for any other type. */
  readonly data: string;
}

/** A reply to a question. */
export interface Reply {
  /** RCODE: 0 to 5. */
  readonly code: number;
  /** The message was cut to fit in a datagram. */
  readonly truncated: boolean;
  readonly answers: readonly DnsRecord[];
}

/** The longest label and name that fit in a message (RFC 1035 2.3.4). */
const LABEL_MAX = 63;
const NAME_MAX = 253;

/** Whether a name can be asked about at all. */
export const canBeAsked = (name: string): boolean =>
  name.length <= NAME_MAX && name.split('.').every((label) => label.length >= 1 && label.length <= LABEL_MAX);

/** The message that asks. */
export const encodeQuestion = (id: number, { name, type }: Question): Buffer =>
  encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type, class: 'IN' }] });

/** Response, standard query, no reserved bit. */
const FLAGS_MASK = 0x7870;

/** The highest code that ends a question; what is above is overlooked, and so is 1, a format error. */
const REFUSED = 5;

/** The reply in a message; null where nginx overlooks it: it answers something else, or is broken. */
export function decodeReply(message: Buffer, id: number, question: Question): Reply | null {
  const packet = decoded(message);
  if (packet?.type !== 'response' || packet.id !== id) return null;
  const flags = packet.flags ?? 0;
  const code = flags & 15;
  if ((flags & FLAGS_MASK) !== 0 || code === 1 || code > REFUSED) return null;
  const [asked, ...more] = packet.questions ?? [];
  const right =
    asked?.name.toLowerCase() === question.name && asked.type === question.type && asked.class === 'IN' && !more.length;
  if (!right) return null;
  const answers = packet.answers ?? [];
  if (answers.some((answer) => !('class' in answer) || answer.class !== 'IN')) return null;
  return { code, truncated: packet.flag_tc, answers: answers.map(recordOf) };
}

function decoded(message: Buffer): DecodedPacket | null {
  try {
    const packet = decode(message);
    // The package reads addresses beyond the end.
    return decode.bytes > message.length ? null : packet;
  } catch {
    return null;
  }
}

/** A TTL with its highest bit set counts as none (RFC 2181 8). */
const seconds = (ttl: number): number => (ttl > 0x7fff_ffff ? 0 : ttl);

function recordOf(answer: Answer): DnsRecord {
  const ttl = 'ttl' in answer ? seconds(answer.ttl ?? 0) : 0;
  const { type } = answer;
  if (type === 'A' || type === 'AAAA') return { type, ttl, data: answer.data };
  if (type !== 'PTR' && type !== 'CNAME') return { type, ttl, data: '' };
  const name = answer.data === '.' ? '' : answer.data.toLowerCase();
  return { type, ttl, data: Buffer.from(name, 'utf8').toString('latin1') };
}
