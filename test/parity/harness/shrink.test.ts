/** The shrinker finds the shortest form of a planted difference, and what it prints can be pasted. */
import { describe, expect, it } from 'vitest';
import { grammar as imap } from '../imap/random.ts';
import { grammar as pop3 } from '../pop3/random.ts';
import { grammar as smtp } from '../smtp/random.ts';
import { type Dialogue, ok, refuse } from './dialogue.ts';
import type { Observed } from './play.ts';
import { source } from './print.ts';
import { randomDialogue } from './random-dialogue.ts';
import { shrink } from './shrink.ts';

const said = ({ turns }: Dialogue): string => turns.map(([send]) => send).join('');

/** A lab that does something else than nginx whenever `planted` holds. */
const differing = (planted: (dialogue: Dialogue) => boolean) => {
  let played = 0;
  const first = (some: readonly Dialogue[]): Promise<number | null> => {
    played += some.length;
    const found = some.findIndex(planted);
    return Promise.resolve(found < 0 ? null : found);
  };
  return { first, played: () => played };
};

/** Random dialogues of all three protocols until `planted` holds on some. */
function drawn(planted: (dialogue: Dialogue) => boolean): Dialogue[] {
  const all = [smtp, imap, pop3].flatMap((grammar) =>
    Array.from({ length: 400 }, (_, i) => randomDialogue(grammar, 5, i)),
  );
  return all.filter(planted).slice(0, 6);
}

const plants: readonly [what: string, planted: (dialogue: Dialogue) => boolean, least: string][] = [
  ['a NUL', (one) => said(one).includes('\0'), '\0'],
  ['two commands in this order', (one) => /NOOP.*QUIT/s.test(said(one)), 'NOOPQUIT'],
  ['one command under one directive', (one) => /max_errors 1;/.test(one.conf ?? '') && /A/.test(said(one)), 'A'],
  ['an answer of the auth service', (one) => JSON.stringify(one.auth ?? '').includes('WAIT'), ''],
  ['a reply of the upstream that comes in pieces', (one) => /everyMs/.test(JSON.stringify(one.upstream ?? '')), ''],
];

describe('shrink', () => {
  it.each(plants)('%s: nothing else is left', async (_, planted, least) => {
    const found = drawn(planted);
    expect(found.length).toBeGreaterThan(2);
    for (const dialogue of found) {
      const short = await shrink(dialogue, differing(planted).first);
      expect(planted(short)).toBe(true);
      expect(said(short)).toBe(least);
      expect(short.turns).toHaveLength(1);
      expect(JSON.stringify(short).length).toBeLessThan(230);
    }
  });

  it('keeps only what the difference needs of everything around a dialogue', async () => {
    const start: Dialogue = {
      name: 'planted',
      conf: 'smtp_auth none; xclient off; server_name "A; b";',
      host: '[::1]',
      auth: [refuse('WAIT', 'Auth-Wait: 1⏎'), ok('Auth-User: x⏎')],
      upstream: { greeting: '220-up⏎220 up⏎', replies: { MAIL: '250 m⏎', RCPT: ['550 a⏎', '250 b⏎'] } },
      turns: [
        ['EHLO me⏎MAIL FROM:<a>⏎', '', { after: 5 }],
        ['RCPT TO:<b>⏎', ''],
        ['QUIT⏎', '', { after: 45, closes: true }],
      ],
    };
    const planted = ({ conf = '', auth, upstream, turns }: Dialogue) =>
      conf.includes('xclient off;') &&
      JSON.stringify(auth ?? '').includes('Auth-User: x') &&
      upstream?.greeting !== undefined &&
      turns.some(([send], i) => send.includes('RCPT') && i > 0);
    const once = await shrink(start, differing(planted).first);
    expect(once).toEqual({
      name: 'planted',
      conf: 'xclient off;',
      auth: 'Auth-User: x',
      upstream: { greeting: '' },
      turns: [
        ['', ''],
        ['RCPT', '', { closes: true }],
      ],
    });
    expect(await shrink(start, differing(planted).first)).toEqual(once);
  });

  it('plays few enough dialogues to be waited for', async () => {
    const planted = (one: Dialogue) => said(one).includes('\xff');
    const [dialogue] = drawn(planted);
    if (dialogue === undefined) throw new Error('The grammars draw no such byte.');
    const { first, played } = differing(planted);
    await shrink(dialogue, first);
    expect(played()).toBeLessThan(1500);
  });
});

describe('source', () => {
  it('is the dialogue again, with what nginx did', () => {
    const dialogue: Dialogue = {
      name: 'odd',
      protocol: 'imap',
      turns: [
        ['a "\\\'\0\xff⏎␊', '', { after: 4 }],
        ['b⏎', '', { closes: true }],
      ],
      upstream: { replies: { '.': { pieces: ['x'], then: 'reset' } } },
    };
    const nginx: Observed = {
      heard: ['* OK⏎', '', 'b BAD⏎ close'],
      ms: [],
      reset: false,
      requests: ['GET⏎'],
      received: [],
    };
    const text = source(dialogue, nginx);
    expect(new Function(`return ${text.replace(/,$/, '')}`)()).toEqual({
      ...dialogue,
      turns: [dialogue.turns[0], ['b⏎', '* OK⏎b BAD⏎', { closes: true }]],
      requests: ['GET⏎'],
      received: [],
    });
  });
});
