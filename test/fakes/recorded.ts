/** A lab whose sessions are worth keeping: all three protocols, in clear text, after STARTTLS and over TLS. */
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { type RunningLab, startLab } from './running-lab.ts';

/** The one account; no other text of a session holds its password. */
export const reader = { user: 'bob@hr.test', password: 'Tr0mbone#7' };

const text = `lab: 1
name: Recorded
proxy: |
  mail {
      server_name mail.test;
      auth_http   http://127.0.0.1:8009;
      xclient     off;
      starttls    on;
      server { listen 3325; protocol smtp; smtp_auth none plain login cram-md5; }
      server { listen 3343; protocol imap; imap_auth plain login cram-md5; }
      server { listen 3310; protocol pop3; pop3_auth plain apop cram-md5; }
      server { listen 3365 ssl; protocol smtp; smtp_auth none; }
  }
auth:
  listen: 127.0.0.1:8009
  rules:
    - { name: readers, when: { protocol: [imap, pop3] }, then: { route: account } }
    - { name: engineering, when: { rcpt: "*@eng.test" }, then: { route: eng } }
    - { name: human resources, when: { rcpt: "*@hr.test" }, then: { route: hr } }
    - { name: logged in, when: { user: "*" }, then: { route: hr } }
  otherwise: { reject: "550 5.1.1 no such recipient here" }
accounts:
  - { user: ${reader.user}, password: "${reader.password}", upstream: hr }
upstreams:
  eng: { smtp: 127.0.0.1:2535, imap: 127.0.0.1:1435, pop3: 127.0.0.1:1105 }
  hr:  { smtp: 127.0.0.1:2536, imap: 127.0.0.1:1436, pop3: 127.0.0.1:1106 }
`;

export interface RecordedLab extends RunningLab {
  /** The nth proxy listener's id: SMTP, IMAP, POP3, SMTP over TLS. */
  door(n: 0 | 1 | 2 | 3): string;
  send(change?: { readonly to?: string; readonly starttls?: boolean; readonly door?: 0 | 3 }): Promise<number>;
  logIn(
    door: 0 | 1 | 2,
    way: 'auto' | 'command' | 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'APOP',
    starttls?: boolean,
  ): Promise<number>;
  /** The session as the journal has it once it is over. */
  over(id: number): Promise<SessionSummary>;
}

function session(answer: { readonly session: number | null }): number {
  if (answer.session === null) throw new Error(`no session came of it: ${JSON.stringify(answer)}`);
  return answer.session;
}

export async function startRecordedLab(): Promise<RecordedLab> {
  const lab = await startLab(text);
  const door = (n: number) =>
    lab.lab.listeners().filter(({ role, address }) => role === 'proxy' && address === '127.0.0.1')[n]?.id ?? '';
  const over = (id: number) =>
    lab.feed((feed) => feed.type === 'sessions' && feed.changed.find((one) => one.id === id && one.ms !== null));
  const finished = async (answer: { readonly session: number | null }) => (await over(session(answer))).id;
  return {
    ...{ ...lab, door, over },
    send: async ({ to = 'joe@eng.test', starttls = false, door: n = 0 } = {}) =>
      finished(
        await lab.call('send', {
          ...{ listener: door(n), from: 'ann@one.test', to: [to], subject: 'hello', body: 'Good morning.', starttls },
        }),
      ),
    logIn: async (n, way, starttls = false) =>
      finished(
        await lab.call('client.login', {
          listener: door(n),
          ...reader,
          way,
          starttls,
          after: n === 0 ? 'nothing' : 'fetch',
        }),
      ),
  };
}
