import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';
import { ours, withoutReason } from './lab.ts';
import { type NginxCheck, openNginx } from './nginx.ts';

let nginx: NginxCheck;

beforeAll(async () => {
  nginx = await openNginx();
});

afterAll(async () => {
  await nginx?.close();
});

describe.each(Object.entries(CASES))('%s', (_topic, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const prepared = await nginx.prepare(one);
    const theirs = await nginx.check(prepared);
    const lab = await ours(prepared);
    if (one.differs === undefined) {
      const place = theirs.place === null ? null : lab.place;
      const [mine, yours] = one.loosely ? [withoutReason(lab), withoutReason(theirs)] : [lab, theirs];
      expect({ ...mine, place }).toEqual(yours);
      return;
    }
    expect(lab.error, one.differs.because).toBe(one.differs.ours);
    // A newer nginx may say what the lab says; the list is that of Debian 12.
    if (!nginx.version.startsWith('1.22.')) return;
    expect(theirs.error, 'this difference is gone: compare it as all others').not.toBe(one.differs.ours);
  });
});

describe('texts put together by chance', () => {
  const FILES = { 'pieces/one.conf': '# nothing\n', 'pieces/two.conf': '\nserver_name a;\n' };
  const piece = fc.constantFrom(
    ...['mail', 'server', 'events', 'timeout', 'server_name', 'listen', 'protocol', 'smtp', 'smtp_auth', 'auth_http'],
    ...['3s', 'plain', 'none', '127.0.0.1:3333', 'é', 'a#b', '#c', '"', "'", '\\', '\\\\', '\\n', '$', '${', ')'],
    ...[
      'resolver',
      'off',
      'valid=1h',
      '127.0.0.1',
      'set_real_ip_from',
      '10.1.2.3/8',
      'unix:',
      '::1/64',
      'ssl_protocols',
    ],
    ...[
      'ssl_session_cache',
      'shared:a:1m',
      'shared:b:9',
      'builtin',
      'ssl_verify_client',
      'ssl_password_file',
      'pass.txt',
    ],
    ...['include', 'pieces/one.conf', 'pieces/*.conf', 'none.conf', 'unix:/a', 'bind', 'backlog=9', 'so_keepalive=on'],
    ...[
      'timeout 3s;',
      'listen 127.0.0.1:3334;',
      'protocol smtp;',
      'auth_http 127.0.0.1;',
      'server {',
      'include pieces/*.conf;',
    ],
    ...[';', ';', ';', '{', '{', '}', '}', ' ', ' ', ' ', '\n', '\n', '\t', '\r\n', '\\"', '""', "'a b'"],
  );

  it('are good or bad for the same reason on the same line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), fc.boolean(), async (pieces, inMail) => {
        const text = inMail ? `mail {\n${pieces.join('')}` : pieces.join('');
        const prepared = await nginx.prepare({ text, files: FILES });
        const theirs = await nginx.check(prepared);
        const lab = await ours(prepared);
        // nginx prints one byte of a wide letter where the lab prints the letter.
        const error = lab.error?.replace('unexpected "é"', 'unexpected "\ufffd"') ?? null;
        expect({ ...lab, error, place: theirs.place === null ? null : lab.place }).toEqual(theirs);
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});
