/** Handshakes with clients, as directives want them. */
import { createPrivateKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTls } from '../../../electron/tls/tls.ts';
import { pkcs3, x942 } from './dh.ts';
import { failure, handshake, meet, meetRaw, serverOf } from './handshakes.ts';
import { cn, type Issued, issue, key } from './pki.ts';

let folder = '';
const ca = issue({ subject: cn('Lab CA'), isCa: true });
const own = issue({ subject: cn('mx.test'), issuer: ca });
const inner = issue({ subject: cn('Inner CA'), issuer: ca, isCa: true });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-tls-'));
  const locked = createPrivateKey(key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'right',
  });
  await Promise.all(
    Object.entries({
      'own.crt': own.certificate,
      'own.key': key,
      'locked.key': locked,
      'dh.pem': pkcs3,
      'dhx.pem': x942,
      passwords: 'wrong\r\nright\n',
      'ca.crt': ca.certificate,
      'chain.crt': ca.certificate + inner.certificate,
      'ticket48.key': randomBytes(48),
      'ticket80.key': randomBytes(80),
    }).map(([name, text]) => writeFile(join(folder, name), text)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pair = 'ssl_certificate own.crt; ssl_certificate_key own.key;';
const server = (directives = '') => serverOf(`${pair} ${directives}`, folder);

describe('a handshake', () => {
  test('tells what was agreed on', async () => {
    expect(await handshake(server(), { servername: 'sni.test', ALPNProtocols: ['imap', 'smtp'] })).toEqual({
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      serverName: 'sni.test',
      alpn: 'smtp',
      certificate: null,
      own: { signature: 'RSA-SHA256', key: 'RSA2048' },
    });
  });

  test('without SNI and ALPN', async () => {
    expect(await handshake(server())).toMatchObject({ serverName: '', alpn: '' });
  });

  test('begins with the bytes that were put back', async () => {
    expect(await handshake(server(), {}, { putsBack: true })).toMatchObject({ protocol: 'TLSv1.3' });
    expect(await meetRaw(server(), 'EHLO me\r\n', { putsBack: true })).toEqual({
      socket: null,
      error: 'error:0A00010B:SSL routines::wrong version number',
    });
  });

  test('gives a socket that keeps its other half, and says what the client says', async () => {
    const { result, client } = await meet(server());
    expect(result.socket?.allowHalfOpen).toBe(true);
    client?.write('EHLO me\r\n');
    const said = await new Promise<string>((done) => result.socket?.once('data', (bytes) => done(bytes.toString())));
    expect(said).toBe('EHLO me\r\n');
    client?.destroy();
    result.socket?.destroy();
  });

  test('fails where ALPN names only other protocols', async () => {
    expect(await failure(server(), { ALPNProtocols: ['h2', 'imap'] })).toBe(
      'error:0A0000EB:SSL routines::no application protocol',
    );
  });

  test('fails with clear text, and where the client just leaves', async () => {
    expect(await meetRaw(server(), 'EHLO me\r\n')).toEqual({
      socket: null,
      error: 'error:0A00010B:SSL routines::wrong version number',
    });
    expect(await meetRaw(server(), '')).toEqual({ socket: null, error: '' });
    expect(await meetRaw(server(), '', {})).toEqual({ socket: null, error: '' });
  });

  test('that is abandoned tells nothing, and the connection is closed', async () => {
    const port = createTls({ folder: null });
    const mail = server();
    let told = 0;
    const closed = Promise.withResolvers<void>();
    const listener = net.createServer((socket) => {
      port.secure(socket, mail, () => {
        told += 1;
      })();
    });
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    const address = listener.address();
    const client = net.connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
    client.on('error', () => {}).on('close', () => closed.resolve());
    await closed.promise;
    listener.close();
    expect(told).toBe(0);
  });

  test('fails in words where a file is gone that was there', async () => {
    const mail = serverOf('ssl_certificate gone.crt; ssl_certificate_key own.key;', folder);
    expect(await failure(mail)).toMatch(/ENOENT.*gone\.crt/);
  });
});

describe('what directives want', () => {
  test('no certificate: one of the lab', async () => {
    const { client, result } = await meet(serverOf(''));
    expect(client?.getPeerCertificate().subject).toMatchObject({ CN: 'mx.test', O: /Mail Traffic Lab/ });
    client?.destroy();
    result.socket?.destroy();
  });

  test('ssl_password_file: one line is the right one', async () => {
    const mail = serverOf(
      'ssl_certificate own.crt; ssl_certificate_key locked.key; ssl_password_file passwords;',
      folder,
    );
    expect(await handshake(mail)).toMatchObject({ protocol: 'TLSv1.3' });
  });

  test('data: a certificate in the configuration itself', async () => {
    const inline = (text: string) => `"data:${text}"`;
    const mail = serverOf(`ssl_certificate ${inline(own.certificate)}; ssl_certificate_key ${inline(key)};`, folder);
    expect(await handshake(mail)).toMatchObject({ own: { key: 'RSA2048' } });
  });

  const only = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): ConnectionOptions => ({
    minVersion: version,
    maxVersion: version,
    ciphers: 'ALL:@SECLEVEL=0',
  });
  const weak = 'ssl_ciphers ALL:@SECLEVEL=0;';

  test('ssl_protocols: old ones, and sets with a gap', async () => {
    const mail = server(`${weak} ssl_protocols TLSv1 TLSv1.2;`);
    expect(await handshake(mail, only('TLSv1'))).toMatchObject({ protocol: 'TLSv1' });
    expect(await handshake(mail, only('TLSv1.2'))).toMatchObject({ protocol: 'TLSv1.2' });
    expect(await failure(mail, only('TLSv1.1'))).toMatch(/^error:/);
    expect(await failure(mail, only('TLSv1.3'))).toBe('error:0A000102:SSL routines::unsupported protocol');
  });

  test.each(['dh.pem', 'dhx.pem'])('ssl_dhparam %s: without parameters there is no DHE', async (file) => {
    const wants: ConnectionOptions = { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256' };
    expect(await handshake(server(`ssl_dhparam ${file};`), wants)).toMatchObject({ cipher: wants.ciphers });
    expect(await failure(server(), wants)).toBe('error:0A0000C1:SSL routines::no shared cipher');
  });

  test('ssl_ecdh_curve', async () => {
    const curve = { ecdhCurve: 'X25519' };
    expect(await handshake(server('ssl_ecdh_curve secp384r1:X25519;'), curve)).toMatchObject({ alpn: '' });
    expect(await failure(server('ssl_ecdh_curve secp384r1;'), curve)).toMatch(/^error:/);
  });

  test('ssl_ciphers: a suite of TLS 1.3 in the list changes nothing, as in OpenSSL', async () => {
    const mail = server('ssl_ciphers TLS_AES_128_GCM_SHA256:HIGH;');
    expect(await handshake(mail)).toMatchObject({ cipher: 'TLS_AES_256_GCM_SHA384' });
  });

  test('ssl_conf_command: protocols, suites, ciphers and options', async () => {
    const cipher = async (directives: string, options: ConnectionOptions = {}) =>
      (await handshake(server(directives), options)).cipher;
    expect(await cipher('ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;')).toBe('TLS_AES_128_GCM_SHA256');
    expect(await cipher('ssl_conf_command CipherString AES256-GCM-SHA384;', only('TLSv1.2'))).toBe('AES256-GCM-SHA384');
    const chacha = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';
    const likes = { ciphers: 'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384' };
    const prefers = `ssl_prefer_server_ciphers on; ssl_conf_command Ciphersuites ${chacha};`;
    expect(await cipher(prefers, likes)).toBe('TLS_AES_256_GCM_SHA384');
    expect(await cipher(`${prefers} ssl_conf_command Options PrioritizeChaCha;`, likes)).toBe(
      'TLS_CHACHA20_POLY1305_SHA256',
    );
    expect(await cipher(`${prefers} ssl_conf_command Options -ServerPreference;`, likes)).toBe(
      'TLS_CHACHA20_POLY1305_SHA256',
    );
    expect(await failure(server('ssl_conf_command MaxProtocol TLSv1.2;'), only('TLSv1.3'))).not.toBe('');
    expect(await failure(server('ssl_conf_command MinProtocol TLSv1.3;'), only('TLSv1.2'))).not.toBe('');
    expect(await failure(server('ssl_conf_command Protocol -TLSv1.3;'), only('TLSv1.3'))).not.toBe('');
  });
});

describe('sessions that clients come back to', () => {
  /** Whether the second connection to `second` takes up the session of the first to `first`. */
  async function resumes(first: ReturnType<typeof server>, second = first, version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2') {
    const options = { minVersion: version, maxVersion: version } as const;
    const one = await meet(first, options);
    const client: TLSSocket | null = one.client;
    if (!client || !one.result.socket) throw new Error('no first connection');
    const session =
      client.getSession() && version === 'TLSv1.2' ? client.getSession() : await ticket(client, one.result.socket);
    client.destroy();
    one.result.socket.destroy();
    const two = await meet(second, { ...options, ...(session ? { session } : {}) });
    const reused = two.client?.isSessionReused() ?? false;
    two.client?.destroy();
    two.result.socket?.destroy();
    return reused;
  }

  /** TLS 1.3 sends its tickets after the handshake. */
  async function ticket(client: TLSSocket, socket: TLSSocket): Promise<Buffer> {
    const came = new Promise<Buffer>((done) => client.once('session', done));
    client.resume();
    socket.write('220 mx.test\r\n');
    return came;
  }

  test('ssl_session_tickets: on unless told', async () => {
    expect(await resumes(server())).toBe(true);
    expect(await resumes(server('ssl_verify_client optional_no_ca;'), undefined, 'TLSv1.3')).toBe(true);
    expect(await resumes(server('ssl_session_tickets off;'))).toBe(false);
  });

  test('ssl_session_cache: without tickets too', async () => {
    expect(await resumes(server('ssl_session_tickets off; ssl_session_cache builtin;'))).toBe(true);
    expect(await resumes(server('ssl_session_tickets off; ssl_session_cache none;'))).toBe(false);
  });

  test.each(['ticket48.key', 'ticket80.key'])(
    'ssl_session_ticket_key %s: two servers share their tickets',
    async (file) => {
      const keyed = () => server(`ssl_session_ticket_key ${file};`);
      expect(await resumes(keyed(), keyed())).toBe(true);
      expect(await resumes(server(), server())).toBe(false);
    },
  );

  test('never between servers that trust others', async () => {
    const keyed = (more: string) => server(`ssl_session_ticket_key ticket48.key; ${more}`);
    expect(await resumes(keyed(''), keyed('ssl_verify_client optional_no_ca;'))).toBe(false);
  });
});

describe('the certificate of a client', () => {
  const shows = ({ certificate }: Issued): ConnectionOptions => ({ cert: certificate, key });
  const asking = (how: string, more = '') => server(`ssl_verify_client ${how}; ssl_client_certificate ca.crt; ${more}`);
  const result = async (mail: ReturnType<typeof server>, holder: Issued) =>
    (await handshake(mail, shows(holder))).certificate?.result.code;
  const client = issue({ subject: cn('client'), issuer: ca });

  test('is not asked for under off', async () => {
    expect((await handshake(server(), shows(client))).certificate).toBeNull();
  });

  test('none', async () => {
    expect((await handshake(asking('on'))).certificate).toEqual({ result: { code: 0, text: 'ok' }, shown: null });
  });

  test('a good one, whole', async () => {
    const { certificate } = await handshake(asking('on'), shows(client));
    expect(certificate).toMatchObject({
      result: { code: 0, text: 'ok' },
      shown: { subject: 'CN=client', issuer: 'CN=Lab CA', commonName: 'client' },
    });
    expect(certificate?.shown?.pem).toBe(client.certificate.replaceAll('\r\n', '\n'));
    expect(certificate?.shown?.serial).toMatch(/^[0-9A-F]+$/);
    expect(certificate?.shown?.fingerprint).toMatch(/^[0-9a-f]{40}$/);
  });

  test('is the same in a session that was taken up again', async () => {
    const mail = asking('on');
    const options = { ...shows(client), maxVersion: 'TLSv1.2' } as const;
    const first = await meet(mail, options);
    const session = first.client?.getSession();
    first.client?.destroy();
    first.result.socket?.destroy();
    const again = await handshake(mail, { ...options, ...(session ? { session } : {}) });
    expect(again.certificate).toMatchObject({ result: { code: 0 }, shown: { subject: 'CN=client' } });
  });

  test.each([
    ['self-signed', issue({ subject: cn('stranger') }), 18],
    ['expired', issue({ subject: cn('old'), issuer: ca, from: -10, to: -1 }), 10],
    ['not valid yet', issue({ subject: cn('young'), issuer: ca, from: 1 }), 9],
    ['of a CA that is not at hand', issue({ subject: cn('lost'), issuer: inner }), 21],
  ])('%s', async (_what, holder, code) => {
    expect(await result(asking('optional'), holder)).toBe(code);
  });

  const below = issue({ subject: cn('below'), issuer: inner });
  const withChain: Issued = { certificate: below.certificate + inner.certificate, key };

  test('ssl_verify_depth 0: nothing between the client and the root', async () => {
    expect(await result(asking('on'), withChain)).toBe(0);
    expect(await result(asking('on', 'ssl_verify_depth 0;'), withChain)).toBe(20);
    expect(await result(asking('on', 'ssl_verify_depth 0;'), client)).toBe(0);
    const both = server('ssl_verify_client on; ssl_client_certificate chain.crt; ssl_verify_depth 0;');
    expect(await result(both, below)).toBe(2);
  });

  // nginx refuses the longer chain under depth 1: (22:certificate chain too long). Node does not tell its length.
  test('ssl_verify_depth 1: a longer chain passes too, a deliberate difference', async () => {
    const innermost = issue({ subject: cn('Innermost CA'), issuer: inner, isCa: true });
    const deep = issue({ subject: cn('deep'), issuer: innermost });
    const whole: Issued = { certificate: deep.certificate + innermost.certificate + inner.certificate, key };
    expect(await result(asking('on', 'ssl_verify_depth 1;'), whole)).toBe(0);
  });

  test('ssl_trusted_certificate counts too', async () => {
    const mail = server('ssl_verify_client on; ssl_trusted_certificate ca.crt;');
    expect(await result(mail, client)).toBe(0);
  });
});
