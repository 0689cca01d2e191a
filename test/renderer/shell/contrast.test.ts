import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../../renderer/theme/tokens.css', import.meta.url), 'utf8');
const [lightText = '', darkText = ''] = css.split('[data-mantine-color-scheme="dark"]');

const surfaces = ['bg', 'panel', 'raised', 'sunken', 'hover', 'sel', 'canvas', 'changed'];
const fills = ['client-fill', 'proxy-fill', 'auth-fill', 'up-fill', 'bad-fill', 'warn-fill'];
const texts = ['ink', 'soft', 'faint', 'client', 'proxy', 'auth', 'up', 'ok', 'bad', 'warn'];

function colours(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Lines and dots that only please: what they part is told apart without them. */
const decoration = ['line', 'line-soft', 'grid-dot', 'client-line', 'proxy-line', 'auth-line', 'up-line']
  .concat(['bad-line', 'warn-line'])
  .concat(['edge', 'focus', 'primary', 'primary-hover', 'on-primary']);

test('every colour is in both palettes, and one that is held to something', () => {
  const [light, dark] = [lightText, darkText].map((text) => [...colours(text).keys()].sort());
  expect(dark).toEqual(light);
  expect(light).toEqual([...new Set([...surfaces, ...fills, ...texts, ...decoration])].sort());
});

describe.each([
  ['light', colours(lightText)],
  ['dark', colours(darkText)],
] as const)('palette, %s', (_scheme, palette) => {
  const colour = (name: string) => {
    const value = palette.get(name);
    if (value === undefined) throw new Error(`--${name} is missing`);
    return value;
  };

  test.each(texts)('--%s is readable on every surface and fill (4.5:1)', (text) => {
    for (const under of [...surfaces, ...fills]) {
      expect(contrast(colour(text), colour(under)), `--${text} on --${under}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('the primary button is readable, edges and the focus ring are seen (3:1)', () => {
    expect(contrast(colour('on-primary'), colour('primary'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('on-primary'), colour('primary-hover'))).toBeGreaterThanOrEqual(4.5);
    for (const under of surfaces) {
      expect(contrast(colour('edge'), colour(under)), `edge on ${under}`).toBeGreaterThanOrEqual(3);
      expect(contrast(colour('focus'), colour(under)), `focus on ${under}`).toBeGreaterThanOrEqual(3);
    }
  });
});
