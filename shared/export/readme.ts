/** The page that goes with an export: how to start it, and what differs from the lab. */
import { comment } from './print.ts';

/** What the page tells of. */
export interface ReadmeOptions {
  readonly name: string;
  readonly listen: string;
  readonly health: string;
  readonly module: string | null;
  readonly notes: readonly string[];
  readonly facts: { readonly containers: boolean; readonly certificate: boolean };
}

const CERTIFICATE = `## A certificate of your own

\`tls/self-signed.crt\` is for tests: no client trusts it. One with your name in it, still signed by itself:

    openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=mail.example.com \\
      -addext subjectAltName=DNS:mail.example.com -keyout tls/self-signed.key -out tls/self-signed.crt

`;

const COMPOSE = `With Docker, two nginx in front of one auth service:

    docker compose up

\`compose.yaml\` was checked as YAML and never run. The ports of nginx-2 are those of nginx-1 and 10000 more; a load
balancer goes in front of both.

`;

/** Markdown, wrapped for reading in a terminal. */
export function readmeText({ name, listen, health, module, notes, facts }: ReadmeOptions): string {
  const loads =
    module === null
      ? 'Where nginx says that `mail` is unknown, its mail module has to be loaded: nginx.conf shows the line.'
      : `It loads the mail module from \`${module}\`, where it is on the machine of the export.`;
  return `# ${comment(name)}, without the lab

Made by \`mail-lab export --to nginx\`: an nginx that proxies mail as the lab did, and the lab's rules as its auth service.

| file | what it is |
|---|---|
| \`nginx.conf\` | the whole configuration of nginx |
| \`auth-service.mjs\` | the rules as an HTTP service: one file for Node 18 or later, without dependencies |
${facts.containers ? '| `compose.yaml`, `nginx.compose.conf` | two nginx in front of one auth service, for Docker Compose |\n' : ''}
## Start

In this folder, in two terminals:

    node auth-service.mjs
    nginx -p "$PWD" -c nginx.conf

${loads}
\`nginx -t -p "$PWD" -c nginx.conf\` only checks it, and with \`-s quit\` behind the same words it is stopped.

The auth service listens on ${listen}. \`LISTEN=HOST:PORT\` says otherwise; \`auth_http\` in nginx.conf has to follow.
It answers questions sent to its IP address. If \`auth_http\` names it by a host name, say so: \`HOSTS=auth.example.com\`.
\`GET ${health}\` without the headers of nginx answers 200 while it lives. SIGTERM stops it when open questions are answered.

${facts.containers ? COMPOSE : ''}## Change the rules

They stand at the top of \`auth-service.mjs\`, in the words of the lab file: the first rule whose \`when\` holds decides. Texts
without regular expressions compare without case, except \`user\`; write the flag \`i\` at a regular expression. Or change the
lab and export again, with \`--force\`.

## What differs from the lab

- \`listen 25\` is every IPv4 interface in nginx; the lab listened on 127.0.0.1 and ::1.
- Names of certificates and keys are those on the machine of the export: copy the files if you move this folder.
- The lab could decide in process; nginx asks over HTTP, once for every login or first recipient.
- Nothing records the sessions: what nginx says is in its error log.
${notes.map((note) => `- ${comment(note)}\n`).join('')}
${facts.certificate ? CERTIFICATE : ''}## Answers

The service answers, byte for byte, what the lab's own auth service answers to the same question.
`;
}
