import { describe, expect, it } from 'vitest';
import type { Include } from '../../../shared/nginx/include.ts';
import { readMail } from '../../../shared/nginx/read.ts';

const SERVER = 'server {\n listen 25;\n}\n';

/** An `include` that finds these files, by their whole names only. */
function finding(files: Readonly<Record<string, string>>): Include {
  return (name) => [{ name, read: () => (name in files ? { text: files[name] ?? '' } : { error: `no ${name}` }) }];
}

function read(text: string, include: Include) {
  return readMail(text, { file: 'nginx.conf', hostname: 'host', include });
}

describe('included files', () => {
  it('stand where they are included, and their places are their own', () => {
    const { conf, problems, places } = read(
      'mail {\n include a;\n include b;\n}',
      finding({ a: `\n${SERVER}`, b: 'auth_http 127.0.0.1;' }),
    );
    expect(problems).toEqual([]);
    const [server] = conf?.servers ?? [];
    expect(server).toMatchObject({ line: 2, listens: [{ line: 3 }] });
    const placeOf = (what: Parameters<typeof places.get>[0] | undefined) => what && places.get(what);
    expect(placeOf(server)).toEqual({ file: 'a', line: 2, column: 8 });
    expect(placeOf(server?.listens[0])).toEqual({ file: 'a', line: 3, column: 9 });
    expect(placeOf(server?.authHttp)).toEqual({ file: 'b', line: 1, column: 11 });
  });

  it('name files of TLS with their own places', () => {
    const { conf } = read(
      'mail { auth_http 127.0.0.1; server { listen 25; include tls; } }',
      finding({ tls: 'ssl_certificate a;\nssl_certificate_key b;' }),
    );
    expect(conf?.servers[0]?.ssl.certificates).toEqual([
      {
        certificate: { path: 'a', file: 'tls', line: 1, column: 17 },
        key: { path: 'b', file: 'tls', line: 2, column: 21 },
      },
    ]);
  });

  it('have their own problems; what comes after goes on in the outer file', () => {
    const { problems } = read('mail {\n include a;\n bar;\n}', finding({ a: 'foo;\n\nbaz;' }));
    expect(problems).toMatchObject([
      { file: 'a', line: 1, message: 'unknown directive "foo"' },
      { file: 'a', line: 3, message: 'unknown directive "baz"' },
      { file: 'nginx.conf', line: 3, message: 'unknown directive "bar"' },
    ]);
  });

  it('that break off leave no complaints about what may stand behind', () => {
    const { problems } = read('mail {\n include a;\n server { }\n}', finding({ a: 'server {\n' }));
    expect(problems.map(({ file, message }) => [file, message])).toEqual([
      ['a', 'unexpected end of file, expecting "}"'],
    ]);
  });

  it('that cannot be read are a problem of the include', () => {
    const { conf, problems } = read('mail {\n  include a;\n}', finding({}));
    expect(conf).toBeNull();
    expect(problems).toMatchObject([{ file: 'nginx.conf', line: 2, column: 11, message: 'no a' }]);
  });

  it('are an error where there is nobody to find them', () => {
    const { problems } = readMail('mail {\n include a;\n}', { file: 'lab', hostname: 'host', firstLine: 5 });
    expect(problems).toMatchObject([
      { file: 'lab', line: 6, message: '"include" cannot be followed here: write what is in a in its place' },
    ]);
  });

  it('count lines from their own beginning, wherever the outer text begins', () => {
    const { problems } = readMail('include a;', {
      file: 'lab',
      hostname: 'host',
      firstLine: 5,
      include: finding({ a: 'b;' }),
    });
    expect(problems).toMatchObject([{ file: 'a', line: 1 }]);
  });

  it('may be included again, but not by themselves', () => {
    const files = { a: 'timeout 1s; include b;', b: '# nothing' };
    expect(read('mail { include b; include a; include b; }', finding(files)).problems).toEqual([]);
    const round = { a: 'include b;', b: 'include c;', c: '\ninclude b; include b;' };
    expect(read('include a; include a;', finding(round)).problems).toMatchObject([
      {
        file: 'c',
        line: 2,
        message: '"include" goes round in a circle: nginx.conf includes a includes b includes c includes b',
      },
    ]);
  });

  it('are not more than a thousand, however they multiply', () => {
    const doubling: Include = (name) => [
      { name: `${name}1`, read: () => ({ text: name.length < 20 ? `include ${name}x;` : '' }) },
      { name: `${name}2`, read: () => ({ text: name.length < 20 ? `include ${name}x;` : '' }) },
    ];
    const full = 'the lab reads at most 1000 included files, 100 deep and 5 MB together';
    expect(read('include a;', doubling).problems).toMatchObject([{ message: full }]);
    const deeper: Include = (name) => [{ name, read: () => ({ text: `include ${name}x;` }) }];
    expect(read('include a;', deeper).problems).toMatchObject([{ message: full }]);
  });

  it('are not longer than 5 MB together', () => {
    const text = `# ${'x'.repeat(4000)}\n`.repeat(700);
    const many: Include = () => ['a', 'b'].map((name) => ({ name, read: () => ({ text }) }));
    expect(read('include *;', many).problems).toMatchObject([
      { message: 'the lab reads at most 1000 included files, 100 deep and 5 MB together' },
    ]);
  });
});
