/** The message catalogue and the sources agree: no key without a text, no text that nobody asks for. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../renderer', import.meta.url));
const sources = globSync('**/*.{ts,tsx}', { cwd: root }).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));
const catalogues = new Map(
  globSync('i18n/en/*.json', { cwd: root }).map((path) => {
    const texts: Record<string, string> = JSON.parse(readFileSync(join(root, path), 'utf8'));
    return [basename(path, '.json'), texts] as const;
  }),
);
const own = ['shell', 'sessions', 'send', 'telnet', 'lab', 'messages', 'rules', 'tests', 'blast', 'upstreams'];

/** A plural form is asked for by its stem. */
const stem = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');

function has(namespace: string, key: string): boolean {
  return Object.keys(catalogues.get(namespace) ?? {}).some((one) => one === key || stem(one) === key);
}

describe('every key that is asked for has a text', () => {
  const asked = sources.flatMap(({ path, text }) => {
    const named = [...text.matchAll(/useTranslation\(([^)]*)\)/g)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/'(\w+)'/g)].map((name) => name[1] ?? ''),
    );
    // A function that is handed its `t` may be handed any.
    const spaces = named.length > 0 ? named : [...catalogues.keys()];
    const literal = [...text.matchAll(/(?<![\w.])t\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    const direct = [...text.matchAll(/i18next\.t\(\s*['`](\w+):([\w.-]+)['`]/g)];
    return [
      // `transcript:column.time` names the catalogue that it stands in.
      ...literal.map((key) => {
        const [, space, inside] = /^(\w+):(.+)$/.exec(key) ?? [];
        return space !== undefined && inside !== undefined
          ? { path, key: inside, spaces: [space] }
          : { path, key, spaces };
      }),
      ...direct.map(([, space = '', key = '']) => ({ path, key, spaces: [space] })),
    ];
  });

  test('there are some', () => expect(asked.length).toBeGreaterThan(100));

  test.each(asked)('$key in $path', ({ key, spaces }) => {
    expect(
      spaces.some((space) => has(space, key)),
      `${spaces.join()}:${key}`,
    ).toBe(true);
  });
});

describe.each(own)('every text of %s is asked for', (namespace) => {
  // Any literal or template of the sources may be a key: `rail.${place}` asks for every key that begins with `rail.`.
  const patterns = sources.flatMap(({ text }) =>
    [...text.matchAll(/'([\w.:-]+)'|`([^`\s]+)`/g)].map((match) => match[1] ?? match[2] ?? ''),
  );
  const exact = new Set(patterns.map((one) => one.replace(/^\w+:(?=\w)/, '')));
  const open = [...exact]
    .filter((one) => /^[\w.-]+\$\{/.test(one))
    .map(
      (one) =>
        new RegExp(
          `^${one
            .replace(/\$\{[^}]*\}/g, '\0')
            .replace(/[.]/g, '\\.')
            .replaceAll('\0', '.+')}$`,
        ),
    );

  test('none is left over', () => {
    const unused = Object.keys(catalogues.get(namespace) ?? {})
      .map(stem)
      .filter((key) => !exact.has(key) && !open.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });
});
