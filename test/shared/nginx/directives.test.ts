import { describe, expect, it } from 'vitest';
import { DIRECTIVES, directiveNamed, directiveNames } from '../../../shared/nginx/directives.ts';
import { ELSEWHERE } from '../../../shared/nginx/elsewhere.ts';
import { readValue } from '../../../shared/nginx/values.ts';

describe('the table', () => {
  it('has one row for each name, and no name that is only known elsewhere', () => {
    const names = DIRECTIVES.map((row) => row.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => ELSEWHERE.has(name))).toEqual([]);
  });

  it('has defaults that could be written', () => {
    for (const row of DIRECTIVES) {
      if (row.default === undefined || row.kind === 'string') continue;
      expect(readValue(row, row.default.split(' '), null) ?? {}, row.name).not.toHaveProperty('error');
    }
  });

  it('runs what the lab promises', () => {
    const promised = [
      ...[
        'server_name',
        'auth_http',
        'starttls',
        'ssl_certificate',
        'resolver',
        'set_real_ip_from',
        'include',
        'auth_http_timeout',
        'auth_http_header',
        'xclient',
        'listen',
        'protocol',
      ],
      ...['smtp_auth', 'smtp_capabilities', 'smtp_client_buffer', 'proxy_pass_error_message', 'proxy_timeout'],
      ...['proxy_buffer', 'timeout', 'max_errors', 'error_log', 'proxy_smtp_auth', 'smtp_greeting_delay'],
    ];
    expect(promised.filter((name) => directiveNamed(name)?.state !== 'runs')).toEqual([]);
  });

  it('offers names by place', () => {
    expect(directiveNames('events')).toContain('worker_connections');
    expect(directiveNames('mail')).toContain('server');
    expect(directiveNames('mail')).not.toContain('listen');
    expect(directiveNames('server')).toContain('listen');
    expect(directiveNames()).toHaveLength(DIRECTIVES.length);
  });
});
