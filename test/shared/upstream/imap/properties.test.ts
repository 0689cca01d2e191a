import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MailboxRequest } from '../../../../shared/upstream/mailbox.ts';
import { FakeMailbox } from '../../../fakes/mailbox.ts';
import { parseAll, type Response } from '../../../peers/imap-grammar.ts';
import { chunked } from '../../run.ts';
import { connect, select } from './talk.ts';

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const junk = fc.string({ unit: byte, maxLength: 30 });
const set = fc.constantFrom('1', '2:*', '*', '1,3:2', '99', '0', '1:x');
const name = fc.constantFrom('INBOX', 'inbox', '"a b"', '{3+}\r\nbox', '{3}\r\nbox', '&AOQ-', '&', '""', 'box/in');
const flags = fc.constantFrom('(\\Seen)', '\\Deleted $k', '()', '(\\Recent)', '(');
const items = fc.constantFrom(
  'ALL',
  'FULL',
  '(UID BODY[])',
  'BODY.PEEK[1.MIME]<0.5>',
  'BODYSTRUCTURE',
  'BODY[',
  '(FLAGS',
);
const keys = fc.constantFrom(
  'ALL',
  'OR SEEN NOT 1',
  '(FROM a',
  'TEXT {2+}\r\nhi',
  'SENTON 1-Feb-1994',
  'CHARSET x ALL',
);

const command = fc.oneof(
  fc.constantFrom(
    'CAPABILITY',
    'NOOP',
    'LOGIN a b',
    'LOGIN {1}\r\na {1+}\r\nb',
    'AUTHENTICATE PLAIN AGEAYg==',
    'CHECK',
  ),
  fc.constantFrom('CLOSE', 'UNSELECT', 'EXPUNGE', 'NAMESPACE', 'ID NIL', 'STARTTLS', 'AUTHENTICATE PLAIN\r\n*'),
  fc.constantFrom('IDLE\r\nDONE', 'LIST "" *', 'LSUB "" %', 'UID EXPUNGE 1:*', 'APPEND INBOX {5+}\r\na: b\n', 'XYZ'),
  fc
    .tuple(fc.constantFrom('SELECT', 'EXAMINE', 'CREATE', 'DELETE', 'SUBSCRIBE', 'RENAME box'), name)
    .map((two) => two.join(' ')),
  fc.tuple(fc.constantFrom('', 'UID '), set, items).map(([uid, which, what]) => `${uid}FETCH ${which} ${what}`),
  fc.tuple(fc.constantFrom('', 'UID '), set, flags).map(([uid, which, what]) => `${uid}STORE ${which} +FLAGS ${what}`),
  fc.tuple(fc.constantFrom('COPY', 'MOVE', 'UID COPY'), set, name).map((three) => three.join(' ')),
  fc.tuple(fc.constantFrom('', 'UID '), keys).map(([uid, what]) => `${uid}SEARCH ${what}`),
  junk.map((text) => text.replace(/[\r\n{]/g, '')),
);

const inbox = ['Subject: hi\r\n\r\nhi', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n'];

test('every command has exactly one tagged reply, and all that is said is in the grammar', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 12 }), (lines) => {
      const { talk } = select(new FakeMailbox(inbox));
      for (const [nth, line] of lines.entries()) {
        const replies = parseAll(talk.send(`t${nth} ${line}\r\n`));
        const tags = replies.flatMap((one) => (one.type === 'tagged' ? [one.tag] : []));
        // A command that is refused where it announced a literal leaves the literal behind as a command of its own.
        expect(tags[0]).toBe(`t${nth}`);
        if (!/\{\d+\}/.test(line) && line !== 'AUTHENTICATE PLAIN\r\n*' && line !== 'IDLE\r\nDONE')
          expect(tags).toHaveLength(1);
      }
    }),
    { numRuns: 300 },
  );
});

test('any bytes in any chunking are answered alike, and nothing throws', () => {
  const line = fc.oneof({ arbitrary: command, weight: 5 }, { arbitrary: junk, weight: 2 });
  const input = fc
    .array(fc.tuple(line, fc.constantFrom('\r\n', '\r\n', '\n')), { maxLength: 15 })
    .map((lines) => lines.map(([text, end], nth) => `t${nth} ${text}${end}`).join(''));
  fc.assert(
    fc.property(
      input.chain((text) => fc.tuple(fc.constant(text), chunked(fc.constant(text)))),
      ([whole, chunks]) => {
        const one = select(new FakeMailbox(inbox));
        const other = select(new FakeMailbox(inbox));
        one.talk.send(whole);
        for (const chunk of chunks) other.talk.send(chunk);
        expect(other.talk.said).toBe(one.talk.said);
      },
    ),
    { numRuns: 300 },
  );
});

test('a mailbox that says no to everything breaks nothing', () => {
  class Refusing extends FakeMailbox {
    override perform(_request: MailboxRequest) {
      return { done: 'no', why: 'refused' } as const;
    }
  }
  fc.assert(
    fc.property(fc.array(command, { maxLength: 6 }), (lines) => {
      const { talk } = connect({ mailbox: new Refusing() });
      talk.send('l LOGIN a b\r\n');
      for (const line of lines) parseAll(talk.send(`t ${line}\r\n`));
    }),
  );
});

/** How many messages there are behind a response, which has to fit to how many there were. */
function counted(count: number, one: Response): number {
  switch (one.type) {
    case 'exists':
      expect(one.number).toBeGreaterThanOrEqual(count);
      return one.number;
    case 'fetch':
      expect(one.number).toBeLessThanOrEqual(count);
      return count;
    case 'expunge':
      expect(one.number).toBeLessThanOrEqual(count);
      return count - 1;
    default:
      return count;
  }
}

test('two sessions agree with the mailbox on every sequence number, whatever they do to it', () => {
  const act = fc.record({
    who: fc.constantFrom(0, 1),
    line: fc.constantFrom(
      'NOOP',
      'STORE 1 +FLAGS \\Deleted',
      'STORE * -FLAGS \\Deleted',
      'UID STORE 1:* +FLAGS $k',
      'EXPUNGE',
      'COPY 1 INBOX',
      'MOVE 1 INBOX',
      'FETCH 1:* FLAGS',
      'UID FETCH 1:* FLAGS',
      'SEARCH ALL',
      'APPEND INBOX {6+}\r\na: b\r\n',
    ),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const mailbox = new FakeMailbox(['a: 1\r\n\r\n', 'a: 2\r\n\r\n', 'a: 3\r\n\r\n']);
      const sessions = [select(mailbox), select(mailbox)];
      const counts = [3, 3];
      const follow = (who: number, said: string): void => {
        counts[who] = parseAll(said).reduce(counted, counts[who] ?? 0);
      };
      for (const { who, line } of acts) {
        const said = sessions[who]?.talk.send(`x ${line}\r\n`) ?? '';
        if (/^(?:FETCH|STORE|SEARCH)/.test(line)) expect(said).not.toContain('EXPUNGE');
        follow(who, said);
      }
      for (const [who, session] of sessions.entries()) {
        follow(who, session.talk.send('n NOOP\r\n'));
        const uids = parseAll(session.talk.send('u UID FETCH 1:* (UID)\r\n')).flatMap((one) =>
          one.type === 'fetch' ? [Number(one.items.get('UID'))] : [],
        );
        const answer = mailbox.perform({ do: 'open', folder: 'INBOX', look: true });
        expect(uids).toEqual(answer.done === 'open' ? answer.mails.map(({ uid }) => uid) : []);
        expect(uids).toHaveLength(counts[who] ?? -1);
      }
    }),
    { numRuns: 200 },
  );
});
