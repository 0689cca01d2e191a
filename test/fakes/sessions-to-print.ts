/** Sessions as they are printed: an ordinary one, one with a login, and one in which everything is hostile. */
import type { Recorded } from '../../shared/export/session-sheet.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { entries as tutorialEntries, summary as tutorialSummary } from './tutorial-session.ts';

const summary: SessionSummary = { ...tutorialSummary, id: 7 };

export const tutorial: Recorded = { summary, entries: tutorialEntries };

const session = (...some: readonly Partial<Entry>[]): readonly Entry[] =>
  some.map((one, seq) => ({
    ...{ seq, at: seq * 1000, leg: 'client', direction: 'in', kind: 'line', bytes: '', why: 'smtp.mail' },
    ...one,
  }));

const question = 'GET / HTTP/1.0\r\nAuth-Method: plain\r\nAuth-User: joe\r\nAuth-Pass: tops3cret\r\n\r\n';
const password = question.indexOf('tops3cret');

/** `AUTH PLAIN` with joe's password, in the line, in the question and in what the proxy knows. */
export const loggedIn: Recorded = {
  summary: { ...summary, user: 'joe' },
  entries: session(
    { kind: 'open', why: 'session.accepted' },
    {
      bytes: 'AUTH PLAIN AGpvZQB0b3BzM2NyZXQ=\r\n',
      disposition: 'consumed',
      secret: [[11, 31]],
      state: { password: 'tops3cret' },
    },
    {
      ...{
        leg: 'auth',
        direction: 'out',
        kind: 'http',
        bytes: question,
        why: 'session.asked',
        disposition: 'invented',
      },
      secret: [[password, password + 9]],
    },
    {
      ...{ bytes: 'AGpvZQB0b3BzM2NyZXQ=\r\n', disposition: 'changed', secret: [[0, 20]] },
      edited: { was: 'dG9wczNjcmV0\r\n', secret: [[0, 12]] },
    },
  ),
};

const nasty =
  '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;]]>-->%%{init: {}}%%;#end;\0\x1b[31m\xff\xfe\xe2\x80\xae';

export const hostile: Recorded = {
  summary: { ...summary, from: nasty, to: [nasty, '\ud800'], user: nasty, rule: nasty, upstream: nasty, client: nasty },
  entries: session(
    { kind: 'open', why: 'session.accepted', params: { client: nasty } },
    { bytes: `MAIL FROM:<${nasty}>\r\n`, disposition: 'consumed' },
    { bytes: `${nasty}\n${nasty}\r`, direction: 'out', disposition: 'invented' },
    {
      leg: 'auth',
      direction: 'out',
      kind: 'http',
      why: 'session.asked',
      bytes: `GET / HTTP/1.0\r\nAuth-User: ${nasty}\r\n\r\n`,
    },
    {
      ...{
        leg: 'auth',
        kind: 'http',
        why: 'session.answered',
        bytes: `HTTP/1.0 200 OK\r\nAuth-Status: ${nasty}\r\n\r\n`,
      },
      ...{
        params: { verdict: 'reject' },
        trail: [{ rule: 1, name: nasty, outcome: 'matched', tests: [], then: nasty }],
      },
    },
    { leg: 'upstream', direction: 'out', kind: 'dial', why: 'smtp.dial', params: { name: nasty, upstream: nasty } },
    { kind: 'data', bytes: nasty, why: 'session.data', disposition: 'passed' },
  ),
};
