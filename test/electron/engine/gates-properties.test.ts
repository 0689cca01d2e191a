/** What holds for every dialogue, however it is cut, held and released. */
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { gates } from '../../../shared/journal/breakpoint.ts';
import type { Gate } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { type LineUpstream, lineUpstream, routeTo } from '../../fakes/gate-rig.ts';
import { Client, fakeAuthority, startEngine } from '../../fakes/rig.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of cleanup.splice(0).reverse()) await stop();
});

/** What may be said before the login, the login itself, and what may be said behind it. */
const pools: Readonly<Record<Protocol, { before: string[]; login: string[]; behind: string[]; end: string }>> = {
  smtp: {
    before: ['NOOP\r\n', 'EHLO me\r\n', 'HELO you\r\n', 'RSET\r\n', 'VRFY x\r\n', 'rubbish\r\n', 'noop\n'],
    login: ['MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n', 'HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<c@d> NOTIFY=NEVER\r\n'],
    behind: [
      'RCPT TO:<e@f>\r\n',
      'NOOP\r\n',
      'DATA\r\nSubject: x\r\n\r\nhello\r\n..\r\n\r\n.\r\n',
      'DATA\r\n.\r\n',
      'AUTH PLAIN c2VjcmV0\r\n',
      `X ${'long '.repeat(2000)}\r\n`,
    ],
    end: 'QUIT\r\n',
  },
  imap: {
    before: ['a NOOP\r\n', 'b CAPABILITY\r\n', 'c rubbish\r\n', 'd NOOP\n'],
    login: ['1 LOGIN fred secret\r\n', '1 LOGIN "fred" "se cret"\r\n', '1 LOGIN {4}\r\nfred secret\r\n'],
    behind: ['2 NOOP\r\n', '3 FETCH 1 X\r\n', '4 APPEND INBOX {4+}\r\na\r\nb\r\n', '5 SELECT INBOX\r\n'],
    end: '9 LOGOUT\r\n',
  },
  pop3: {
    before: ['CAPA\r\n', 'NOOP\r\n', 'rubbish\r\n', 'NOOP\n'],
    login: ['USER fred\r\nPASS secret\r\n'],
    behind: ['RETR 1\r\n', 'NOOP\r\n', 'STAT\r\n', 'TOP 1 0\r\n'],
    end: 'QUIT\r\n',
  },
};

const dialogue = (protocol: Protocol) => {
  const { before, login, behind, end } = pools[protocol];
  return fc
    .tuple(
      fc.array(fc.constantFrom(...before), { maxLength: 4 }),
      fc.constantFrom(...login),
      fc.array(fc.constantFrom(...behind), { maxLength: 5 }),
    )
    .map(([first, second, third]) => [...first, second, ...third, end].join(''));
};

/** Cuts a text at shares of its length. */
function chunks(text: string, cuts: readonly number[]): readonly string[] {
  const places = [...cuts.map((cut) => Math.floor(cut * text.length)), text.length].sort((a, b) => a - b);
  return places.map((place, nth) => text.slice(nth === 0 ? 0 : places[nth - 1], place)).filter((part) => part !== '');
}

interface Setting {
  readonly engine: Engine;
  readonly port: number;
  readonly upstream: LineUpstream;
}

async function setting(protocol: Protocol, halves = false): Promise<Setting> {
  const upstream = await lineUpstream(protocol, halves);
  const { engine, port } = await startEngine(fakeAuthority(routeTo(upstream)), { protocol, maxErrors: 100 });
  cleanup.push(upstream.close, () => engine.stop());
  return { engine, port, upstream };
}

/** Says everything without waiting for an answer; what both peers got. */
async function run({ port, upstream }: Setting, parts: readonly string[]): Promise<readonly [string, string]> {
  const from = upstream.received().length;
  const client = new Client(port);
  for (const part of parts) {
    client.send(part);
    // A turn of the loop lets the chunk arrive alone.
    await new Promise((done) => setImmediate(done));
  }
  return [await client.end(), upstream.received().slice(from)];
}

/** Releases what is held, first this one, then that one, until it is told to stop. */
function releaser({ engine }: Setting, choices: readonly number[]): () => void {
  let nth = 0;
  const timer = setInterval(() => {
    const { held } = engine.gates.view();
    for (let left = held.length; left > 0; left--) {
      const choice = choices[nth++ % choices.length] ?? 0;
      const one = held[choice % held.length];
      const until = (['one', 'turn', 'stage'] as const)[choice % 3] ?? 'one';
      if (one) engine.gates.release(one.id, { until });
    }
  }, 0);
  return () => clearInterval(timer);
}

describe.each(['smtp', 'imap', 'pop3'] as const)('%s', (protocol) => {
  test('a session held at every step and released gives exactly the bytes of the session never held', async () => {
    const free = await setting(protocol);
    const stepped = await setting(protocol, true);
    await fc.assert(
      fc.asyncProperty(
        dialogue(protocol),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        fc.uniqueArray(fc.constantFrom(...gates), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
        async (text, cuts, armed, choices) => {
          const expected = await run(free, chunks(text, cuts));
          for (const gate of gates) stepped.engine.gates.arm(gate, armed.includes(gate));
          const stop = releaser(stepped, choices);
          try {
            expect(await run(stepped, chunks(text, cuts))).toEqual(expected);
          } finally {
            stop();
          }
          await vi.waitUntil(() => stepped.engine.open().length === 0, { interval: 1 });
          expect(stepped.engine.gates.view().heldCount).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('slow motion keeps the order and the bytes, whenever it is switched', async () => {
    const free = await setting(protocol);
    const slow = await setting(protocol);
    await fc.assert(
      fc.asyncProperty(dialogue(protocol), fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), async (text, paces) => {
        const expected = await run(free, [text]);
        let nth = 0;
        const timer = setInterval(() => slow.engine.gates.slow(paces[nth++ % paces.length] ?? 0), 2);
        try {
          expect(await run(slow, [text])).toEqual(expected);
        } finally {
          clearInterval(timer);
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

type Deed =
  | { readonly type: 'connect' | 'leave' | 'send' | 'kill' | 'clear'; readonly at: number }
  | { readonly type: 'arm'; readonly gate: Gate; readonly on: boolean; readonly session: number | undefined }
  | { readonly type: 'break'; readonly word: string; readonly once: boolean }
  | { readonly type: 'slow'; readonly ms: number }
  | { readonly type: 'release' | 'edit' | 'drop' | 'answer'; readonly at: number; readonly text: string };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('connect', 'send', 'send', 'send'), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('leave', 'kill', 'clear'), at: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('arm'),
      gate: fc.constantFrom(...gates),
      on: fc.boolean(),
      session: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('break'),
      word: fc.constantFrom('*', 'R*', '250', 'NOOP'),
      once: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('slow'), ms: fc.nat(3) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('release', 'edit', 'drop', 'answer'),
      at: fc.nat(9),
      text: fc.oneof(
        fc.constantFrom(
          'NOOP',
          'QUIT',
          'RSET\nNOOP',
          '250 ok',
          '421 bye',
          '',
          '\n',
          'Auth-Status: OK',
          '1 LOGIN {3}',
          '\0é€',
        ),
        fc.string({ maxLength: 30 }),
      ),
    }),
  },
);

function act({ engine, port }: Setting, clients: Client[], protocol: Protocol, what: Deed): void {
  const { before, login, behind, end } = pools[protocol];
  const { held } = engine.gates.view();
  const client = 'at' in what ? clients[what.at % Math.max(1, clients.length)] : undefined;
  const one = 'at' in what ? held[what.at % Math.max(1, held.length)] : undefined;
  const lines = [...before, ...login, ...behind, end];
  switch (what.type) {
    case 'connect':
      clients.push(new Client(port));
      break;
    case 'send':
      client?.send(lines[what.at % lines.length] ?? '');
      client?.send(login[0] ?? '');
      break;
    case 'leave':
      if (what.at % 2 === 0) client?.socket.end();
      else client?.socket.destroy();
      break;
    case 'kill':
      engine.kill(what.at);
      break;
    case 'clear':
      engine.gates.clear(what.at % 2 === 0 ? undefined : what.at);
      break;
    case 'arm':
      engine.gates.arm(what.gate, what.on, what.session);
      break;
    case 'break':
      engine.gates.set({ word: what.word, once: what.once });
      break;
    case 'slow':
      engine.gates.slow(what.ms);
      break;
    case 'release':
      if (one) engine.gates.release(one.id, { until: what.at % 2 === 0 ? 'turn' : 'stage' });
      break;
    case 'edit':
      if (one) engine.gates.release(one.id, { text: what.text });
      break;
    case 'drop':
      if (one) engine.gates.drop(one.id);
      break;
    case 'answer':
      if (one) engine.gates.answer(one.id, what.text);
  }
}

describe('whatever a person does', () => {
  test.each(['smtp', 'imap', 'pop3'] as const)(
    'in %s nothing of ours breaks, and no session is left behind',
    async (protocol) => {
      const upstream = await lineUpstream(protocol);
      const { engine, port, recorder } = await startEngine(fakeAuthority(routeTo(upstream)), {
        protocol,
        // What a person drops is waited for as long as nginx would.
        timeoutMs: 150,
        authHttpTimeoutMs: 150,
      });
      cleanup.push(upstream.close, () => engine.stop());
      await fc.assert(
        fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 60 }), async (deeds) => {
          const clients = [new Client(port), new Client(port)];
          for (const what of deeds) {
            act({ engine, port, upstream }, clients, protocol, what);
            await new Promise((done) => setImmediate(done));
          }
          for (const { socket } of clients) socket.destroy();
          await vi.waitUntil(() => engine.open().length === 0, { interval: 1, timeout: 5000 });
          expect(engine.gates.view()).toMatchObject({ held: [], heldCount: 0, sessions: [] });
          engine.gates.reset();
          for (const { entries } of recorder.sessions.values())
            expect(entries.filter(({ why }) => why === 'session.our-fault')).toEqual([]);
          recorder.sessions.clear();
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});
