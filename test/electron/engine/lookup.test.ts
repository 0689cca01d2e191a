/** What the question to the auth service takes from the connection. */
import { describe, expect, test } from 'vitest';
import { decide } from '../../../shared/auth/decide.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import type { ClientCertificate, ClientTls } from '../../../shared/machine/machine.ts';
import { lookupOf, serviceOf } from '../../../shared/proxy/service.ts';
import { tutorialServer } from '../../fakes/rig.ts';

const { initial } = serviceOf(tutorialServer).front;
const ask = { type: 'ask', method: 'plain', user: 'u', password: 'p', attempt: 1 } as const;
const shown = { subject: 'CN=a', issuer: 'CN=b', serial: '0A', fingerprint: 'ab', pem: 'PEM\n', commonName: 'a' };
const tls = (certificate: ClientCertificate | null): ClientTls => ({
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  serverName: 'sni.test',
  alpn: 'smtp',
  certificate,
  own: { signature: 'RSA-SHA256', key: 'RSA2048' },
});
const asked = (certificate: ClientCertificate | null, authHttpPassClientCert = false) =>
  lookupOf(ask, { ...initial, tls: tls(certificate) }, { ...tutorialServer, authHttpPassClientCert }).tls;

describe('a question over TLS', () => {
  const agreed = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' };
  const { pem, commonName: _, ...names } = shown;

  test('in clear text there is nothing to tell', () => {
    expect(lookupOf(ask, initial, tutorialServer)).not.toHaveProperty('tls');
  });

  test('tells of certificates only where they were asked for', () => {
    expect(asked(null)).toEqual(agreed);
    expect(asked({ result: { code: 0, text: 'ok' }, shown: null })).toEqual({ ...agreed, verify: 'NONE' });
  });

  test('tells the whole certificate only under auth_http_pass_client_cert', () => {
    const good = { result: { code: 0, text: 'ok' }, shown };
    expect(asked(good)).toEqual({ ...agreed, verify: 'SUCCESS', certificate: names });
    expect(asked(good, true)).toEqual({ ...agreed, verify: 'SUCCESS', certificate: { ...names, pem } });
    const bad = { result: { code: 18, text: 'self-signed certificate' }, shown };
    expect(asked(bad)).toMatchObject({ verify: 'FAILED:self-signed certificate' });
  });

  test('a rule can ask for TLS', () => {
    const book: RuleBook = {
      rules: [{ name: 'encrypted', when: { tls: true }, then: { route: 'safe' } }],
      otherwise: { reject: 'not in clear text' },
      accounts: [],
      upstreams: { safe: { smtp: '127.0.0.1:2525' } },
    };
    const rule = (state: typeof initial) => decide(book, lookupOf(ask, state, tutorialServer)).rule;
    expect(rule({ ...initial, tls: tls(null) })).toBe('encrypted');
    expect(rule(initial)).not.toBe('encrypted');
  });
});

test('behind a PROXY header both addresses are told', () => {
  const proxied = { source: { address: '192.0.2.1', port: 1 }, destination: { address: '198.51.100.2', port: 25 } };
  expect(lookupOf(ask, { ...initial, proxied }, tutorialServer).proxied).toEqual(proxied);
  expect(lookupOf(ask, initial, tutorialServer)).not.toHaveProperty('proxied');
});
