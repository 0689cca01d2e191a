import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faults } from '../../scripts/lockcheck.mjs';
import { imapReasons } from '../../shared/imap/reasons.ts';
import { diagnostics } from '../../shared/journal/diagnostics.ts';
import { sessionReasons } from '../../shared/journal/reasons.ts';
import { pop3Reasons } from '../../shared/pop3/reasons.ts';
import { smtpReasons } from '../../shared/smtp/reasons.ts';

const repo = join(import.meta.dirname, '../..');
const generated = new Set(['.git', 'node_modules', 'out', 'dist', 'test-results']);

/** Every file of the project that a person wrote, by its path from the root with `/`. */
function files(folder = repo): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (generated.has(entry.name)) return [];
    return entry.isDirectory() ? files(path) : [relative(repo, path).split(sep).join('/')];
  });
}

const all = files();
const read = (file: string): string => readFileSync(join(repo, file), 'utf8');
const isCode = (file: string): boolean => /\.(ts|tsx|mjs|js|css)$/.test(file);
const code = all.filter(isCode).map((file) => ({ file, text: read(file) }));
const rooms = code.filter(({ file }) => /^(shared|electron|renderer)\//.test(file));
const texts = all.filter((file) => isCode(file) || /\.(md|json|ya?ml|html|sh|conf)$|^\.ci\//.test(file));

/** `FILE:LINE` of every line of `lines` that `pattern` matches. */
function hits(lines: readonly { readonly file: string; readonly text: string }[], pattern: RegExp): readonly string[] {
  return lines.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1}`] : [])),
  );
}

describe('reasons', () => {
  const keys = [smtpReasons, imapReasons, pop3Reasons, sessionReasons].flatMap((reasons) => Object.keys(reasons));
  const deciding = rooms.filter(({ file }) => /^(shared|electron)\//.test(file) && !file.endsWith('/reasons.ts'));

  test('every reason is given by a machine or the driver', () => {
    const text = deciding.map((source) => source.text).join('\n');
    // A key may be put together, `session.verdict.${error}`: the compiler knows that the result is one.
    const put = [...text.matchAll(/`((?:smtp|imap|pop3|session|\$\{protocol\})\.[^`]*)`/g)].map(
      (match) => match[1] ?? '',
    );
    const forms = put.map((form) => new RegExp(`^${form.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`));
    const given = (key: string): boolean => text.includes(`'${key}'`) || forms.some((form) => form.test(key));
    expect(keys.filter((key) => !given(key))).toEqual([]);
  });

  test('every reason has a title and a text in the message catalogue, and nothing there is left over', () => {
    const catalogue = JSON.parse(read('renderer/i18n/en/reasons.json')) as Record<string, string>;
    const wanted = keys.flatMap((key) => [`${key}.title`, `${key}.text`]);
    expect(wanted.filter((key) => !catalogue[key])).toEqual([]);
    const known = new Set(keys.flatMap((key) => [`${key}.title`, `${key}.text`, `${key}.source`]));
    const ours = Object.keys(catalogue).filter((key) => /^(smtp|imap|pop3|session)\./.test(key));
    expect(ours.filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('diagnostics', () => {
  const keys = Object.keys(diagnostics);

  test('every diagnostic is given by some code', () => {
    const giving = rooms.filter(({ file }) => /^shared\/journal\/diagnose/.test(file)).map(({ text }) => text);
    const text = giving.join('\n');
    expect(keys.filter((key) => !text.includes(`'${key}'`))).toEqual([]);
  });

  test('every diagnostic has a title, what happened, why and a way out in the message catalogue, and nothing there is left over', () => {
    const catalogue = JSON.parse(read('renderer/i18n/en/diagnostics.json')) as Record<string, string>;
    const wanted = keys.flatMap((key) => ['title', 'text', 'why', 'fix'].map((part) => `${key}.${part}`));
    expect(wanted.filter((key) => !catalogue[key])).toEqual([]);
    // A sentence with a count in it may have a form of its own for one.
    const base = (key: string): string => key.replace(/_one$/, '');
    expect(Object.keys(catalogue).filter((key) => !wanted.includes(base(key)))).toEqual([]);
  });
});

describe('code', () => {
  test('nothing is left open', () => {
    expect(hits(code, /\b(TODO|FIXME|XXX|HACK)\b/).filter((place) => !place.startsWith('test/tidy/'))).toEqual([]);
  });

  test('no test is skipped or alone', () => {
    const tests = code.filter(({ file }) => file.startsWith('test/'));
    expect(hits(tests, /\b(it|test|describe|suite)\.(only|skip|skipIf|runIf|todo|fails)\b|\bx(it|describe)\(/)).toEqual(
      [],
    );
  });

  test('no test sleeps for luck', () => {
    const tests = code.filter(({ file }) => /^test\/.*\.(test|spec)\.tsx?$/.test(file));
    expect(hits(tests, /\bwaitForTimeout\(|new Promise\(\(?\w*\)? => setTimeout\(/)).toEqual([]);
  });

  test('a test of the window asks it until it says so, not once at whatever moment it is', () => {
    const once =
      /(?<!await )expect\(\s*await (?:(?!expect\().)*\.(count|(inner|input|text|allInner|allText)\w+|is[A-Z]\w+|getAttribute|title)\(/;
    const tests = code.filter(({ file }) => /^test\/e2e\/.*\.test\.ts$/.test(file));
    expect(hits(tests, once)).toEqual([]);
  });

  test('files stay short enough to read in one go', () => {
    const long = rooms
      .map(({ file, text }) => ({ file, lines: text.trimEnd().split('\n').length }))
      .filter(({ file, lines }) => lines > 300 && !file.endsWith('.css'));
    expect(long).toEqual([]);
  });

  test('imports take the direct way', () => {
    expect(hits(rooms, /from '(\.\/\.\.|\.[^']*\/[^.'][^']*\/\.\.)/)).toEqual([]);
  });

  test('shared/ is compiled without Node and without a browser', () => {
    const { compilerOptions } = JSON.parse(read('shared/tsconfig.json')) as {
      compilerOptions: { lib: string[]; types: string[] };
    };
    expect(compilerOptions).toMatchObject({ lib: ['ES2024'], types: [] });
    expect(
      hits(
        rooms.filter(({ file }) => file.startsWith('shared/')),
        /\/\/\/ <reference|@ts-(ignore|nocheck)|\bglobalThis\b/,
      ),
    ).toEqual([]);
  });

  test("no file names a path of one person's machine", () => {
    const own = /(?<![\w.:/])\/(home|Users)\/[a-z]|\/root\/|\bC:\\\\?Users\b/;
    const found = hits(
      texts.map((file) => ({ file, text: read(file) })),
      own,
    );
    expect(found.filter((place) => !place.startsWith('test/tidy/'))).toEqual([]);
  });
});

describe('package', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

  test('every dependency has one exact version', () => {
    const wanted = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test('everything is bundled, so nothing is a runtime dependency', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
  });

  test('the lock is complete, sealed, and tied to no registry', () => {
    expect(faults(JSON.parse(read('package-lock.json')))).toEqual([]);
  });

  test('the lock check sees a missing option, a missing seal and a registry', () => {
    const lock = {
      packages: {
        '': { optionalDependencies: { here: '1.0.0' } },
        'node_modules/here': { version: '1.0.0', integrity: 'sha512-x', optionalDependencies: { gone: '2.0.0' } },
        'node_modules/here/node_modules/deep': { version: '1.0.0', optionalDependencies: { here: '1.0.0' } },
        'node_modules/tied': { version: '1.0.0', integrity: 'sha512-x', resolved: 'https://registry.example/t.tgz' },
      },
    };
    expect(faults(lock)).toEqual([
      'gone, an option of node_modules/here 1.0.0, is missing.',
      'node_modules/here/node_modules/deep 1.0.0 has no integrity.',
      'node_modules/tied 1.0.0 is tied to one registry: https://registry.example/t.tgz.',
    ]);
  });
});

describe('CHANGELOG.md', () => {
  const lines = read('CHANGELOG.md').trimEnd().split('\n');
  const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

  test('keeps the form of keepachangelog.com', () => {
    expect(lines[0]).toBe('# Changelog');
    const headings = lines.filter((line) => line.startsWith('## '));
    expect(headings[0]).toBe('## [Unreleased]');
    expect(headings.slice(1).filter((line) => !/^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/.test(line))).toEqual([]);
    const groups = lines.filter((line) => line.startsWith('### ')).map((line) => line.slice(4));
    expect(groups.filter((group) => !kinds.includes(group))).toEqual([]);
    expect(groups.length).toBeGreaterThan(0);
  });

  test('says something under every heading', () => {
    const bare = lines.filter((line, at) => {
      const next = lines.slice(at + 1).find((other) => other.trim() !== '') ?? '';
      return line.startsWith('### ') && !next.startsWith('- ');
    });
    expect(bare).toEqual([]);
  });
});
