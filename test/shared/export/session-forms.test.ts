import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { say } from '../../../electron/cli/words.ts';
import { type SessionForm, sessionFile, sessionForms } from '../../../shared/export/session-forms.ts';
import { pagesOf } from '../../../shared/export/session-html.ts';
import { type Recorded, sheetOf } from '../../../shared/export/session-sheet.ts';
import { rowHeight } from '../../../shared/export/session-svg.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { hostile, loggedIn, tutorial } from '../../fakes/sessions-to-print.ts';

const print = (recorded: Recorded, form: SessionForm, secrets = false): string =>
  sessionFile(recorded, form, { say, time: 'relative', secrets }).text;

const sheet = (recorded: Recorded) => sheetOf(recorded, { say, time: 'relative', secrets: false });

type Node = DefaultTreeAdapterTypes.ChildNode;

/** The elements of a page, by a real HTML parser. */
function elements(page: string): readonly DefaultTreeAdapterTypes.Element[] {
  const walk = (node: Node): DefaultTreeAdapterTypes.Element[] =>
    'childNodes' in node ? [...('tagName' in node ? [node] : []), ...node.childNodes.flatMap(walk)] : [];
  return parse(page).childNodes.flatMap(walk);
}

const namesIn = (page: string) => new Set(elements(page).map(({ tagName }) => tagName));

describe('the sheet', () => {
  test('has a row for every entry, each with words, none of which is a key', () => {
    const { rows, title, facts, words, legend } = sheet(tutorial);
    expect(rows).toHaveLength(tutorial.entries.length);
    const texts = [title, ...facts.flatMap(({ name, value }) => [name, value]), ...Object.values(words)];
    for (const { label, sentence, why, time } of rows)
      texts.push(label, sentence, time, why.title, why.text, why.source);
    for (const { word } of legend) texts.push(word);
    for (const text of texts) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/^[a-z]+[.:][a-z.-]+$|\{\{/);
    }
    expect(title).toBe('Session 7 · SMTP · dev@test.com → user@eng.abc.com');
    expect(facts.map(({ name }) => name)).toContain('Upstream');
  });

  test('tells the auth service’s answer with what it comes to, and long silences', () => {
    const { rows } = sheet(tutorial);
    expect(rows.map(({ label }) => label)).toContain('Go to 127.0.0.1:2525 · rule 1 engineering');
    expect(rows[2]?.silence).toBe('2.1 s later');
    expect(rows[3]?.silence).toBe('');
  });

  test('times as they were asked for', () => {
    const at = (time: 'relative' | 'absolute' | 'delta') =>
      sheetOf(tutorial, { say, time, secrets: false }).rows[3]?.time;
    expect(at('relative')).toBe('+2.100 s');
    expect(at('delta')).toBe('+90 µs');
    expect(at('absolute')).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  });
});

describe.each(sessionForms)('as %s', (form) => {
  test('has every step, and is the same whenever it is made', () => {
    const text = print(tutorial, form);
    expect(print(tutorial, form)).toBe(text);
    const seen =
      form === 'mermaid' ? /RCPT TO:#60;user@eng/ : form === 'text' ? /RCPT TO:<user@eng/ : /RCPT TO:&lt;user@eng/;
    expect(text).toMatch(seen);
    expect(text).toContain('From here nginx only copies bytes');
  });

  test('a password is not in it, in no form, unless it was asked for', () => {
    const without = print(loggedIn, form);
    for (const secret of ['tops3cret', 'AGpvZQB0b3BzM2NyZXQ=', 'dG9wczNjcmV0']) expect(without).not.toContain(secret);
    expect(without).toContain('****');
    expect(without).toContain('Secrets have been taken out');
    const kept = print(loggedIn, form, true);
    expect(kept).toContain('AGpvZQB0b3BzM2NyZXQ');
    expect(kept).not.toContain('Secrets have been taken out');
  });

  test('no byte of a hostile session does anything in it', () => {
    const text = print(hostile, form);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    expect(text).not.toMatch(/\p{Cs}/u);
    expect(text).toContain(form === 'mermaid' ? '#92;x00' : '\\x00');
    if (form !== 'text') expect(text).not.toMatch(/<script|<img|<\/script/i);
  });

  test('whatever a client sends, the file is as many statements or elements', () => {
    const said = (bytes: string): Recorded => ({
      summary: { ...tutorial.summary, from: bytes, rule: null },
      entries: [
        {
          seq: 0,
          at: 0,
          leg: 'client',
          direction: 'in',
          kind: 'line',
          bytes,
          disposition: 'consumed',
          why: 'smtp.mail',
        },
      ],
    });
    const shape = (recorded: Recorded): unknown => {
      const text = print(recorded, form);
      if (form === 'svg' || form === 'html')
        return elements(text).map(({ tagName, attrs }) => [tagName, attrs.map((one) => one.name)]);
      return text.split('\n').length;
    };
    const plain = shape(said('x'));
    const nasty = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      ';',
      '#',
      '%%{',
      '}',
      '\0',
      '\n',
      '\xff',
      ']]>',
      '-->',
      'end',
      '</script>',
    );
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 6 }), (some) => {
        expect(shape(said(some.join('')))).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });
});

test('a page and a picture hold nothing from elsewhere, and no scripts', () => {
  for (const form of ['svg', 'html'] as const) {
    const text = print(hostile, form);
    expect(namesIn(text)).not.toContain('script');
    const attributes = elements(text).flatMap(({ attrs }) => attrs);
    expect(attributes.filter(({ name }) => /^on|^href|^src|^style$/.test(name))).toEqual([]);
    expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/url\(|@import/);
  }
});

test('the page has a row of its table for each step, with its reason', () => {
  const page = elements(print(tutorial, 'html'));
  const cells = page.filter(({ tagName }) => tagName === 'tr');
  const silences = sheet(tutorial).rows.filter(({ silence }) => silence !== '').length;
  expect(cells).toHaveLength(tutorial.entries.length + silences + 1);
});

test('what a person changed stands beside what stood there', () => {
  const [first, ...rest] = tutorial.entries;
  const edited: Entry | undefined = first && {
    ...first,
    ...{ kind: 'line', bytes: 'MAIL FROM:<b@x>\r\n', disposition: 'changed', edited: { was: 'MAIL FROM:<a@x>\r\n' } },
  };
  const recorded = { ...tutorial, entries: edited ? [edited, ...rest] : [] };
  const page = print(recorded, 'html');
  expect(page).toContain('MAIL FROM:&lt;b@x&gt;');
  expect(page).toContain('<del>Before the change by hand:<code>MAIL FROM:&lt;a@x&gt;</code></del>');
  for (const form of ['svg', 'mermaid', 'text'] as const) expect(print(recorded, form)).toContain('✎');
});

describe('pages', () => {
  test('are full and no fuller, and together have every row once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(tutorial.entries.length - 1), { maxLength: 200 }), (picks) => {
        const all = sheet(tutorial).rows;
        const rows = picks.flatMap((pick) => all[pick] ?? []);
        const pages = pagesOf(rows);
        expect(pages.flat()).toEqual(rows);
        for (const page of pages) expect(page.reduce((sum, row) => sum + rowHeight(row), 0)).toBeLessThanOrEqual(640);
        if (rows.length > 0) expect(pages.every((page) => page.length > 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('Mermaid', () => {
  test('is one statement a line, of the kinds that it knows', () => {
    for (const recorded of [tutorial, hostile, loggedIn]) {
      const [head, ...lines] = print(recorded, 'mermaid').trimEnd().split('\n');
      expect(head).toBe('sequenceDiagram');
      for (const line of lines) {
        expect(line).toMatch(
          /^ {4}(autonumber|accTitle: .+|(actor|participant) [A-Z]\d* as .+|Note over [A-Z]\d*(,[A-Z]\d*)?: .+|[A-Z]\d*--?(>>|x)[A-Z]\d*: .+)$/,
        );
        // Every semicolon ends an entity.
        expect(line.replace(/#\d+;/g, '').replace(/^ {4}[A-Z]\d*--?>>/, '')).not.toMatch(/[;#%{}<>&"`$\\]/);
      }
    }
  });
});

describe('plain text', () => {
  test('has its columns under each other', () => {
    const lines = print(tutorial, 'text').split('\n');
    const head = lines.find((line) => /^ *Step /.test(line)) ?? '';
    const column = head.indexOf('From, to');
    const rows = lines.filter((line) => /^ +\d+ /.test(line));
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect(row.slice(column)).toMatch(/^(Client|Proxy|Auth|eng)/);
  });
});
