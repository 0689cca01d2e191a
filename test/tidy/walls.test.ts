import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** One folder of the table in the architecture: what its files may import, and imports that must be refused. */
interface Wall {
  readonly folder: string;
  readonly file?: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

const outside = ['../../renderer/store/fold.ts', '../../test/fakes/tutorial-session.ts'];
const hosts = ['../main/main.ts', '../serve/server.ts', '../cli/cli.ts', '../preload/preload.ts'];
const pure = [
  'node:fs',
  'electron',
  'react',
  '../../electron/engine/ports.ts',
  '../../renderer/bridge.ts',
  '../contract/contract.ts',
];
const plug = ['electron', '../engine/engine.ts', '../lab/lab.ts', ...hosts, ...outside];

const protocol = (own: string): Wall => ({
  folder: `shared/${own}`,
  allowed: ['./commands.ts', '../machine/machine.ts', '../wire/input.ts', '../sasl/plain.ts'],
  forbidden: [
    ...pure,
    'zod',
    ...['smtp', 'imap', 'pop3'].filter((name) => name !== own).map((name) => `../${name}/front.ts`),
    '../auth/decide.ts',
    '../lab/read.ts',
  ],
});

/** Rooms of plain types; only the rules of the auth service hold regular expressions of users. */
const typed = (own: string): Wall => ({
  folder: `shared/${own}`,
  allowed: [
    './sibling.ts',
    '../machine/machine.ts',
    '../wire/address.ts',
    '../journal/entry.ts',
    '../auth/lookup.ts',
    '../nginx/mail.ts',
    ...(own === 'auth' ? ['re2js'] : []),
  ],
  forbidden: [
    ...pure,
    'zod',
    'yaml',
    ...(own === 'auth' ? [] : ['re2js']),
    '../smtp/front.ts',
    '../machine/explore.ts',
    '../lab/read.ts',
  ],
});

const walls: readonly Wall[] = [
  {
    folder: 'shared/machine',
    allowed: ['./explore.ts'],
    forbidden: [...pure, 'zod', '../wire/input.ts', '../smtp/front.ts', '../auth/lookup.ts'],
  },
  ...['wire', 'sasl'].map((own) => ({
    folder: `shared/${own}`,
    allowed: ['./base64.ts', '../machine/machine.ts', ...(own === 'sasl' ? ['../wire/base64.ts'] : [])],
    forbidden: [
      ...pure,
      'zod',
      '../smtp/front.ts',
      '../auth/lookup.ts',
      '../nginx/mail.ts',
      ...(own === 'wire' ? ['../sasl/plain.ts'] : []),
    ],
  })),
  {
    folder: 'shared/mime',
    allowed: ['./part.ts', '../machine/machine.ts'],
    forbidden: [...pure, 'zod', '../wire/input.ts', '../smtp/front.ts', '../journal/entry.ts'],
  },
  ...['smtp', 'imap', 'pop3'].map(protocol),
  ...['nginx', 'auth', 'journal', 'client', 'lessons'].map(typed),
  {
    folder: 'shared/upstream',
    allowed: ['./play.ts', '../machine/machine.ts', '../wire/ip.ts', '../sasl/plain.ts', '../auth/fault.ts'],
    forbidden: [...pure, 'zod', 'yaml', '../smtp/front.ts', '../imap/front.ts', '../lab/read.ts', '../nginx/mail.ts'],
  },
  {
    folder: 'shared/journal',
    file: 'diagnose.ts',
    allowed: ['./entry.ts', '../auth/decide.ts', '../nginx/lint.ts', '../lab/problem.ts'],
    forbidden: [...pure, 'zod', '../smtp/front.ts', '../lab/read.ts'],
  },
  {
    folder: 'shared/script',
    allowed: ['./match.ts', '../machine/machine.ts', '../auth/match.ts', '../client/answers.ts', 're2js'],
    forbidden: [...pure, 'zod', 'yaml', '../auth/decide.ts', '../smtp/front.ts', '../lab/read.ts'],
  },
  {
    folder: 'shared/lab',
    allowed: ['zod', 'yaml', './read.ts', '../auth/decide.ts', '../nginx/read.ts'],
    forbidden: ['node:fs', 'electron', 'react', '../../electron/engine/ports.ts', '../../renderer/bridge.ts'],
  },
  {
    folder: 'shared/export',
    allowed: ['./print.ts', '../auth/decide.ts', '../nginx/parse.ts', '../wire/loopback.ts', '../machine/machine.ts'],
    forbidden: [...pure, 'zod', 'yaml', 're2js', '../lab/read.ts', '../smtp/front.ts'],
  },
  {
    folder: 'shared/proxy',
    allowed: ['./service.ts', '../machine/explore.ts', '../imap/front.ts', '../auth/decide.ts', '../nginx/mail.ts'],
    forbidden: [...pure, 'zod', 'yaml', '../lab/read.ts'],
  },
  {
    folder: 'shared/contract',
    allowed: ['zod', '../journal/entry.ts', '../lab/problem.ts'],
    forbidden: ['yaml', 'node:fs', 'electron', '../../electron/engine/ports.ts', '../../renderer/bridge.ts'],
  },
  {
    folder: 'electron/engine',
    allowed: ['node:net', 'node:fs/promises', './ports.ts', '../../shared/smtp/front.ts'],
    forbidden: [
      'electron',
      'node:sqlite',
      'smtp-server',
      'zod',
      '../authority/authority.ts',
      '../journal/journal.ts',
      '../lab/lab.ts',
      ...hosts,
      ...outside,
    ],
  },
  {
    folder: 'electron/authority',
    allowed: ['node:http', './server.ts', '../engine/ports.ts', '../../shared/auth/decide.ts'],
    forbidden: [...plug, 'node:sqlite', '../journal/journal.ts', '../upstream/smtp.ts'],
  },
  {
    folder: 'electron/upstream',
    allowed: ['smtp-server', 'smtp-server/lib/smtp-connection.js', 'node:net', '../engine/ports.ts'],
    forbidden: [...plug, 'nodemailer', 'node:sqlite', '../client/send.ts'],
  },
  {
    folder: 'electron/client',
    allowed: ['nodemailer', 'node:net', '../engine/ports.ts', '../../shared/machine/machine.ts'],
    forbidden: [...plug, 'smtp-server', 'node:sqlite', '../upstream/smtp.ts'],
  },
  {
    folder: 'electron/journal',
    allowed: ['node:sqlite', './schema.ts', '../engine/ports.ts', '../../shared/journal/entry.ts'],
    forbidden: [...plug, 'smtp-server', '../authority/authority.ts'],
  },
  ...['tls', 'names', 'log'].map((own) => ({
    folder: `electron/${own}`,
    allowed: [
      'node:net',
      './sibling.ts',
      '../engine/ports.ts',
      '../../shared/nginx/mail.ts',
      ...(own === 'names' ? ['dns-packet'] : []),
      ...(own === 'tls' ? ['node-forge'] : []),
    ],
    forbidden: [
      ...plug,
      'node:sqlite',
      'smtp-server',
      ...(own === 'names' ? [] : ['dns-packet']),
      ...(own === 'tls' ? [] : ['node-forge']),
      '../journal/journal.ts',
      '../upstream/smtp.ts',
    ],
  })),
  {
    folder: 'electron/lab',
    allowed: [
      '../engine/engine.ts',
      '../authority/server.ts',
      '../upstream/smtp.ts',
      '../client/send.ts',
      '../journal/journal.ts',
      '../tls/tls.ts',
      '../names/names.ts',
      '../log/log.ts',
      '../../shared/lab/read.ts',
      'node:fs/promises',
    ],
    forbidden: ['electron', 'node:sqlite', '../ipc/dispatch.ts', ...hosts, ...outside],
  },
  {
    folder: 'electron/workers',
    allowed: ['./crew.ts', '../lab/proxy.ts', '../engine/engine.ts', '../journal/pack.ts', 'node:cluster'],
    forbidden: ['electron', 'node:sqlite', '../journal/journal.ts', '../ipc/dispatch.ts', ...hosts, ...outside],
  },
  {
    folder: 'electron/ipc',
    allowed: ['./batch.ts', '../lab/lab.ts', '../../shared/contract/contract.ts'],
    forbidden: ['electron', '../engine/engine.ts', '../journal/journal.ts', ...hosts, ...outside],
  },
  {
    folder: 'electron/ipc',
    file: 'desktop.ts',
    allowed: ['electron', './dispatch.ts', '../lab/lab.ts', '../../shared/contract/contract.ts'],
    forbidden: ['../engine/engine.ts', '../journal/journal.ts', ...hosts, ...outside],
  },
  {
    folder: 'electron/preload',
    allowed: ['electron', '../../shared/contract/contract.ts'],
    forbidden: ['node:fs', '../lab/lab.ts', '../ipc/dispatch.ts', '../main/main.ts', ...outside],
  },
  {
    folder: 'electron/main',
    allowed: [
      'electron',
      'node:path',
      './window.ts',
      '../lab/lab.ts',
      '../ipc/desktop.ts',
      '../../shared/lab/tutorial.ts',
    ],
    forbidden: ['../serve/server.ts', '../cli/cli.ts', '../preload/preload.ts', 'node:sqlite', ...outside],
  },
  {
    folder: 'electron/serve',
    allowed: ['ws', 'node:http', '../lab/lab.ts', '../ipc/dispatch.ts', '../../shared/contract/contract.ts'],
    forbidden: ['electron', '../main/main.ts', '../cli/cli.ts', '../preload/preload.ts', ...outside],
  },
  {
    folder: 'electron/cli',
    allowed: ['commander', './run.ts', '../serve/server.ts', '../lab/lab.ts', '../../shared/auth/decide.ts'],
    forbidden: ['electron', '../main/main.ts', '../preload/preload.ts', 'node:sqlite', ...outside],
  },
  {
    folder: 'renderer',
    allowed: ['react', './bridge.ts', './store/store.ts', '../shared/contract/contract.ts', '@mantine/core'],
    forbidden: [
      'electron',
      'node:fs/promises',
      'ws',
      'smtp-server',
      '../electron/lab/lab.ts',
      '../test/fakes/tutorial-session.ts',
    ],
  },
  {
    folder: 'renderer/diagram',
    allowed: ['react', '../store/store.ts', '../../shared/journal/entry.ts', 'react-i18next'],
    forbidden: ['electron', 'node:fs', '../../electron/lab/lab.ts', '../../test/fakes/tutorial-session.ts'],
  },
  {
    folder: 'renderer/store',
    allowed: ['zustand', 'react', './fold.ts', '../bridge.ts', '../../shared/journal/entry.ts'],
    forbidden: [
      '@mantine/core',
      '../diagram/diagram.tsx',
      '../shell/shell.tsx',
      '../../electron/lab/lab.ts',
      'node:fs/promises',
    ],
  },
  { folder: 'test/electron', allowed: ['../../electron/engine/engine.ts', 'node:net'], forbidden: ['electron'] },
];

/** What Biome says of a planted import: `FILE:LINE RULE`. */
type Finding = string;

function lint(root: string): Promise<readonly Finding[]> {
  const biome = join(import.meta.dirname, '../../node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 }, (_error, stdout, stderr) => {
      try {
        const { diagnostics } = JSON.parse(stdout) as {
          diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
        };
        resolve(
          diagnostics.map((d) => `${d.location.path.replaceAll('\\', '/')}:${d.location.start.line} ${d.category}`),
        );
      } catch {
        reject(new Error(`Biome printed no report: ${stderr}`));
      }
    });
  });
}

const repo = join(import.meta.dirname, '../..');
const fileOf = (wall: Wall): string => `${wall.folder}/${wall.file ?? 'planted.ts'}`;
const bare = (specifiers: readonly string[]): string => specifiers.map((name) => `import '${name}';\n`).join('');

describe('walls between the rooms', () => {
  let root = '';
  let findings: readonly Finding[] = [];
  const plant = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'walls-'));
    const config = JSON.parse(readFileSync(join(repo, 'biome.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(root, 'biome.json'), JSON.stringify({ ...config, $schema: undefined, vcs: undefined }));
    cpSync(join(repo, 'package.json'), join(root, 'package.json'));
    for (const wall of walls) plant(fileOf(wall), bare([...wall.forbidden, ...wall.allowed]));
    plant('shared/wire/first.ts', "import { b } from './second.ts';\nexport const a = (): number => b() + 1;\n");
    plant('shared/wire/second.ts', "import { a } from './first.ts';\nexport const b = (): number => a() + 1;\n");
    plant('electron/cli/stray.ts', "import 'left-pad';\n");
    findings = await lint(root);
  }, 60_000);

  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  for (const wall of walls) {
    const file = fileOf(wall);
    test(`${file}: the listed imports are refused, the others pass`, () => {
      const refused = wall.forbidden.map((_, at) => `${file}:${at + 1} lint/style/noRestrictedImports`);
      const found = findings.filter((line) => line.startsWith(`${file}:`) && line.endsWith('/noRestrictedImports'));
      expect(found.toSorted()).toEqual(refused.toSorted());
    });
  }

  test('a circle of imports is refused', () => {
    expect(findings).toContain('shared/wire/first.ts:1 lint/suspicious/noImportCycles');
  });

  test('a package that package.json does not list is refused', () => {
    expect(findings).toContain('electron/cli/stray.ts:1 lint/correctness/noUndeclaredDependencies');
  });

  test('no room stands outside the table', () => {
    const rooms = ['shared', 'electron'].flatMap((floor) =>
      readdirSync(join(repo, floor), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${floor}/${entry.name}`),
    );
    const known = new Set(walls.map((wall) => wall.folder));
    expect(rooms.filter((room) => !known.has(room))).toEqual([]);
  });
});
