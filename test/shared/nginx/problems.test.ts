import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../shared/lab/problem.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { chanceText, goodText } from './texts.ts';

const OPTIONS = { file: 'nginx.conf', hostname: 'Mail.Host.Example' };

function problems(text: string, firstLine?: number): readonly Problem[] {
  return readMail(text, firstLine === undefined ? OPTIONS : { ...OPTIONS, firstLine }).problems;
}

function messages(text: string): readonly string[] {
  return problems(text).map((problem) => problem.message);
}

describe('problems', () => {
  it('are all told at once, in order, with their places', () => {
    const text = [
      'mail {',
      '    smpt_auth none;',
      '    timeout 60x; xclient maybe;',
      '    server {',
      '        listen 127.0.0.1:99999;',
      '        protocol SMTP;',
      '    }',
      '    server',
      '    {',
      '        timeout',
      '            5s 6s;',
      '    }',
      '}',
      'proxy_pass a;',
    ].join('\n');
    expect(problems(text).map(({ message, line, column }) => [line, column, message])).toEqual([
      [2, 5, 'unknown directive "smpt_auth"'],
      [3, 13, '"timeout" directive invalid value'],
      [3, 26, 'invalid value "maybe" in "xclient" directive, it must be "on" or "off"'],
      [5, 16, 'invalid port in "127.0.0.1:99999" of the "listen" directive'],
      [6, 18, 'unknown protocol "SMTP"'],
      [11, 13, 'invalid number of arguments in "timeout" directive'],
      [9, 5, 'no "listen" is defined for server'],
      [4, 12, 'no "auth_http" is defined for server'],
      [9, 5, 'no "auth_http" is defined for server'],
      [14, 1, '"proxy_pass" directive is not allowed here'],
    ]);
    expect(problems(text).every(({ severity, file }) => severity === 'error' && file === 'nginx.conf')).toBe(true);
    expect(readMail(text, OPTIONS).conf).toBeNull();
  });

  it('and values count lines in the file that the text is part of', () => {
    expect(problems('mail {\n foo;\n}', 10)).toMatchObject([{ line: 11, column: 2 }]);
    const text = 'mail {\n server {\n listen 25; auth_http 127.0.0.1; }\n}';
    const { conf } = readMail(text, { ...OPTIONS, firstLine: 10 });
    expect(conf?.servers).toMatchObject([{ line: 11, listens: [{ line: 12 }] }]);
  });

  it('stop at a fault of form', () => {
    expect(messages('mail {\n foo;\n server { listen 25;\n "a"b; bar; } }')).toEqual([
      'unknown directive "foo"',
      'unexpected "b"',
    ]);
  });

  it('leave out what follows from them', () => {
    expect(messages('mail { server { listen x; protocol smtp; auth_http [::; } }')).toHaveLength(2);
    expect(messages('mail { auth_http 127.0.0.1; server { listen 70000; } }')).toHaveLength(1);
    expect(messages('mail { foo { bar; } }')).toHaveLength(1);
  });

  it('protocols of all servers come before their auth_http', () => {
    expect(messages('mail { server { listen 3333; } server { listen 3334; } }')).toEqual([
      'unknown mail protocol for server',
      'unknown mail protocol for server',
      'no "auth_http" is defined for server',
      'no "auth_http" is defined for server',
    ]);
  });

  it('of TLS come between those of protocols and of auth_http', () => {
    const text = 'mail { ssl_certificate a; server { listen 25 ssl; } server { listen 3333; } }';
    expect(messages(text)).toEqual([
      'unknown mail protocol for server',
      'no "ssl_certificate_key" is defined for the "listen ... ssl" directive',
      'no "auth_http" is defined for server',
      'no "auth_http" is defined for server',
    ]);
  });

  it('are told by nginx for every argument', () => {
    const text = 'mail { auth_http 127.0.0.1; server { listen 25 ssl zzz x=1; starttls maybe; starttls on; } }';
    expect(messages(text)).toEqual([
      'invalid parameter "zzz"',
      'invalid parameter "x=1"',
      'invalid value "maybe"',
      '"starttls" directive is duplicate',
      'nginx would not start: no "ssl_certificate" is defined for the "listen ... ssl" directive; the lab shows clients a certificate of its own',
    ]);
  });

  it('that are no errors are warnings, and the configuration runs', () => {
    const text = 'http { server { listen 80; } }\nmail { smtp_auth plain plain;\nset_real_ip_from 10.0.0.1/8; }';
    const { conf, problems: found } = readMail(text, OPTIONS);
    expect(conf?.servers).toEqual([]);
    expect(found.map(({ severity, line, message }) => [severity, line, message])).toEqual([
      ['note', 1, '"http" is skipped: the lab runs only the "mail" section'],
      ['warning', 2, 'duplicate value "plain"'],
      ['warning', 3, 'low address bits of 10.0.0.1/8 are meaningless'],
    ]);
  });

  it('tell of a text without a mail section', () => {
    expect(readMail('events { }', OPTIONS)).toMatchObject({
      conf: { servers: [] },
      problems: [{ severity: 'warning' }],
    });
  });

  it('of a whole nginx.conf are none', () => {
    const text = `user www-data;
worker_processes auto;
pid /run/nginx.pid;
load_module modules/ngx_mail_module.so;
events { worker_connections 768; multi_accept on; use epoll; }
error_log stderr notice;
mail { auth_http 127.0.0.1:9000; server { listen 25; } }
`;
    expect(readMail(text, OPTIONS)).toMatchObject({
      conf: { servers: [{ errorLogs: [{ sink: 'stderr', level: 'notice' }] }] },
      problems: [],
    });
  });
});

describe('a server with TLS that lacks something', () => {
  const lacking = (text: string) =>
    problems(`mail { auth_http 127.0.0.1;\nserver { protocol smtp;\n${text} } }`).map(({ severity, message, line }) => [
      severity,
      line,
      message,
    ]);

  it('a certificate: the lab has one of its own, and says that nginx would not start', () => {
    const message =
      'nginx would not start: no "ssl_certificate" is defined for the "starttls" directive; the lab shows clients a certificate of its own';
    expect(lacking('listen 25;\nstarttls on;')).toEqual([['warning', 4, message]]);
    expect(lacking('listen 25; ssl_certificate_key a;\nstarttls on;')).toEqual([['warning', 4, message]]);
    const inherited = problems(
      'mail { auth_http 127.0.0.1; starttls on;\nserver { listen 25; } server { listen 143; } }',
    );
    expect(inherited.map(({ line }) => line)).toEqual([1]);
  });

  it('a key', () => {
    const missing = 'no "ssl_certificate_key" is defined for';
    expect(lacking('listen 25 ssl; ssl_certificate a;')).toEqual([
      ['error', 3, `${missing} the "listen ... ssl" directive`],
    ]);
    const two = 'listen 25; ssl_certificate a; ssl_certificate b; ssl_certificate_key c; starttls on;';
    expect(lacking(two)).toEqual([['error', 3, `${missing} certificate "b" and the "starttls" directive`]]);
  });

  it('an authority for the certificates of clients', () => {
    const own = 'listen 25 ssl; ssl_certificate a; ssl_certificate_key b;';
    const message = 'no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client';
    expect(lacking(`${own}\nssl_verify_client on;`)).toEqual([['error', 4, message]]);
    expect(lacking(`${own} ssl_verify_client optional; ssl_client_certificate "";`)).toEqual([['error', 3, message]]);
    expect(lacking(`${own} ssl_verify_client optional_no_ca;`)).toEqual([]);
    expect(lacking(`${own} ssl_verify_client on; ssl_trusted_certificate ca;`)).toEqual([]);
  });

  it('is not complained of without TLS', () => {
    expect(lacking('listen 25; ssl_certificate a; ssl_verify_client on; starttls off;')).toEqual([]);
  });
});

describe('a whole nginx.conf', () => {
  const whole = (text: string) => readMail(text, { ...OPTIONS, whole: true }).problems.map(({ message }) => message);

  it('needs events, unless it is a mail section alone', () => {
    expect(whole('user nobody; mail { }')).toEqual(['no "events" section in configuration']);
    expect(whole('user nobody; events { } mail { }')).toEqual([]);
    expect(whole('mail { }')).toEqual([]);
    expect(messages('user nobody; mail { }')).toEqual([]);
    expect(whole('user nobody; mail { foo; }')).toEqual(['unknown directive "foo"']);
  });

  it('must not begin with a byte order mark', () => {
    expect(whole('\ufeffuser nobody; events { } mail { }')).toEqual([
      'unknown directive "\ufeffuser"',
      'the file begins with a byte order mark, which nginx takes for a letter: save it as UTF-8 without one',
    ]);
  });
});

describe('every text', () => {
  it('is read or refused, at a place within it', () => {
    fc.assert(
      fc.property(fc.oneof(chanceText, goodText), (text) => {
        const { conf, problems: found } = readMail(text, OPTIONS);
        expect(conf === null).toBe(found.some((problem) => problem.severity === 'error'));
        const lines = text.split('\n');
        for (const { line, column, message } of found) {
          expect(message).not.toBe('');
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
        }
      }),
    );
  });

  it('says the same with line ends of Windows', () => {
    fc.assert(
      fc.property(goodText, (text) => {
        const unix = text.replaceAll('\r\n', '\n');
        const windows = unix.replaceAll('\n', '\r\n');
        expect(problems(windows)).toEqual(problems(unix));
      }),
    );
  });
});
