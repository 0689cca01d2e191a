/** Scripts to begin with, one for each thing that a newcomer wants to see done. */
import type { Protocol } from '../machine/machine.ts';

/** One example; its name is a key of the window's catalogue. */
export interface ScriptExample {
  readonly name: 'mail' | 'two' | 'imap' | 'pop3';
  readonly protocol: Protocol;
  readonly text: string;
}

/** What of the lab stands in them. */
interface Who {
  readonly to: string;
  readonly other: string;
  readonly user: string;
}

const mail = ({ to }: Who): string => `# One mail, as in the tutorial.
< 220*
> EHLO me
< 250*
> MAIL FROM:<dev@test.com>
< 250*
> RCPT TO:<${to}>
< 250*
> DATA
< 354*
> Subject: from a script
>
> Hello.
> .
< 250*
> QUIT
< 221*
closed
`;

const two = ({ to, other }: Who): string => `# Two recipients of different departments in one mail: the proxy asks
# where the first one goes, and the second one goes there too.
? 5s
set first = ${to}
set second = ${other}
< 220*
> HELO me
< 250*
> MAIL FROM:<dev@test.com>
< 250*
> RCPT TO:<$first>
< 250*
> RCPT TO:<$second>
< 250*
> RSET
< 250*
> QUIT
< 221*
`;

const imap = ({
  user,
}: Who): string => `# A login whose password comes as a literal (RFC 3501 4.3), and a look at INBOX.
set user = ${user}
set password = secret
< * OK*
> a CAPABILITY
< a OK*
& ** CAPABILITY *IMAP4*
> b LOGIN "$user" {6}
< +*
> $password
< b OK*
> c SELECT INBOX
< c OK*
& /^\\* (?P<count>\\d+) EXISTS/
> d NOOP
< d OK*
> e LOGOUT
< e OK*
& ** BYE*
`;

const pop3 = ({ user }: Who): string => `# A login, and the list of the messages.
set user = ${user}
set password = secret
< +OK*
> CAPA
< +OK*
! -ERR*
> USER $user
< +OK*
> PASS $password
< +OK*
> LIST
< +OK*
& .
> QUIT
< +OK*
closed
`;

/** `to`: recipients that the rules tell apart. */
export function examplesFor(to: readonly string[]): readonly ScriptExample[] {
  const [first = 'user@eng.abc.com', second = 'user@hr.abc.com'] = to;
  const who = { to: first, other: second, user: first };
  return [
    { name: 'mail', protocol: 'smtp', text: mail(who) },
    { name: 'two', protocol: 'smtp', text: two(who) },
    { name: 'imap', protocol: 'imap', text: imap(who) },
    { name: 'pop3', protocol: 'pop3', text: pop3(who) },
  ];
}
