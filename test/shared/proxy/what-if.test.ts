/** Supposed dialogues: what the engine would really do, said by the machines alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { choicesFor } from '../../../shared/proxy/cues.ts';
import { standingAt } from '../../../shared/proxy/replay.ts';
import { serviceOf } from '../../../shared/proxy/service.ts';
import {
  type Cue,
  type Outcome,
  type Scene,
  sceneOf,
  suppose,
  type Turn,
  turnOf,
} from '../../../shared/proxy/what-if.ts';
import { type Client, startEngine, tutorialServer } from '../../fakes/rig.ts';
import { record, transcripts } from './recorded.ts';

const book: RuleBook = {
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.test' }, then: { route: 'eng' } },
    { name: 'late', when: { rcpt: 'late@*' }, then: { route: 'eng', delay: 120_000 } },
    { name: 'readers', when: { protocol: ['imap', 'pop3'] }, then: { route: 'eng' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here' },
  accounts: [],
  upstreams: { eng: { smtp: '127.0.0.1:2525', imap: '127.0.0.1:1143', pop3: '127.0.0.1:1110' } },
};
const material = { from: 'dev@test.com', to: ['user@eng.test'], user: 'user', password: 'secret' };

/** A session that has just been greeted. */
function greeted(protocol: Protocol, change: Partial<MailServer> = {}, rules: RuleBook | null = book): Scene {
  const service = serviceOf({ ...tutorialServer, protocol, ...change });
  const accepted = { seq: 0, at: 0, leg: 'client', direction: 'in', kind: 'open', bytes: '', why: 'session.accepted' };
  const entry = { ...accepted, params: { client: '127.0.0.1:40000' }, state: { place: 'command' } } as Entry;
  return sceneOf(standingAt([entry], 0, service), service, rules);
}

/** Lets one thing after the other happen; what came of all of them. */
function playing(first: Scene, ...cues: readonly (Cue | string)[]) {
  let scene = first;
  const outcomes: Outcome[] = [];
  for (const one of cues) {
    const cue: Cue = typeof one === 'string' ? { type: 'client', text: `${one}\r\n` } : one;
    const next = suppose(scene, cue);
    scene = next.scene;
    outcomes.push(...next.outcomes);
  }
  return { scene, outcomes };
}

const said = (outcomes: readonly Outcome[], leg = 'client'): string =>
  outcomes.flatMap((one) => (one.type === 'says' && one.leg === leg ? [one.text] : [])).join('');
const whys = (outcomes: readonly Outcome[]) => outcomes.flatMap((one) => (one.type === 'step' ? [one.why] : []));
const choice = (scene: Scene, key: string): Cue => {
  const found = choicesFor(scene, material).find((one) => one.key === key);
  if (!found) throw new Error(`no choice ${key}`);
  return found.cue;
};
const upstream = (text: string): Cue => ({ type: 'upstream', text: `${text}\r\n` });

describe('a mail', () => {
  const asked = playing(greeted('smtp'), 'EHLO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@eng.test>');

  test('is decided by the rules, with their reasons', () => {
    const asks = asked.outcomes.find((one) => one.type === 'asks');
    expect(asks?.type === 'asks' && asks.request).toContain('Auth-SMTP-To: RCPT TO:<user@eng.test>\r\n');
    expect(asks?.type === 'asks' && asks.decision?.rule).toBe('engineering');
    expect(turnOf(asked.scene)).toBe('auth');
  });

  test('goes to the upstream that the rules choose, up to the relay', () => {
    const routed = playing(asked.scene, choice(asked.scene, 'rules'));
    expect(routed.outcomes).toContainEqual({ type: 'dials', address: '127.0.0.1:2525', upstream: 'eng' });
    const talked = playing(
      routed.scene,
      { type: 'connected' },
      ...['220 up', '250 hello', '250 sender'].map(upstream),
      upstream('250 recipient'),
    );
    expect(said(talked.outcomes, 'upstream')).toBe(
      'EHLO mail.test.com\r\nMAIL FROM:<dev@test.com>\r\nRCPT TO:<user@eng.test>\r\n',
    );
    expect(said(talked.outcomes)).toBe('250 recipient\r\n');
    expect(turnOf(talked.scene)).toBe('relay');
    expect(choicesFor(talked.scene, material)).toEqual([]);
  });

  test('is refused as the client would see it, whoever says no', () => {
    expect(said(playing(asked.scene, choice(asked.scene, 'reject')).outcomes)).toBe('550 5.1.1 no such user\r\n');
    const late = playing(asked.scene, choice(asked.scene, 'timed-out'));
    expect(said(late.outcomes)).toBe('451 4.3.2 Internal server error\r\n');
    expect(turnOf(late.scene)).toBe('over');
    const hostName = playing(asked.scene, choice(asked.scene, 'host-name'));
    expect(whys(hostName.outcomes)).toEqual(['smtp.verdict.unusable']);
    const dialled = playing(asked.scene, choice(asked.scene, 'rules'));
    const down = playing(dialled.scene, choice(dialled.scene, 'refused'));
    expect(whys(down.outcomes)).toEqual(['smtp.back.refused', 'smtp.upstream-failed']);
    expect(said(down.outcomes)).toBe('451 4.3.2 Internal server error\r\n');
  });

  test('waits where the answer says so, and goes on when the wait is over', () => {
    const waiting = playing(asked.scene, choice(asked.scene, 'reject-wait'));
    expect(waiting.outcomes).toContainEqual({ type: 'rests', ms: 3000 });
    expect(turnOf(waiting.scene)).toBe('clock');
    const early = playing(waiting.scene, 'NOOP');
    expect(early.outcomes).toEqual([{ type: 'unread', text: 'NOOP\r\n' }]);
    const over = playing(early.scene, choice(early.scene, 'waited'));
    expect(said(over.outcomes)).toBe('550 5.1.1 no such user\r\n250 2.0.0 OK\r\n');
  });

  test('gets no answer in time from a rule that is too slow', () => {
    const slow = playing(greeted('smtp'), 'HELO a', 'MAIL FROM:<a@b>', 'RCPT TO:<late@b.test>');
    expect(choice(slow.scene, 'rules')).toEqual({ type: 'unanswered', error: 'timed-out' });
  });

  test('of a service that is not the lab’s own has no rules to ask', () => {
    const { scene, outcomes } = playing(greeted('smtp', {}, null), 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>');
    expect(outcomes).toContainEqual(expect.objectContaining({ type: 'asks', decision: null }));
    expect(choicesFor(scene, material).map(({ key }) => key)).not.toContain('rules');
  });
});

describe('what an upstream says', () => {
  const dialled = () => {
    const asked = playing(greeted('smtp'), 'EHLO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@eng.test>');
    return playing(playing(asked.scene, choice(asked.scene, 'rules')).scene, { type: 'connected' }, upstream('220 up'));
  };

  test('line by line is one reply once its last line is there', () => {
    const half = playing(dialled().scene, upstream('250-mail.test'), upstream('250-SIZE'));
    expect(half.outcomes.map(({ type }) => type)).toEqual(['incomplete', 'incomplete']);
    const whole = playing(half.scene, upstream('250 PIPELINING'));
    expect(said(whole.outcomes, 'upstream')).toBe('MAIL FROM:<dev@test.com>\r\n');
    // Its first line decides.
    const no = playing(playing(dialled().scene, upstream('554-no')).scene, upstream('250 yes'));
    expect(whys(no.outcomes)).toEqual(['smtp.back.unexpected', 'smtp.upstream-failed']);
  });

  test('half a line is not complete, and too much without an end is too long', () => {
    const half = playing(dialled().scene, { type: 'upstream', text: '25' });
    expect(half.outcomes).toEqual([{ type: 'incomplete', text: '25' }]);
    expect(said(playing(half.scene, upstream('0 mail.test')).outcomes, 'upstream')).toMatch('MAIL FROM');
    const long = playing(half.scene, { type: 'upstream', text: 'x'.repeat(5000) });
    expect(whys(long.outcomes)).toEqual(['smtp.back.overlong', 'smtp.upstream-failed']);
  });
});

describe('what a client types', () => {
  test('several lines at once are read one after the other', () => {
    const { outcomes } = playing(greeted('smtp'), { type: 'client', text: 'NOOP\r\nRSET\r\nQUIT\r\n' });
    expect(whys(outcomes)).toEqual(['smtp.noop', 'smtp.rset', 'smtp.quit']);
  });

  test('half a line is not complete', () => {
    const half = playing(greeted('pop3'), { type: 'client', text: 'USER us' });
    expect(half.outcomes).toEqual([{ type: 'incomplete', text: 'USER us' }]);
    expect(said(playing(half.scene, { type: 'client', text: 'er\r\n' }).outcomes)).toBe('+OK\r\n');
  });

  test('a line that fills the buffer is too long', () => {
    const { outcomes } = playing(greeted('pop3'), 'x'.repeat(200));
    expect(whys(outcomes)).toEqual(['pop3.overlong']);
  });

  test('an IMAP login may come as literals', () => {
    const { scene, outcomes } = playing(greeted('imap'), 'a1 LOGIN {4}', 'user {6}', 'secret');
    expect(said(outcomes)).toBe('+ OK\r\n+ OK\r\n');
    expect(turnOf(scene)).toBe('auth');
    const there = playing(scene, choice(scene, 'rules'), { type: 'connected' }, upstream('* OK'), upstream('+ OK'));
    expect(said(there.outcomes, 'upstream')).toBe('a1 LOGIN {4}\r\nuser {6}\r\n');
  });

  test('behind STARTTLS is thrown away', () => {
    const on = greeted('smtp', { starttls: 'on' });
    const { scene, outcomes } = playing(on, { type: 'client', text: 'STARTTLS\r\nNOOP\r\n' });
    expect(outcomes).toContainEqual({ type: 'dropped', text: 'NOOP\r\n' });
    expect(turnOf(scene)).toBe('handshake');
    expect(whys(playing(scene, choice(scene, 'secured')).outcomes)).toEqual(['smtp.secured']);
    expect(turnOf(playing(scene, choice(scene, 'handshake-failed')).scene)).toBe('over');
  });

  test('certificates count where they are asked for', () => {
    const ssl = { ...tutorialServer.ssl, verifyClient: 'on' } as const;
    const { scene } = playing(greeted('pop3', { starttls: 'on', ssl }), 'STLS');
    expect(whys(playing(scene, choice(scene, 'secured.bad')).outcomes)).toEqual(['pop3.certificate.bad']);
    expect(whys(playing(scene, choice(scene, 'secured.none')).outcomes)).toEqual(['pop3.certificate.missing']);
  });
});

describe('suggestions', () => {
  test.each(['smtp', 'imap', 'pop3'] as const)('of %s are all taken', (protocol) => {
    const scene = greeted(protocol, { starttls: 'on' });
    const lines = choicesFor(scene, material).filter(({ key }) => key === 'line');
    expect(lines.length).toBeGreaterThan(2);
    for (const { cue } of lines) expect(said(suppose(scene, cue).outcomes)).not.toMatch(/^(?:[45]\d\d|-ERR|\S+ BAD)/);
  });

  test('lead from the greeting to the relay in every protocol', () => {
    for (const protocol of ['smtp', 'imap', 'pop3'] as const) {
      let scene = greeted(protocol);
      const first = {
        smtp: ['EHLO laptop', 'MAIL FROM:<a@b>', 'RCPT TO:<c@eng.test>'],
        imap: ['a1 LOGIN u p'],
        pop3: ['USER u', 'PASS p'],
      };
      scene = playing(scene, ...first[protocol]).scene;
      for (let i = 0; i < 12 && turnOf(scene) !== 'relay'; i += 1) {
        const [next] = choicesFor(scene, material);
        if (next) scene = suppose(scene, next.cue).scene;
      }
      expect(turnOf(scene)).toBe('relay');
    }
  });
});

describe('beside a real engine', () => {
  test('the same lines get the same replies', async () => {
    const lines = [
      'EHLO laptop',
      'NOOP',
      'MAIL',
      'RCPT TO:<a@b>',
      'MAIL FROM:<a@b>',
      'MAIL FROM:<c@d>',
      'DATA',
      'VRFY x',
      'QUIT',
    ];
    const { engine, recorder, connect } = await startEngine({ ask: () => () => undefined });
    const client: Client = connect();
    await client.greeting();
    for (const line of lines) await client.ask(`${line}\r\n`);
    await client.end();
    const { entries } = await recorder.over(1);
    await engine.stop();
    // From the moment after the greeting, and from the middle of the session.
    for (const from of [1, 5]) {
      const service = serviceOf(tutorialServer);
      const scene = sceneOf(standingAt(entries, from, service), service, null);
      const rest = entries.slice(from + 1);
      const typed = rest
        .filter(({ kind, direction }) => kind === 'line' && direction === 'in')
        .map(({ bytes }) => bytes);
      const { outcomes } = playing(scene, ...typed.map((text): Cue => ({ type: 'client', text })));
      const replies = rest.filter(({ kind, direction }) => kind === 'line' && direction === 'out');
      expect(said(outcomes)).toBe(replies.map(({ bytes }) => bytes).join(''));
    }
  });
});

describe('whatever is said', () => {
  const bytes = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 80 }),
    fc.constantFrom(
      '',
      '\r\n',
      '\0\r\n',
      'a {3}\r\nann\r\n',
      `${'x'.repeat(2000)}\r\n`,
      '250-\r\n',
      '+ \r\n',
      '\r\r\n',
    ),
    fc.constantFrom('EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@eng.test>\r\n', 'a LOGIN u p\r\n', 'USER u\r\nPASS p\r\n'),
  );
  const some = fc.array(fc.tuple(bytes, fc.nat()), { maxLength: 8 });
  const speaks: Readonly<Partial<Record<Turn, 'client' | 'upstream' | 'answer'>>> = {
    client: 'client',
    upstream: 'upstream',
    auth: 'answer',
  };
  /** The bytes, said by whoever may speak now, or one of the choices; undefined where there is none. */
  function cueFor(scene: Scene, text: string, nth: number): Cue | undefined {
    const offered = choicesFor(scene, material);
    const type = speaks[turnOf(scene)];
    return type !== undefined && nth % 3 > 0 ? { type, text } : offered[nth % offered.length]?.cue;
  }

  test.each(['smtp', 'imap', 'pop3'] as const)('there is an answer to it in %s', (protocol) => {
    fc.assert(
      fc.property(some, (cues) => {
        let scene = greeted(protocol, { starttls: 'on' });
        for (const [text, nth] of cues) {
          const cue = cueFor(scene, text, nth);
          if (cue === undefined) return;
          const { scene: after, outcomes } = suppose(scene, cue);
          if (!('text' in cue) || cue.text !== '') expect(outcomes.length).toBeGreaterThan(0);
          for (const why of whys(outcomes)) expect(why).not.toBe(`${protocol}.unexpected`);
          scene = after;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('in every recorded session', () => {
  const some = transcripts.filter(({ name }) => ['login', 'routed', 'literals', 'auth-plain'].includes(name));

  test.each(some)('$protocol $name: what really came next gives what really followed', async (transcript) => {
    const { server, entries } = await record(transcript);
    const service = serviceOf(server);
    for (const [at, entry] of entries.entries()) {
      const next = entries[at + 1];
      if (next?.kind !== 'line' || next.direction !== 'in' || next.leg !== 'client' || next.why.startsWith('session.'))
        continue;
      const scene = sceneOf(standingAt(entries, entry.seq, service), service, null);
      const { outcomes } = suppose(scene, { type: 'client', text: next.bytes });
      expect(whys(outcomes)[0], `step ${at + 2}`).toBe(next.why);
      const reply = entries[at + 2];
      if (reply?.cause === next.seq && reply.kind === 'line') expect(said(outcomes)).toBe(reply.bytes);
    }
  });
});
