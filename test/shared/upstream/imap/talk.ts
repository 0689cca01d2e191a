/** Sessions with the played IMAP server, without sockets, whose every response has to be in the grammar. */
import { imapMock } from '../../../../shared/upstream/imap/imap.ts';
import type { ImapState } from '../../../../shared/upstream/imap/state.ts';
import { type ImapPlay, type Play, plainPlay } from '../../../../shared/upstream/play.ts';
import { FakeMailbox } from '../../../fakes/mailbox.ts';
import { MockTalk, type World } from '../../../fakes/mock-talk.ts';
import { onDiagram } from '../../../fakes/on-diagram.ts';
import { parseAll, type Response } from '../../../peers/imap-grammar.ts';

/** How a session is begun; left out: in clear text, with an empty mailbox, and everybody is let in. */
export interface Begin extends Partial<World> {
  readonly play?: Partial<Play>;
  readonly imap?: Partial<ImapPlay>;
  readonly secure?: boolean;
  readonly mailbox?: FakeMailbox;
}

/** A session. */
export interface Session {
  readonly talk: MockTalk<ImapState>;
  readonly mailbox: FakeMailbox;
  readonly greeting: string;
  /** Sends a line, checks what comes against the grammar, and gives its lines. */
  say(line: string): readonly string[];
  /** As `say`, read. */
  read(line: string): readonly Response[];
}

/** Connects. */
export function connect({ play, imap, secure = false, mailbox = new FakeMailbox(), ...world }: Begin = {}): Session {
  const options = { name: 'mock', play: { ...plainPlay, ...play, imap: { ...plainPlay.imap, ...imap } }, secure };
  const talk = new MockTalk(imapMock(options), { mailbox, told: onDiagram('imap', options), ...world });
  const read = (line: string): readonly Response[] => parseAll(talk.send(`${line}\r\n`));
  const say = (line: string): readonly string[] => {
    const said = talk.send(`${line}\r\n`);
    parseAll(said);
    return said.split('\r\n').slice(0, -1);
  };
  return { talk, mailbox, greeting: talk.fresh(), say, read };
}

/** Connects, logs in and opens the INBOX. */
export function select(mailbox: FakeMailbox, how: 'SELECT' | 'EXAMINE' = 'SELECT'): Session {
  const session = connect({ mailbox });
  session.say('l LOGIN ann secret');
  session.say(`s ${how} INBOX`);
  return session;
}
