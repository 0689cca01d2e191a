/** What a mail program written in Python does, with the standard library: imaplib, poplib, smtplib. */
import { type Outcome, run } from './run.ts';

/** How a client secures its connection. */
export type Security = 'plain' | 'starttls' | 'tls';

const imap = `
import imaplib, ssl, sys
security, port, user, password, ca, mail = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
m = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=context) if security == 'tls' else imaplib.IMAP4('127.0.0.1', int(port))
if security == 'starttls':
    m.host = 'localhost'
    m.starttls(context)
m.login(user, password)
m.select('INBOX')
m.append('INBOX', None, None, mail.encode())
found = m.uid('SEARCH', None, 'SUBJECT', security)[1][0].split()
print('FETCHED', m.uid('FETCH', found[-1], '(RFC822)')[1][0][1])
m.uid('STORE', found[-1], '+FLAGS', '(\\\\Deleted)')
print('EXPUNGED', m.expunge()[0])
print(m.list()[0], m.logout()[0])
`;

const pop3 = `
import poplib, ssl, sys
security, port, user, password, ca, _ = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
m = poplib.POP3_SSL('localhost', int(port), context=context) if security == 'tls' else poplib.POP3('localhost', int(port))
if security == 'starttls':
    m.stls(context)
m.user(user)
m.pass_(password)
count, size = m.stat()
print('FETCHED', b'\\r\\n'.join(m.retr(count)[1]))
print('DELETED', m.dele(count))
print('LISTED', m.list()[0], m.quit())
`;

const smtp = `
import smtplib, ssl, sys
security, port, user, password, ca, mail = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
s = smtplib.SMTP_SSL('localhost', int(port), context=context, local_hostname='python.test') if security == 'tls' else smtplib.SMTP('localhost', int(port), local_hostname='python.test')
if security == 'starttls':
    s.starttls(context=context)
if security != 'plain':
    s.login(user, password)
print('REFUSED', s.sendmail('python@test.com', ['ann@example.com'], mail.encode()))
print(s.quit())
`;

const scripts = { imap, pop3, smtp } as const;

/** One errand of a Python program. */
export interface Errand {
  readonly security: Security;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly ca: string;
  readonly mail: string;
}

/** Runs it. */
export function python(protocol: keyof typeof scripts, errand: Errand): Promise<Outcome> {
  const { security, port, user, password, ca, mail } = errand;
  return run('python3', ['-c', scripts[protocol], security, `${port}`, user, password, ca, mail]);
}
