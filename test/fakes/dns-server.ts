/** A small DNS server on loopback, over UDP and TCP on one port: answers by script, and notes what it was asked. */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type Answer,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  type RecordType,
  TRUNCATED_RESPONSE,
} from 'dns-packet';

/** A question as it came. */
export interface Asked {
  readonly name: string;
  readonly type: RecordType;
  readonly over: 'udp' | 'tcp';
  readonly id: number;
  /** The port of the one who asks. */
  readonly port: number;
}

/** What becomes of a question. */
export interface Answering {
  /** RCODE; 0 unless told. */
  readonly code?: number;
  /** Records; `name` and `class` are those of the question unless told. */
  readonly answers?: readonly Answer[];
  /** Over UDP the answer is cut: no records, and the bit that says so; or the records and the bit. */
  readonly truncated?: true | 'with-records';
  /** Other bits of the header's flags. */
  readonly flags?: number;
  /** What is answered instead of the question's own id, name or type. */
  readonly id?: number;
  readonly question?: { readonly name?: string; readonly type?: RecordType };
  /** Bytes instead of a message. */
  readonly raw?: Buffer;
  /** Waits for this before it answers. */
  readonly after?: Promise<unknown>;
}

/** Answers a question, `null`: stays silent; or several messages, one after the other. */
export type Script = (asked: Asked) => Answering | null | readonly Answering[];

/** A server that runs. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
  readonly asked: readonly Asked[];
  /** Resolves once so many questions have come. */
  questions(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** A record of a name. */
export const pointer = (data: string, ttl = 60): Answer => ({ type: 'PTR', name: '', ttl, data });
export const alias = (data: string, ttl = 60): Answer => ({ type: 'CNAME', name: '', ttl, data });
export const ipv4 = (data: string, ttl = 60): Answer => ({ type: 'A', name: '', ttl, data });
export const ipv6 = (data: string, ttl = 60): Answer => ({ type: 'AAAA', name: '', ttl, data });

function message(asked: Asked, answering: Answering): Buffer {
  if (answering.raw) return answering.raw;
  const { code = 0, flags = 0, truncated = false, question } = answering;
  const cut = truncated !== false && asked.over === 'udp';
  const name = question?.name ?? asked.name;
  const type = question?.type ?? asked.type;
  const kept = cut && truncated === true ? [] : (answering.answers ?? []);
  const packet: Packet = {
    type: 'response',
    id: answering.id ?? asked.id,
    flags: RECURSION_AVAILABLE | flags | code | (cut ? TRUNCATED_RESPONSE : 0),
    questions: [{ name, type, class: 'IN' }],
    answers: kept.map((answer) => ({ ...answer, name: answer.name || name })),
  };
  return encode(packet);
}

/** Every message that `bytes`, as they came over TCP, hold whole. */
function* whole(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return;
    yield bytes.subarray(at + 2, end);
    at = end;
  }
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Starts a server that answers by `script`; on a port of its own where none is told. */
export async function startDnsServer(script: Script, host = '127.0.0.1', port = 0): Promise<DnsServer> {
  const asked: Asked[] = [];
  const waiting = new Set<() => void>();
  const connections = new Set<Socket>();
  let stopped = false;

  const answer = async (
    bytes: Buffer,
    over: 'udp' | 'tcp',
    port: number,
    send: (bytes: Buffer) => void,
  ): Promise<void> => {
    const { id = 0, questions = [] } = decode(bytes);
    const [question] = questions;
    if (!question) return;
    const one: Asked = { id, name: question.name, type: question.type, over, port };
    asked.push(one);
    for (const check of [...waiting]) check();
    const said = script(one);
    for (const answering of said === null ? [] : [said].flat()) {
      if (answering.after) await answering.after;
      send(message(one, answering));
    }
  };
  const onConnection = (socket: Socket): void => {
    connections.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      held = Buffer.concat([held, bytes]);
      for (const one of whole(held)) {
        held = held.subarray(one.length + 2);
        void answer(one, 'tcp', socket.remotePort ?? 0, (reply) => void socket.write(framed(reply)));
      }
    });
  };
  const onDatagram = (datagrams: Datagrams, bytes: Buffer, from: { port: number; address: string }): void => {
    void answer(bytes, 'udp', from.port, (reply) => {
      if (!stopped) datagrams.send(reply, from.port, from.address);
    });
  };
  /** A port that is free for streams may be taken for datagrams: then another one is tried. */
  const listen = async (triesLeft: number): Promise<readonly [Datagrams, Server, number]> => {
    const streams = createServer(onConnection).listen(port, host);
    await once(streams, 'listening');
    const bound = streams.address();
    const chosen = typeof bound === 'object' && bound ? bound.port : 0;
    const datagrams = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    datagrams.on('message', (bytes, from) => onDatagram(datagrams, bytes, from));
    try {
      datagrams.bind(chosen, host);
      await once(datagrams, 'listening');
      return [datagrams, streams, chosen];
    } catch (error) {
      streams.close();
      if (triesLeft === 0 || port !== 0) throw error;
      return listen(triesLeft - 1);
    }
  };
  const [datagrams, streams, chosen] = await listen(5);
  return {
    address: host,
    port: chosen,
    asked,
    questions: async (count) => {
      if (asked.length >= count) return;
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (asked.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
      });
    },
    stop: async () => {
      stopped = true;
      for (const socket of connections) socket.destroy();
      datagrams.close();
      streams.close();
      await once(streams, 'close');
    },
  };
}
