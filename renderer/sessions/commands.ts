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
}

/** telnet by hand, swaks and curl in one go; curl takes the message from standard input. */
export function firstCommands({ host, port, from, to }: Where): readonly Command[] {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return [
    { name: 'telnet', text: `telnet ${host} ${port}` },
    { name: 'swaks', text: `swaks --server ${host} --port ${port} --from ${from} --to ${to}` },
    {
      name: 'curl',
      text: `printf 'Subject: hello\\r\\n\\r\\nHi\\r\\n' | curl smtp://${bracketed}:${port} --mail-from ${from} --mail-rcpt ${to} -T -`,
    },
  ];
}

/** Asks the lab's auth service what nginx would ask it. */
export function authCommand(host: string, port: number, to: string): Command {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return { name: 'curl', text: `curl -I -H 'Auth-SMTP-To: RCPT TO:<${to}>' http://${bracketed}:${port}` };
}
