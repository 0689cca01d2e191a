import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MockEvent } from '../../../shared/upstream/mock.ts';
import { type Play, plainPlay } from '../../../shared/upstream/play.ts';
import { pop3Mock } from '../../../shared/upstream/pop3/pop3.ts';
import { FakeMailbox } from '../../fakes/mailbox.ts';
import { MockTalk, type World } from '../../fakes/mock-talk.ts';
import { onDiagram } from '../../fakes/on-diagram.ts';

const one = 'Subject: one\r\nFrom: a@b\r\n\r\nfirst\r\n.dot\r\n..\r\nlast\r\n';
const two = 'Subject: two\r\n\r\n';

function talk({
  play = {},
  secure = false,
  ...world
}: Partial<World> & { play?: Partial<Play>; secure?: boolean } = {}) {
  const mailbox = world.mailbox ?? new FakeMailbox([one, two]);
  const options = { name: 'eng', play: { ...plainPlay, ...play }, secure };
  return new MockTalk(pop3Mock(options), { told: onDiagram('pop3', options), ...world, mailbox });
}

function loggedIn(mailbox = new FakeMailbox([one, two])) {
  const session = talk({ mailbox });
  session.send('USER ann\r\nPASS secret\r\n');
  return session;
}

describe('the played POP3 server before the login', () => {
  it('greets with a timestamp, or without one where APOP is off', () => {
    expect(talk().said).toBe('+OK eng POP3 ready <1896.697@eng>\r\n');
    const play = { pop3: { ...plainPlay.pop3, apop: false } };
    expect(talk({ play }).said).toBe('+OK eng POP3 ready\r\n');
    expect(talk({ play }).send('APOP ann 00\r\n')).toMatch('+OK eng POP3 ready\r\n-ERR APOP is not offered');
  });

  it('takes USER and PASS, with spaces in the password, in any case', () => {
    const proofs: unknown[] = [];
    const login = (user: string, proof: unknown) => {
      proofs.push(user, proof);
      return user;
    };
    const session = talk({ login });
    expect(session.send('user Ann\r\npass a b  c \r\n')).toMatch(
      '+OK send PASS\r\n+OK maildrop has 2 messages (66 octets)',
    );
    expect(proofs).toEqual(['Ann', { how: 'plain', password: 'a b  c ' }]);
  });

  it('wants USER before PASS, each time', () => {
    const session = talk({ login: () => null });
    session.fresh();
    expect(session.send('PASS x\r\n')).toBe('-ERR say USER first\r\n');
    expect(session.send('USER ann\r\nPASS x\r\n')).toBe('+OK send PASS\r\n-ERR [AUTH] wrong user or password\r\n');
    expect(session.send('PASS x\r\n')).toBe('-ERR say USER first\r\n');
  });

  it('takes APOP with the digest of its own greeting', () => {
    const digest = createHash('md5').update('<1896.697@eng>tanstaaf').digest('hex');
    const session = talk({ login: (user, proof) => (proof.how === 'apop' && proof.digest === digest ? user : null) });
    session.fresh();
    expect(session.send('APOP mrose 00\r\n')).toMatch('-ERR [AUTH]');
    expect(session.send(`APOP mrose ${digest}\r\n`)).toMatch('+OK maildrop has 2');
  });

  it('takes AUTH PLAIN, with and without an initial response, and lets it be called off', () => {
    const plain = btoa('\0ann\0secret');
    const session = talk({
      login: (user, proof) => (proof.how === 'plain' && proof.password === 'secret' ? user : null),
    });
    session.fresh();
    expect(session.send('AUTH PLAIN\r\n')).toBe('+ \r\n');
    expect(session.send('*\r\n')).toBe('-ERR the login is called off\r\n');
    expect(session.send('AUTH PLAIN !\r\n')).toMatch('-ERR this is no message of PLAIN');
    expect(session.send('AUTH CRAM-MD5\r\n')).toMatch('-ERR only AUTH PLAIN');
    expect(session.send('AUTH plain\r\n')).toBe('+ \r\n');
    expect(session.send(`${plain}\r\n`)).toMatch('+OK maildrop');
    expect(talk().send(`AUTH PLAIN ${plain}\r\n`)).toMatch('+OK maildrop');
  });

  it('says that another session has the maildrop', () => {
    const session = talk({ login: () => 'busy' });
    expect(session.send('USER a\r\nPASS b\r\n')).toMatch('-ERR [IN-USE] ');
  });

  it('lists capabilities, with more and fewer of them as the lab file says', () => {
    const session = talk({ play: { starttls: true } });
    session.fresh();
    expect(session.send('CAPA\r\n')).toBe(
      '+OK capabilities follow\r\nTOP\r\nUIDL\r\nUSER\r\nSASL PLAIN\r\nSTLS\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nIMPLEMENTATION Mail-Traffic-Lab\r\n.\r\n',
    );
    expect(session.send('USER a\r\nPASS b\r\nCAPA\r\n')).not.toMatch('STLS');
    const odd = talk({ play: { pop3: { ...plainPlay.pop3, extra: ['X-ODD 1'], hide: ['uidl', 'SASL'] } } });
    expect(odd.send('CAPA\r\n')).toMatch(/TOP\r\nUSER\r\nRESP-CODES.*X-ODD 1\r\n\.\r\n$/s);
  });

  it('forgets with STLS what it learned in clear text, and offers it once', () => {
    const session = talk({ play: { starttls: true } });
    session.fresh();
    expect(session.send('USER ann\r\nSTLS\r\nPASS injected\r\n')).toBe('+OK send PASS\r\n+OK begin TLS\r\n');
    expect(session.send('PASS x\r\n')).toBe('-ERR say USER first\r\n');
    expect(session.send('STLS\r\n')).toBe('-ERR STLS is not offered here\r\n');
    expect(talk().send('STLS\r\n')).toMatch('-ERR STLS is not offered here');
    expect(talk({ play: { starttls: true }, secure: true }).send('CAPA\r\n')).not.toMatch('STLS');
  });

  it('answers what it does not know, and what comes too early', () => {
    const session = talk();
    session.fresh();
    expect(session.send('HELO me\r\n\r\nSTAT\r\nUSER\r\nNOOP\r\n')).toBe(
      '-ERR unknown command\r\n-ERR unknown command\r\n-ERR STAT needs a login first\r\n-ERR USER needs a name\r\n-ERR NOOP needs a login first\r\n',
    );
    expect(session.send('QUIT\r\n')).toBe('+OK bye\r\n');
    expect(session.closed).toBe(true);
  });

  it('ends a session whose line has no end', () => {
    const session = talk();
    expect(session.send('A'.repeat(13_000))).toMatch('-ERR line too long');
    expect(session.closed).toBe(true);
  });
});

describe('the played POP3 server after the login', () => {
  it('counts and lists', () => {
    const session = loggedIn();
    session.fresh();
    expect(session.send('STAT\r\n')).toBe(`+OK 2 ${one.length + two.length}\r\n`);
    expect(session.send('LIST\r\n')).toBe('+OK 2 messages (66 octets)\r\n1 50\r\n2 16\r\n.\r\n');
    expect(session.send('LIST 2\r\n')).toBe('+OK 2 16\r\n');
    expect(session.send('LIST 3\r\nLIST 0\r\nLIST -1\r\nLIST 1 2\r\n')).toBe(
      '-ERR no such message, only 2 in maildrop\r\n'.repeat(2) +
        '-ERR expected the number of a message\r\n-ERR expected one number at most\r\n',
    );
    expect(session.send('UIDL\r\n')).toBe('+OK\r\n1 7.1\r\n2 7.2\r\n.\r\n');
    expect(session.send('UIDL 2\r\nNOOP\r\n')).toBe('+OK 2 7.2\r\n+OK\r\n');
  });

  it('sends a message with its dots stuffed, and the top of it', () => {
    const session = loggedIn();
    session.fresh();
    expect(session.send('RETR 1\r\n')).toBe(
      `+OK ${one.length} octets\r\nSubject: one\r\nFrom: a@b\r\n\r\nfirst\r\n..dot\r\n...\r\nlast\r\n.\r\n`,
    );
    const head = '+OK top of the message follows\r\nSubject: one\r\nFrom: a@b\r\n\r\n';
    expect(session.send('TOP 1 0\r\n')).toBe(`${head}.\r\n`);
    expect(session.send('TOP 1 2\r\n')).toBe(`${head}first\r\n..dot\r\n.\r\n`);
    expect(session.send('TOP 1 99\r\n')).toBe(`${head}first\r\n..dot\r\n...\r\nlast\r\n.\r\n`);
    expect(session.send('TOP 1\r\n')).toBe('-ERR TOP needs a message and a number of lines\r\n');
    expect(session.send('RETR\r\n')).toBe('-ERR expected the number of a message\r\n');
  });

  it.each([
    ['no end', 'a: b\r\n\r\nbody', 'a: b\r\n\r\nbody\r\n'],
    ['bare line feeds', '.a: b\n\n.x\n', '..a: b\r\n\r\n..x\r\n'],
    ['no headers', '\r\nbody\r\n', '\r\nbody\r\n'],
    ['nothing in it', '', ''],
    ['a lone CR', 'a\r.b\r\n', 'a\r.b\r\n'],
  ])('sends a message with %s whole', (_, raw, wire) => {
    const session = loggedIn(new FakeMailbox([raw]));
    session.fresh();
    const answer = session.send('RETR 1\r\n');
    expect(answer.slice(answer.indexOf('\n') + 1)).toBe(`${wire}.\r\n`);
    const top = session.send('TOP 1 1000\r\n');
    expect(top.slice(top.indexOf('\n') + 1)).toBe(`${wire}.\r\n`);
  });

  it('removes with QUIT what was deleted, and nothing before', () => {
    const mailbox = new FakeMailbox([one, two]);
    const session = loggedIn(mailbox);
    session.fresh();
    expect(session.send('DELE 1\r\nDELE 1\r\nRETR 1\r\nSTAT\r\nLIST\r\n')).toBe(
      '+OK message 1 deleted\r\n-ERR message 1 is deleted\r\n-ERR message 1 is deleted\r\n+OK 1 16\r\n+OK 1 message (16 octets)\r\n2 16\r\n.\r\n',
    );
    expect(session.send('RSET\r\n')).toBe('+OK maildrop has 2 messages (66 octets)\r\n');
    session.send('DELE 2\r\n');
    expect(mailbox.raws()).toEqual([one, two]);
    expect(session.send('QUIT\r\n')).toBe('+OK bye\r\n');
    expect(mailbox.raws()).toEqual([one]);
    expect(session.closed).toBe(true);
  });

  it('keeps its numbers while others change the mailbox', () => {
    const mailbox = new FakeMailbox([one, two]);
    const session = loggedIn(mailbox);
    session.fresh();
    mailbox.deliver('later\r\n');
    mailbox.perform({ do: 'expunge', folder: 'INBOX', uids: [1] });
    expect(session.send('STAT\r\nRETR 1\r\n')).toBe('+OK 2 66\r\n-ERR the message is gone\r\n');
    expect(session.send('RETR 2\r\n')).toMatch('+OK 16 octets\r\nSubject: two');
    session.send('DELE 1\r\nDELE 2\r\n');
    expect(session.send('QUIT\r\n')).toBe('+OK bye\r\n');
    expect(mailbox.raws()).toEqual(['later\r\n']);
  });

  it('tells when the mailbox is in trouble', () => {
    const broken = { perform: () => ({ done: 'no', why: 'full' }) as const, watch: () => () => undefined };
    const session = talk({ mailbox: broken });
    expect(session.send('USER a\r\nPASS b\r\n')).toMatch('-ERR [SYS/TEMP] the maildrop cannot be opened');
    const failing = new FakeMailbox([one]);
    const open = loggedIn(failing);
    failing.perform = broken.perform;
    expect(open.send('DELE 1\r\nQUIT\r\n')).toMatch('-ERR some deleted messages were not removed');
  });
});

describe('the stages of a session', () => {
  const mock = pop3Mock({ name: 'eng', play: plainPlay, secure: false });
  const at = mock.step(mock.initial, {
    type: 'opened',
    client: { address: '', port: 0 },
    nonce: { random: 1, seconds: 2 },
  });

  it.each([
    ['CAPA\r\n', 'capa', ''],
    ['stls\n', 'stls', ''],
    ['USER ann\r\n', 'user', 'ann'],
    ['APOP ann 00\r\n', 'apop', 'ann'],
    [`AUTH PLAIN ${btoa('\0ann\0x')}\r\n`, 'pass', 'ann'],
    ['AUTH PLAIN\r\n', 'pass', ''],
    ['STAT\r\n', 'stat', ''],
    ['TOP 1 1\r\n', 'retr', ''],
    ['DELE 1\r\n', 'dele', ''],
    ['QUIT\r\n', 'quit', ''],
    ['BOGUS\r\n', null, ''],
    ['constructor\r\n', null, ''],
  ])('%j belongs to %s', (text, stage, subject) => {
    expect(mock.stageOf(at.state, text)).toBe(stage);
    expect(mock.subjectOf(at.state, text)).toBe(subject);
  });

  it('a password belongs to the user named before it, and so does all that follows', () => {
    const session = talk();
    session.send('USER ann\r\n');
    expect(mock.subjectOf(session.state, 'PASS x\r\n')).toBe('ann');
    session.send('PASS x\r\n');
    expect(mock.subjectOf(session.state, 'RETR 1\r\n')).toBe('ann');
  });

  it('a refusal is the text as it stands', () => {
    expect(mock.refusal(at.state, 'STAT\r\n', '-ERR [SYS/TEMP] no')).toBe('-ERR [SYS/TEMP] no\r\n');
  });
});

const pieces = fc.constantFrom(
  'USER ann\r\n',
  'PASS x\r\n',
  'AUTH PLAIN\r\n',
  'AHUAcA==\r\n',
  'APOP u d\r\n',
  'STLS\r\n',
  'CAPA\r\n',
  'STAT\r\n',
  'LIST\r\n',
  'UIDL 1\n',
  'RETR 1\r\n',
  'TOP 2 1\r\n',
  'DELE 1\r\n',
  'RSET\r\n',
  'QUIT\r\n',
);
const input = fc
  .array(fc.oneof({ weight: 5, arbitrary: pieces }, fc.string()), { maxLength: 20 })
  .map((all) => all.join(''));
const anyEvent: fc.Arbitrary<MockEvent> = fc.oneof(
  input.map((text): MockEvent => ({ type: 'line', text, now: 1 })),
  fc.constantFrom<MockEvent>(
    { type: 'overlong' },
    { type: 'account', owner: 'ann' },
    { type: 'account', owner: null },
    { type: 'mailbox', answer: { done: 'ok' } },
    { type: 'mailbox', answer: { done: 'raw', bytes: one } },
    { type: 'mailbox', answer: { done: 'no', why: 'no-folder' } },
    { type: 'news' },
    { type: 'secured' },
  ),
);

describe('any client', () => {
  it('gets the same answers however its bytes are cut', () => {
    const play = { starttls: false };
    fc.assert(
      fc.property(input, fc.array(fc.nat(40)), (bytes, cuts) => {
        const whole = talk({ play });
        whole.send(bytes);
        const cut = talk({ play });
        let rest = bytes;
        for (const size of cuts) {
          cut.send(rest.slice(0, size));
          rest = rest.slice(size);
        }
        cut.send(rest);
        expect(cut.said).toBe(whole.said);
      }),
      { numRuns: 500 },
    );
  });

  it('and any order of events end in lines, and nothing is said behind the end', () => {
    const mock = pop3Mock({ name: 'e n\r\ng', play: { ...plainPlay, starttls: true }, secure: false });
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let { state } = mock.step(mock.initial, {
          type: 'opened',
          client: { address: '', port: 0 },
          nonce: { random: 1, seconds: 2 },
        });
        let isOver = false;
        for (const event of events) {
          const step = mock.step(state, event);
          const said = step.effects.flatMap((effect) => (effect.type === 'say' ? [effect.text] : []));
          expect(isOver ? step.effects : []).toEqual([]);
          expect(said.every((text) => text.endsWith('\r\n'))).toBe(true);
          isOver ||= step.effects.some(({ type }) => type === 'close');
          if (event.type === 'line') {
            mock.stageOf(state, event.text);
            mock.subjectOf(state, event.text);
          }
          state = step.state;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
