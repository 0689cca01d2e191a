/** All text of the window comes from the message catalogue, and what is asked of it is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseAst } from 'vite';
import { describe, expect, test } from 'vitest';

const root = new URL('../../../renderer/', import.meta.url);
const components = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));
const text = (file: string) => readFileSync(new URL(file, root), 'utf8');

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && typeof (value as Node).type === 'string';

/** Every node of a file's syntax tree. */
function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child);
  }
}

const nodes = (file: string) => [...walk(parseAst(text(file), { lang: 'tsx' }) as unknown as Node)];
/** Words of the protocol stand in capitals; they are the same in every language. */
const word = /\p{Ll}{2}/u;
const spoken = ['aria-label', 'aria-valuetext', 'title', 'alt', 'label', 'placeholder', 'description'];

describe('words of components', () => {
  test('there are components to look at', () => {
    expect(components.length).toBeGreaterThan(20);
    expect(nodes('diagram/node.tsx').some((node) => node.type === 'JSXElement')).toBe(true);
  });

  test.each(components)('%s says nothing in English of its own', (file) => {
    const said = nodes(file).flatMap((node) => {
      if (node.type === 'JSXText') return word.test(String(node.value)) ? [String(node.value).trim()] : [];
      if (node.type !== 'JSXAttribute') return [];
      const { name, value } = node as unknown as { name: { name: string }; value: Node | null };
      const literal = value?.type === 'Literal' ? String(value.value) : '';
      return spoken.includes(name.name) && word.test(literal) ? [`${name.name}="${literal}"`] : [];
    });
    expect(said).toEqual([]);
  });
});

describe('keys of the catalogue', () => {
  const own = ['diagram', 'transcript', 'inspector', 'playback'];
  const catalogue = (name: string) => JSON.parse(text(`i18n/en/${name}.json`)) as Readonly<Record<string, string>>;
  const all = new Set([...own, 'reasons'].flatMap((name) => Object.keys(catalogue(name))));
  const ours = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && [...own, 'store'].some((folder) => file.startsWith(`${folder}/`)))
    .map(text)
    .join('\n');
  /** Sentences of steps are put together in shared/, and other rooms of the window borrow texts. */
  const everywhere = ['', '../shared/journal/']
    .flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}${file}`),
    )
    .filter((file) => /\.tsx?$/.test(file))
    .map(text)
    .join('\n');

  const matches = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map((match) => match[1] ?? '');
  const found = (pattern: RegExp) => matches(everywhere, pattern);
  const literals = new Set(found(/['"](?:\w+:)?([\w.-]+)['"]/g));
  /** Of templates with a value in them: what stands before the value, and what stands after it. */
  const heads = found(/`([\w.-]+\.)\$\{/g);
  const tails = found(/\}(\.[\w.-]+)`/g);

  test('that are asked for literally exist', () => {
    const asked = matches(ours, /\bt\('([^']+)'/g);
    expect(asked.length).toBeGreaterThan(60);
    const plural = (key: string) => all.has(`${key}_one`) && all.has(`${key}_other`);
    expect(asked.filter((key) => !all.has(key) && !plural(key))).toEqual([]);
  });

  test.each(own)('of %s are all used, literally or by a family', (name) => {
    const unused = Object.keys(catalogue(name)).filter((key) => {
      const bare = key.replace(/_(one|other)$/, '');
      if (literals.has(bare) || heads.some((head) => bare.startsWith(head))) return false;
      return !tails.some((tail) => bare.endsWith(tail) && literals.has(bare.slice(0, -tail.length)));
    });
    expect(unused).toEqual([]);
  });
});
