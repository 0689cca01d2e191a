/** Several nginx in front of one auth service, for Docker Compose. */
import type { MailConf } from '../nginx/mail.ts';
import { comment } from './print.ts';

/** The auth service's address in the network of the containers: nginx keeps the one it found when it started. */
export const SERVICE_ADDRESS = '172.31.250.10';
/** The service's port there. */
export const SERVICE_PORT = 8000;
const SUBNET = '172.31.250.0/24';

/** What the file is made from. */
export interface ComposeOptions {
  readonly name: string;
  readonly conf: MailConf;
  readonly health: string;
  /** Files on this disk that the configuration names, with their whole names. */
  readonly files: readonly string[];
  /** Folders under nginx's prefix that it writes to. */
  readonly folders: readonly string[];
  readonly certificate: boolean;
  /** Upstreams that are this machine's loopback. */
  readonly loopback: readonly string[];
}

/** JSON strings are YAML strings. */
const text = (value: string): string => JSON.stringify(value);

/** TCP ports that a server of the configuration listens on. */
function portsOf({ servers }: MailConf): readonly number[] {
  const ports = servers.flatMap(({ listens }) => listens.flatMap(({ unix, port }) => (unix === undefined ? port : 0)));
  return [...new Set(ports)].filter((port) => port !== 0).sort((a, b) => a - b);
}

/** Ports of this machine for the second proxy: the same and 10000 more, or the next that is free. */
function otherPorts(ports: readonly number[]): readonly number[] {
  const taken = new Set(ports);
  return ports.map((port) => {
    let other = port + 10_000 > 65_535 ? port - 10_000 : port + 10_000;
    while (taken.has(other)) other += 1;
    taken.add(other);
    return other;
  });
}

/** The file. It was not run when it was made. */
export function composeText(options: ComposeOptions): string {
  const { name, conf, health, files, folders, certificate, loopback } = options;
  const ports = portsOf(conf);
  const volumes = [
    './nginx.compose.conf:/etc/nginx/nginx.conf:ro',
    ...(certificate ? ['./tls:/etc/nginx/tls:ro'] : []),
    ...files.map((file) => `${file}:${file}:ro`),
  ];
  const proxy = (title: string, outside: readonly number[]): readonly string[] => [
    `  ${title}:`,
    '    image: nginx:1.29',
    '    command: ["nginx"]',
    '    volumes:',
    ...volumes.map((volume) => `      - ${text(volume)}`),
    ...(folders.length > 0
      ? ['    tmpfs:', ...folders.map((folder) => `      - ${text(`/etc/nginx/${folder}`)}`)]
      : []),
    ...(ports.length > 0 ? ['    ports:'] : []),
    ...ports.map((port, i) => `      - ${text(`127.0.0.1:${outside[i]}:${port}`)}`),
    '    depends_on:',
    '      auth:',
    '        condition: service_healthy',
    '    networks: [mail]',
    '    restart: unless-stopped',
    '',
  ];
  const probe = `require('http').get('http://127.0.0.1:${SERVICE_PORT}${health}', (a) => process.exit(a.statusCode === 200 ? 0 : 1))`;
  return [
    `# Two nginx in front of one auth service, made by mail-lab export from ${comment(text(name))}.`,
    '# It was checked as YAML, and never run: try it before you rely on it.',
    ...(loopback.length > 0
      ? [
          `# In a container 127.0.0.1 is the container itself: give ${comment(loopback.join(', '))}`,
          '# addresses in auth-service.mjs that can be reached from the containers.',
        ]
      : []),
    '',
    'services:',
    '  auth:',
    '    image: node:24-alpine',
    '    command: ["node", "/srv/auth-service.mjs"]',
    '    init: true',
    '    environment:',
    `      LISTEN: ${text(`0.0.0.0:${SERVICE_PORT}`)}`,
    '    volumes:',
    `      - ${text('./auth-service.mjs:/srv/auth-service.mjs:ro')}`,
    '    read_only: true',
    '    healthcheck:',
    `      test: ["CMD", "node", "-e", ${text(probe)}]`,
    '      interval: 5s',
    '      timeout: 3s',
    '    networks:',
    '      mail:',
    `        ipv4_address: ${SERVICE_ADDRESS}`,
    '    restart: unless-stopped',
    '',
    ...proxy('nginx-1', ports),
    ...proxy('nginx-2', otherPorts(ports)),
    'networks:',
    '  mail:',
    '    ipam:',
    '      config:',
    `        - subnet: ${SUBNET}`,
    '',
  ].join('\n');
}
