import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framePolicy, neutralise, TooManyElements } from '../../../renderer/messages/neutralise.ts';

const image = 'data:image/png;base64,AAAA';
const clean = (html: string) => neutralise(html, (id) => (id === 'logo' ? image : undefined));
const blocked = (html: string) => clean(html).blocked.map(({ kind, host, times }) => `${kind} ${host} ${times}`);
const body = (html: string) => /<body[^>]*>([\s\S]*)<\/body>/.exec(clean(html).html)?.[1];

describe('what an HTML mail would fetch is taken out and counted', () => {
  test.each([
    ['<img src="http://r.test/a.png">', 'image r.test 1'],
    ['<img src="//r.test/a.png">', 'image r.test 1'],
    ['<img src=" \thttp://r\n.test/a">', 'image r.test 1'],
    ['<img src="/own.png">', 'image  1'],
    ['<img srcset="http://r.test/1 1x, http://r.test/2 2x">', 'image r.test 2'],
    ['<table background="http://r.test/a"></table>', 'image r.test 1'],
    ['<input type=image src="http://r.test/a">', 'image r.test 1'],
    ['<svg><image href="http://r.test/a"/></svg>', 'image r.test 1'],
    ['<svg><image xlink:href="http://r.test/a"/></svg>', 'image r.test 1'],
    ['<svg><use href="http://r.test/a.svg#x"/></svg>', 'image r.test 1'],
    ['<svg><rect fill="url(http://r.test/a.svg#x)"/></svg>', 'css r.test 1'],
    ['<p style="background:url(http://r.test/a)">', 'css r.test 1'],
    ['<p style="background:\\75\\52l(http://r.test/a)">', 'css r.test 1'],
    ['<p style="background:u/**/rl(http://x.test/a);list-style:url( \'http://r.test/a\' )">', 'css r.test 1'],
    ['<style>p{background:image-set("http://r.test/a" 1x)}</style>', 'css r.test 1'],
    ['<style>@import "http://r.test/a";@import url(http://r.test/b);</style>', 'stylesheet r.test 2'],
    ['<style>@font-face{font-family:x;src:url("http://r.test/a")}</style>', 'font r.test 1'],
    ['<link rel=stylesheet href="http://r.test/a">', 'stylesheet r.test 1'],
    ['<link rel=dns-prefetch href="//r.test">', 'hint r.test 1'],
    ['<link rel="shortcut icon" href="http://r.test/a">', 'image r.test 1'],
    ['<script src="http://r.test/a"></script>', 'script r.test 1'],
    ['<iframe src="http://r.test/a"></iframe>', 'frame r.test 1'],
    ['<object data="http://r.test/a"></object>', 'object r.test 1'],
    ['<embed src="http://r.test/a">', 'object r.test 1'],
    ['<video src="http://r.test/a"><source src="http://r.test/b"></video>', 'media r.test 2'],
    ['<meta http-equiv=Refresh content="0; URL=\'http://r.test/a\'">', 'refresh r.test 1'],
  ])('%s', (html, expected) => {
    expect(blocked(html)).toEqual([expected]);
    expect(clean(html).html).not.toContain('r.test');
  });

  test('a base makes relative addresses remote', () => {
    const html = '<base href="http://r.test/"><img src="a.png"><a href="b">go</a>';
    expect(blocked(html)).toEqual(['image r.test 1']);
    expect(clean(html).targets).toEqual([{ kind: 'link', text: 'go', url: 'http://r.test/b' }]);
    expect(clean(html).html).not.toContain('<base');
  });

  test('scripts of the mail itself are counted apart', () => {
    const html = '<body onload=x()><script>1</script><img src=cid:logo onerror=x()><svg><script>2</script></svg>';
    expect(blocked(html)).toEqual(['script  4']);
    expect(body(html)).toBe(`<img src="${image}"><svg></svg>`);
  });

  test('the 200th host and all behind it share one line', () => {
    const html = Array.from({ length: 500 }, (_, n) => `<img src="http://h${n}.test/a">`).join('');
    const all = clean(html).blocked;
    expect(all.length).toBe(201);
    expect(all.reduce((sum, { times }) => sum + times, 0)).toBe(500);
  });
});

describe('what is in the mail itself stays', () => {
  test('images by Content-ID and data, style sheets, fragments', () => {
    const html =
      '<style>p{color:red;background:url(cid:logo)}</style><img src="cid:logo"><img src="cid:nobody"><a href="#x">up</a>' +
      '<svg><use href="#x"/><rect fill="url(#g)"/></svg>';
    const { html: out, blocked: none } = clean(html);
    expect(none).toEqual([]);
    expect(out).toContain(`p{color:red;background:url("${image}")}`);
    expect(body(html)).toBe(
      `<img src="${image}"><img><a href="#x">up</a><svg><use href="#x"></use><rect fill="url(#g)"></rect></svg>`,
    );
  });

  test('parts that an image asks for by Content-ID and that are not there are named, each once', () => {
    const html =
      '<img src="cid:logo"><img src="cid:nobody"><img srcset="cid:nobody 2x"><p style="background:url(cid:no%2Fone)">';
    expect(clean(html).missing).toEqual(['nobody', 'no/one']);
    expect(clean('<img src="cid:logo">').missing).toEqual([]);
    expect(clean(Array.from({ length: 500 }, (_, nth) => `<img src="cid:${nth}">`).join('')).missing).toHaveLength(20);
  });

  test('the frame begins with a policy that lets nothing in from elsewhere', () => {
    expect(clean('<p>').html).toMatch(
      /^<!doctype html><html lang="und"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"/,
    );
    expect(framePolicy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:;/);
  });
});

describe('links and forms lead nowhere, and say where they led', () => {
  test('links', () => {
    const html = '<a href="http://r.test/a" target=_top ping="http://r.test/p" download>one  <b>two</b></a>';
    expect(body(html)).toBe('<a title="http://r.test/a">one  <b>two</b></a>');
    expect(clean(html).targets).toEqual([{ kind: 'link', text: 'one two', url: 'http://r.test/a' }]);
  });

  test('forms and what sends them', () => {
    const html =
      '<form action="http://r.test/a"><input autofocus name=a><button formaction="http://r.test/b">Go</button></form>';
    expect(body(html)).toBe(
      '<form title="http://r.test/a"><input name="a" disabled=""><button title="http://r.test/b" disabled="">Go</button></form>',
    );
    expect(clean(html).targets.map(({ kind, url }) => `${kind} ${url}`)).toEqual([
      'form http://r.test/a',
      'form http://r.test/b',
    ]);
  });
});

describe('hostile HTML', () => {
  test('more elements than a window can lay out are refused', () => {
    expect(() => clean('<b>'.repeat(30_000))).toThrow(TooManyElements);
    const formatting = Array.from({ length: 2000 }, (_, n) => `<p><font size=${n}>`).join('');
    expect(() => clean(formatting)).toThrow(TooManyElements);
  });

  test('whatever the pieces, nothing that acts is left', () => {
    const pieces = [
      '<script>',
      '</script>',
      '<style>',
      '</style>',
      '<svg>',
      '</svg>',
      '<math>',
      '<mtext>',
      '<a href="http://r.test">',
      '<img src=http://r.test onerror=x>',
      '<template>',
      '<noscript>',
      '<title>',
      '</title>',
      '<textarea>',
      '<!--',
      '-->',
      '<iframe srcdoc="<script>">',
      '<foreignObject>',
      '<plaintext>',
      '<table>',
      '<select>',
      'url(http://r.test)',
      '"',
      '>',
      '<form action=http://r.test>',
      '<base href=http://r.test>',
      '<meta http-equiv=refresh content="0;url=http://r.test">',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (some) => {
        const html = clean(some.join('')).html.replace(/<style>[\s\S]*?<\/style>/g, '');
        expect(html).not.toMatch(/<(script|iframe|object|embed|base|link)[\s>]|<[^>]*\son\w+=/i);
      }),
    );
  });
});
