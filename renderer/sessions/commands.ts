/** What to type in a terminal to make a session appear. */

/** A copyable command with the name of its program. */
export interface Command {
  readonly name: string;
  readonly text: string;
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly to: string;
  /** TLS from the first byte. */
  readonly ssl?: boolean;
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** By hand, and with swaks and curl in one go; curl takes the message from standard input. */
export function firstCommands({ host, port, from, to, ssl = false }: Where): readonly Command[] {
  const place = `${bracketed(host)}:${port}`;
  return [
    ssl
      ? { name: 'openssl', text: `openssl s_client -quiet -connect ${place}` }
      : { name: 'telnet', text: `telnet ${host} ${port}` },
    {
      name: 'swaks',
      text: `swaks --server ${host} --port ${port}${ssl ? ' --tls-on-connect' : ''} --from ${from} --to ${to}`,
    },
    {
      name: 'curl',
      text: `printf 'Subject: hello\\r\\n\\r\\nHi\\r\\n' | curl${ssl ? ' -k' : ''} smtp${ssl ? 's' : ''}://${place} --mail-from ${from} --mail-rcpt ${to} -T -`,
    },
  ];
}

/** By hand, where TLS is asked for with STARTTLS or STLS. */
export const tlsCommand = (protocol: 'smtp' | 'imap' | 'pop3', host: string, port: number): Command => ({
  name: 'openssl',
  text: `openssl s_client -quiet -starttls ${protocol} -connect ${bracketed(host)}:${port}`,
});

/** Reads a mailbox; whose, is for a person to put in. */
export function readCommand(protocol: 'imap' | 'pop3', host: string, port: number, ssl: boolean): Command {
  const path = protocol === 'imap' ? 'INBOX' : '';
  const scheme = `${protocol}${ssl ? 's' : ''}`;
  return {
    name: 'curl',
    text: `curl${ssl ? ' -k' : ''} ${scheme}://${bracketed(host)}:${port}/${path} -u USER:PASSWORD`,
  };
}

/** Asks the lab's auth service what nginx would ask it. */
export function authCommand(host: string, port: number, to: string): Command {
  return { name: 'curl', text: `curl -I -H 'Auth-SMTP-To: RCPT TO:<${to}>' http://${bracketed(host)}:${port}` };
}
