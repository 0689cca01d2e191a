import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinAddress, splitAddress } from '../../../electron/lab/address.ts';
import { isNginxConf, type PlanOptions, readPlan } from '../../../electron/lab/plan.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { isLoopback } from '../../../shared/wire/loopback.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options: PlanOptions = {
  hostname: 'box',
  consent: { allowLan: false, allow: new Set() },
  prefix: null,
};
const allowing = (...allow: string[]): PlanOptions => ({
  ...options,
  consent: { allowLan: false, allow: new Set(allow) },
});
const lan: PlanOptions = { ...options, consent: { allowLan: true, allow: new Set() } };
const server = 'server { listen 127.0.0.1:3333; protocol smtp; smtp_auth none; }';
const bare = `mail {\n  auth_http 127.0.0.1:9000;\n  ${server}\n}\n`;

test('the tutorial is a plan without a problem', async () => {
  const { plan, problems } = await readPlan({ text: tutorialText, file: null }, options);
  expect(problems).toEqual([]);
  expect(plan).toMatchObject({ kind: 'lab', auth: { listen: '127.0.0.1:8000' } });
  expect(plan?.upstreams.map(({ name }) => name)).toEqual(['eng', 'hr']);
});

test('what is wrong with the file and with the configuration in it is told together', async () => {
  const text = tutorialText
    .replace('smtp_auth ', 'smpt_auth ')
    .replace('route: hr', 'route: rh')
    .replace('transport: in-process', 'transport: pigeon');
  const { plan, problems } = await readPlan({ text, file: null }, options);
  expect(plan).toBeNull();
  const said = problems.map(({ line, message }) => `${text.split('\n')[line - 1]?.trim().slice(0, 9)}: ${message}`);
  expect(said).toEqual([
    expect.stringMatching(/^transport: "transport": expected in-process or http/),
    expect.stringMatching(/^then: .*rh/),
    'smpt_auth: unknown directive "smpt_auth"',
  ]);
});

test.each([
  ['a .yaml file', { text: bare, file: '/x/a.lab.yaml' }, false],
  ['a .conf file', { text: tutorialText, file: '/x/nginx.conf' }, true],
  ['the text of a lab', { text: tutorialText, file: null }, false],
  ['the text of an nginx.conf', { text: bare, file: null }, true],
  ['an nginx.conf that begins with a comment', { text: `# mine\nuser nobody;\n${bare}`, file: null }, true],
  ['neither', { text: 'hello', file: null }, false],
])('%s is known for what it is', (_what, source, nginx) => {
  expect(isNginxConf(source)).toBe(nginx);
});

describe('proxy: { file }', () => {
  const including = (name: string) =>
    tutorialText.replace(/proxy: \|[\s\S]*?\nauth:/, `proxy: { file: ${name} }\nauth:`);

  test("is looked up in the lab file's folder, and its problems are placed in it", async () => {
    await writeFile(join(folder, 'good.conf'), bare);
    await writeFile(join(folder, 'bad.conf'), bare.replace('smtp_auth', 'smpt_auth'));
    const file = join(folder, 'a.lab.yaml');
    const good = await readPlan({ text: including('good.conf'), file }, options);
    expect(good.problems).toEqual([]);
    expect(good.plan?.conf.servers[0]?.authHttp.port).toBe(9000);
    const bad = await readPlan({ text: including('bad.conf'), file }, options);
    expect(bad.plan).toBeNull();
    expect(bad.problems).toMatchObject([{ file: 'bad.conf', line: 3 }]);
  });

  test('is looked up under --prefix when there is one', async () => {
    await writeFile(join(folder, 'good.conf'), bare);
    const { problems } = await readPlan(
      { text: including('good.conf'), file: '/a.lab.yaml' },
      { ...options, prefix: folder },
    );
    expect(problems).toEqual([]);
  });

  test('that is not there is a problem of the lab file', async () => {
    const file = join(folder, 'a.lab.yaml');
    const { plan, problems } = await readPlan({ text: including('none.conf'), file }, options);
    expect(plan).toBeNull();
    expect(problems).toMatchObject([{ file: 'lab', severity: 'error' }]);
    expect(problems[0]?.message).toBe(`Cannot read ${join(folder, 'none.conf')}: there is no such file.`);
  });

  test('that is a device is not read', async () => {
    const { problems } = await readPlan({ text: including(devNull), file: null }, options);
    expect(problems.map(({ message }) => message)).toEqual([`Cannot read ${devNull}: it is no file.`]);
  });
});

describe('include', () => {
  const outside = 'server { listen 192.0.2.1:3333; protocol smtp; }';

  test('in an nginx.conf follows from its folder, and its problems are placed in the files', async () => {
    await mkdir(join(folder, 'mail.d'), { recursive: true });
    await writeFile(join(folder, 'mail.d/a.conf'), `# first\n${outside}\n`);
    await writeFile(join(folder, 'mail.d/b.conf'), '\n  auth_http 192.0.2.9;\n');
    const file = join(folder, 'nginx.conf');
    const text = 'events { }\nmail {\n  include mail.d/*.conf;\n}\n';
    const { problems } = await readPlan({ text, file }, options);
    expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      { file: join('mail.d', 'a.conf'), line: 2, column: 17 },
      { file: join('mail.d', 'b.conf'), line: 2, column: 13 },
    ]);
    const broken = text.replace('mail.d/*.conf', 'none.conf');
    expect((await readPlan({ text: broken, file }, options)).problems).toMatchObject([
      { file: 'nginx.conf', line: 3, message: `open() "${folder}/none.conf" failed (2: No such file or directory)` },
    ]);
  });

  test('in a lab file follows from its folder, or from --prefix', async () => {
    await writeFile(join(folder, 'auth.conf'), 'auth_http 127.0.0.1:9009;');
    const text = tutorialText.replace(/auth_http .*/, 'include auth.conf;');
    const here = await readPlan({ text, file: join(folder, 'a.lab.yaml') }, options);
    expect(here.plan?.conf.servers[0]?.authHttp.port).toBe(9009);
    const there = await readPlan({ text, file: '/nowhere/a.lab.yaml' }, { ...options, prefix: folder });
    expect(there.plan?.conf.servers[0]?.authHttp.port).toBe(9009);
    const { problems } = await readPlan({ text, file: '/nowhere/a.lab.yaml' }, options);
    const line = text.split('\n').findIndex((one) => one.includes('include')) + 1;
    expect(problems).toMatchObject([{ file: 'lab', line, severity: 'error' }]);
    expect(text.split('\n')[line - 1]?.slice((problems[0]?.column ?? 0) - 1)).toBe('auth.conf;');
  });

  test('in the configuration of a lab follows from the folder of that configuration', async () => {
    await mkdir(join(folder, 'nginx'), { recursive: true });
    await writeFile(join(folder, 'nginx/nginx.conf'), `mail { include auth.conf;\n${server}\n}`);
    await writeFile(join(folder, 'nginx/auth.conf'), 'auth_http 127.0.0.1:9010;\nfoo;');
    const text = tutorialText.replace(/proxy: \|[\s\S]*?\nauth:/, 'proxy: { file: nginx/nginx.conf }\nauth:');
    const { problems } = await readPlan({ text, file: join(folder, 'a.lab.yaml') }, options);
    expect(problems).toMatchObject([{ file: join('nginx', 'auth.conf'), line: 2, message: 'unknown directive "foo"' }]);
  });

  test('of the file itself is found out, whatever it is called', async () => {
    const file = join(folder, 'round.conf');
    const text = `mail { include ${folder}/./round.conf; }`;
    await writeFile(file, text);
    const { problems } = await readPlan({ text, file }, options);
    expect(problems).toMatchObject([
      { message: '"include" goes round in a circle: round.conf includes round.conf', file: 'round.conf', line: 1 },
    ]);
  });

  test('of a file called lab is not taken for the lab file', async () => {
    await writeFile(join(folder, 'lab'), '\nfoo;');
    const text = tutorialText.replace(/auth_http .*/, 'include lab;');
    const { problems } = await readPlan({ text, file: join(folder, 'a.lab.yaml') }, options);
    expect(problems).toContainEqual(expect.objectContaining({ file: './lab', line: 2, column: 1 }));
  });

  test('of a file elsewhere names it whole', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'mail-lab-'));
    await writeFile(join(elsewhere, 'a.conf'), 'foo;');
    const file = join(folder, 'x.conf');
    const { problems } = await readPlan({ text: `mail { include ${elsewhere}/*.conf; }`, file }, options);
    expect(problems).toMatchObject([{ file: join(elsewhere, 'a.conf'), message: 'unknown directive "foo"' }]);
    await rm(elsewhere, { recursive: true });
  });

  test('of a device or of a very large file is refused', async () => {
    await writeFile(join(folder, 'large.conf'), ' '.repeat(5_000_001));
    const including = async (name: string) => {
      const { problems } = await readPlan({ text: `mail { include ${name}; }`, file: join(folder, 'x.conf') }, options);
      return problems.map(({ message }) => message);
    };
    expect(await including('/dev/zero')).toEqual([
      '"/dev/zero" is a device or a pipe, and the lab includes only files',
    ]);
    // The way to include nothing at all.
    expect(await including(devNull)).toEqual([]);
    expect(await including('large.conf')).toEqual([
      `"${folder}/large.conf" is larger than 5 MB, which is the most that the lab reads`,
    ]);
  });
});

test('a pattern that would walk through the whole disk is refused', async () => {
  for (let at = 0; at < 40; at++) await mkdir(join(folder, `wide/${at}/${at}`), { recursive: true });
  const including = async (pattern: string) => {
    const { problems } = await readPlan(
      { text: `mail { include ${pattern}; }`, file: join(folder, 'x.conf') },
      options,
    );
    return problems.filter(({ id }) => id === undefined).map(({ message }) => message);
  };
  expect(await including('wide/*/*/*')).toEqual([]);
  for (let at = 0; at < 40; at++)
    for (let more = 0; more < 30; more++) await mkdir(join(folder, `wide/${at}/more${more}`));
  const tooWide = '"wide/*/*/*" matches in too many folders to look into: name the files more exactly';
  expect(await including('wide/*/*/*')).toEqual([tooWide]);
});

test('a long row of stars takes no time', async () => {
  await mkdir(join(folder, 'stars'), { recursive: true });
  await writeFile(join(folder, 'stars', 'a'.repeat(200)), 'foo;');
  const text = `mail { include stars/${'*a'.repeat(60)}b; include stars/${'*a'.repeat(60)}; }`;
  const { problems } = await readPlan({ text, file: join(folder, 'x.conf') }, options);
  expect(problems).toMatchObject([{ message: 'unknown directive "foo"' }]);
});

describe('nothing leaves loopback unasked', () => {
  const placed = (text: string, needle: string) => {
    const line = text.split('\n').findIndex((one) => one.includes(needle)) + 1;
    return { file: 'lab', severity: 'error', line };
  };

  test('a listen of the proxy', async () => {
    const text = tutorialText.replace('listen     3333', 'listen     192.0.2.1:3333');
    const { problems } = await readPlan({ text, file: null }, options);
    expect(problems).toMatchObject([placed(text, '192.0.2.1')]);
    expect(problems[0]?.message).toContain('--allow-lan');
    expect(problems[0]?.column).toBe((/^.*?(?=192)/m.exec(text)?.[0].length ?? 0) + 1);
    expect((await readPlan({ text, file: null }, lan)).problems).toEqual([]);
  });

  test('the auth service and a mock, which no --allow makes public', async () => {
    const text = tutorialText
      .replace('listen: 127.0.0.1:8000', 'listen: 192.0.2.1:8000')
      .replace('127.0.0.1:2525', '192.0.2.1:2525');
    const { problems } = await readPlan({ text, file: null }, allowing('192.0.2.1:8000', '192.0.2.1:2525'));
    expect(problems).toMatchObject([placed(text, '192.0.2.1:8000'), placed(text, '192.0.2.1:2525')]);
    expect((await readPlan({ text, file: null }, lan)).problems).toEqual([]);
  });

  test("somebody else's auth service, unless it is the one that was allowed", async () => {
    const text = tutorialText.replace('http://127.0.0.1:8000', 'http://192.0.2.9/auth');
    const { problems } = await readPlan({ text, file: null }, options);
    expect(problems).toMatchObject([placed(text, '192.0.2.9')]);
    expect(problems[0]?.message).toContain('--allow 192.0.2.9:80');
    expect((await readPlan({ text, file: null }, allowing('192.0.2.9:80'))).problems).toEqual([]);
    const own = bare.replace('127.0.0.1:9000', 'unix:/tmp/auth.sock');
    expect((await readPlan({ text: own, file: null }, options)).problems).toEqual([]);
  });

  test('an external upstream, unless it is the one that was allowed', async () => {
    const text = tutorialText.replace(/eng:\s+\{ smtp: 127.0.0.1:2525/, 'eng: { external: true, smtp: 192.0.2.1:25');
    const { problems } = await readPlan({ text, file: null }, options);
    expect(problems).toMatchObject([placed(text, '192.0.2.1:25')]);
    expect(problems[0]?.message).toContain('--allow 192.0.2.1:25');
    expect((await readPlan({ text, file: null }, allowing('192.0.2.1:26'))).plan).toBeNull();
    expect((await readPlan({ text, file: null }, allowing('192.0.2.1:25'))).problems).toEqual([]);
  });

  test('a route to an address', async () => {
    const text = tutorialText.replace('route: eng', 'route: "192.0.2.1:25"');
    const { problems } = await readPlan({ text, file: null }, options);
    expect(problems).toMatchObject([placed(text, '192.0.2.1:25')]);
    expect((await readPlan({ text, file: null }, allowing('192.0.2.1:25'))).problems).toEqual([]);
  });

  test('name servers, where SMTP asks them', async () => {
    const text = bare.replace('protocol smtp;', 'protocol smtp; resolver 127.0.0.1 192.0.2.53 [2001:db8::53]:5353;');
    const source = { text, file: '/x/nginx.conf' };
    const { problems } = await readPlan(source, options);
    expect(problems).toMatchObject([{ severity: 'error', file: 'nginx.conf', line: 3 }]);
    expect(problems[0]?.message).toContain('--allow 192.0.2.53:53 --allow [2001:db8::53]:5353');
    expect((await readPlan(source, allowing('192.0.2.53:53'))).problems).toHaveLength(1);
    expect((await readPlan(source, allowing('192.0.2.53:53', '[2001:db8::53]:5353'))).problems).toEqual([]);
    expect((await readPlan(source, lan)).problems).toEqual([]);
    const imap = text.replace('protocol smtp', 'protocol imap').replace('smtp_auth none;', '');
    expect((await readPlan({ text: imap, file: '/x/nginx.conf' }, options)).plan).not.toBeNull();
  });

  test('a bare nginx.conf', async () => {
    const text = bare.replace('127.0.0.1:3333', '192.0.2.1:3333');
    const { problems } = await readPlan({ text, file: '/x/nginx.conf' }, options);
    expect(problems).toMatchObject([{ file: 'nginx.conf', line: 3 }]);
  });
});

test.each([
  ['127.0.0.1:25', { host: '127.0.0.1', port: 25 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['mail.example:65535', { host: 'mail.example', port: 65_535 }],
  ['mail.example:65536', null],
  ['::1:25', null],
  ['mail.example', null],
  [':25', null],
])('the address %s', (text, address) => {
  expect(splitAddress(text)).toEqual(address);
  if (address) expect(joinAddress(address)).toBe(text);
});

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['LOCALHOST', true],
  ['::ffff:127.0.0.1', true],
  ['127.0.0.1.example.com', false],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['localhost.example.com', false],
])('%s stays on this machine: %s', (host, stays) => {
  expect(isLoopback(host)).toBe(stays);
});
