/** A lab made into what runs without the lab: nginx.conf, an auth service of one file, and how to use them. Pure. */
import { type Endpoint, printEndpoint, readEndpoint } from '../auth/ip.ts';
import type { AuthTarget } from '../auth/lookup.ts';
import type { RuleBook } from '../auth/rule.ts';
import { readAuthTarget } from '../nginx/auth-target.ts';
import type { MailConf } from '../nginx/mail.ts';
import { isLoopback } from '../wire/loopback.ts';
import { composeText, SERVICE_ADDRESS, SERVICE_PORT } from './compose.ts';
import { collides, filesNamed, foreignBlocks, lacksCertificate, type Target, type Written, wholeConf } from './conf.ts';
import { comment } from './print.ts';
import { readmeText } from './readme.ts';
import { serviceOf } from './service.ts';

/** One file of an export. */
export interface ExportedFile {
  /** Below the folder of the export, with slashes. */
  readonly name: string;
  readonly text: string;
  /** Its permissions; what holds secrets is for its owner alone. */
  readonly mode: 0o600 | 0o644;
  /** What it is, in a few words. */
  readonly what: string;
}

/** The files, folders that nginx needs to be there, and what the reader should know. */
export interface Export {
  readonly files: readonly ExportedFile[];
  readonly folders: readonly string[];
  /** Whole sentences. */
  readonly notes: readonly string[];
}

/** A lab that has been read and found right. */
export interface ExportInput {
  readonly name: string;
  /** With the included files in it. */
  readonly proxy: Written;
  readonly conf: MailConf;
  /** Where the lab's own auth service listens (`auth.listen`). */
  readonly own: Endpoint;
  readonly book: RuleBook;
  /** Upstreams that the lab plays itself. */
  readonly played: readonly string[];
  /** Path of nginx's mail module on this machine; null: none was found, so it may be built in. */
  readonly module: string | null;
  /** Makes a certificate and its key (PEM) for servers that have none. */
  readonly certify: (serverName: string) => { readonly certificate: string; readonly key: string };
}

const CERTIFICATE = ['tls/self-signed.crt', 'tls/self-signed.key'] as const;

/** Makes the export. */
export function exportNginx(input: ExportInput): Export {
  const { name, proxy, conf, own, book, module } = input;
  const health = healthPath(conf);
  const bare = conf.servers.find(lacksCertificate);
  const certificate = bare ? CERTIFICATE : null;
  const service = serviceOf({ name, book, listen: printEndpoint(own), health });
  const folders = foldersOf(conf);
  const asks = conf.servers.filter(({ authHttp }) => isOwn(authHttp, own)).length;
  const common = { conf, certificate };
  const local = wholeConf(proxy, { ...common, ...localTarget(input), authHttp: () => null });
  const containers = collides(conf) ? null : wholeConf(proxy, { ...common, ...containerTarget(input, own) });
  const loopback = Object.entries(book.upstreams).flatMap(([upstream, addresses]) =>
    Object.values(addresses).some((address) => isLoopback(readEndpoint(address)?.address ?? '')) ? upstream : [],
  );
  const facts = { ...input, service, asks, containers: containers !== null, certificate: bare !== undefined, loopback };
  const notes = notesOf(facts);
  const files: ExportedFile[] = [
    { name: 'nginx.conf', text: local, mode: 0o644, what: 'the whole configuration of nginx' },
    {
      name: 'auth-service.mjs',
      text: service.text,
      mode: 0o600,
      what: 'the rules as an auth service, for Node 18 or later',
    },
  ];
  if (containers !== null) {
    const paths = filesNamed(proxy);
    const compose = composeText({
      name,
      conf,
      health,
      files: paths,
      folders,
      certificate: bare !== undefined,
      loopback,
    });
    files.push(
      {
        name: 'compose.yaml',
        text: compose,
        mode: 0o644,
        what: 'two nginx in front of one auth service; not run here',
      },
      {
        name: 'nginx.compose.conf',
        text: containers,
        mode: 0o644,
        what: 'the configuration of nginx for compose.yaml',
      },
    );
  }
  if (bare) {
    const made = input.certify(bare.serverName);
    files.push(
      { name: CERTIFICATE[0], text: made.certificate, mode: 0o644, what: 'a certificate for tests, signed by itself' },
      { name: CERTIFICATE[1], text: made.key, mode: 0o600, what: 'its key' },
    );
  }
  const readme = readmeText({ name, health, module, notes, facts, listen: printEndpoint(own) });
  files.push({ name: 'README.md', text: readme, mode: 0o644, what: 'how to start it, and what differs from the lab' });
  return { files, folders: [...new Set(['logs', ...folders])], notes };
}

/** Whether `auth_http` names the lab's own service (as the lab itself decides it). */
function isOwn({ unix, address, port }: AuthTarget, own: Endpoint): boolean {
  if (unix !== undefined || port !== own.port) return false;
  const any = own.address === '0.0.0.0' || own.address === '::';
  return address === own.address || (any && isLoopback(address));
}

/** nginx must never be answered by what is meant for a look at the health. */
function healthPath({ servers }: MailConf): string {
  const taken = new Set(servers.map(({ authHttp }) => authHttp.uri.replace(/[?#].*$/, '')));
  let path = '/health';
  for (let i = 2; taken.has(path); i += 1) path = `/health-${i}`;
  return path;
}

/** Folders that nginx opens logs in: relative names begin under its prefix. */
function foldersOf({ servers, process }: MailConf): readonly string[] {
  const logs = [...servers, ...(process ? [process] : [])].flatMap(({ errorLogs }) => errorLogs);
  const sinks = logs.filter(({ implied }) => !implied).map(({ sink }) => sink);
  const written = [...sinks, process?.pid ?? ''].filter((sink) => !/^(?:\/|stderr$|syslog:|memory:)/.test(sink));
  const folders = written.flatMap((sink) => (sink.includes('/') ? [sink.slice(0, sink.lastIndexOf('/'))] : []));
  return [...new Set(folders)].filter((folder) => !folder.split('/').includes('..'));
}

const madeBy = (name: string): string =>
  `${comment(JSON.stringify(name))}, made by mail-lab export: the text of the lab's proxy`;

/** Listeners that were narrower in the lab. */
function wildcardLines({ servers }: MailConf): readonly string[] {
  const wide = servers.flatMap(({ listens }) => listens).filter(({ host }) => host === '*' || host === '::');
  if (wide.length === 0) return [];
  const names = [...new Set(wide.map(({ text }) => comment(`listen ${text}`)))];
  return [
    '',
    ...names.map((name) => `${name}: every interface here, as nginx means it; 127.0.0.1 and ::1 in the lab.`),
  ];
}

function localTarget({ name, conf, module }: ExportInput): Pick<Target, 'head' | 'defaults' | 'module' | 'container'> {
  const built =
    module === null
      ? [
          '',
          'If nginx says that "mail" is unknown, load its module on a line before all others:',
          '  load_module /usr/lib/nginx/modules/ngx_mail_module.so;',
        ]
      : [];
  return {
    head: [
      `nginx.conf of ${madeBy(name)}`,
      'and what nginx needs around it.',
      '',
      '  nginx -t -p "$PWD" -c nginx.conf    checks it (in this folder)',
      '  nginx -p "$PWD" -c nginx.conf       runs it, when auth-service.mjs runs',
      ...wildcardLines(conf),
      ...built,
    ],
    defaults: [
      ['worker_processes', 'worker_processes auto;'],
      ['error_log', 'error_log logs/error.log notice;'],
      ['pid', 'pid logs/nginx.pid;'],
    ],
    module,
    container: false,
  };
}

function containerTarget({ name }: ExportInput, own: Endpoint): Omit<Target, 'conf' | 'certificate'> {
  return {
    head: [
      `nginx.conf of ${madeBy(name)}`,
      'for the containers of compose.yaml: it asks the auth service at its address there, and listens on the',
      "container's own address.",
    ],
    defaults: [
      ['daemon', 'daemon off;'],
      ['worker_processes', 'worker_processes auto;'],
      ['error_log', 'error_log stderr notice;'],
      ['pid', 'pid /run/nginx.pid;'],
    ],
    module: null,
    container: true,
    authHttp: (text) => {
      const read = readAuthTarget(text);
      if ('error' in read || !isOwn(read.target, own)) return null;
      return `http://${SERVICE_ADDRESS}:${SERVICE_PORT}${read.target.uri}`;
    },
  };
}

interface Facts extends Pick<ExportInput, 'proxy' | 'book' | 'played'> {
  readonly service: ReturnType<typeof serviceOf>;
  readonly asks: number;
  readonly containers: boolean;
  readonly certificate: boolean;
  readonly loopback: readonly string[];
}

/** What the reader should know before it runs. */
function notesOf({ proxy, book, played, service, asks, containers, certificate, loopback }: Facts): readonly string[] {
  const notes: string[] = [];
  if (played.length > 0)
    notes.push(
      `The lab plays ${played.join(', ')} itself: put the addresses of real mail servers in UPSTREAMS of auth-service.mjs.`,
    );
  if (book.accounts.length > 0)
    notes.push('auth-service.mjs holds the passwords of the accounts: only its owner can read it.');
  if (asks === 0)
    notes.push('No server of the proxy asks the auth service of the lab, so nothing will ask auth-service.mjs.');
  for (const { rule, pattern } of service.tabled)
    notes.push(
      `${pattern} in rule "${rule}" stands as a table: Node's RegExp would read it otherwise, or could hang on it.`,
    );
  const failing = [...book.rules, { name: 'otherwise', then: book.otherwise }].filter(({ then }) => then.fault);
  if (failing.length > 0)
    notes.push(
      `Faults are for the lab alone: ${failing.map(({ name }) => name).join(', ')} will answer as if without.`,
    );
  if (certificate) notes.push('A server speaks TLS without a certificate: tls/ has one for tests, signed by itself.');
  const blocks = foreignBlocks(proxy.text);
  if (blocks.length > 0)
    notes.push(
      `What stands in ${blocks.join(' and ')} is taken over as it is: names of files in it may have to be mended.`,
    );
  if (!containers)
    notes.push(
      'There is no compose.yaml: two listeners differ only in the loopback address, which a container cannot have.',
    );
  else if (loopback.length > 0)
    notes.push(
      `For compose.yaml give ${loopback.join(', ')} addresses that containers can reach: 127.0.0.1 is the container itself.`,
    );
  return notes;
}
