/** TLS for tests of the engine that need only Node: one certificate, made for them and worth nothing elsewhere. */
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Secured, TlsPort } from '../../electron/engine/ports.ts';

const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpRPN+W6XCbTFw5Ah
ouYEb9XpBIxU0GP3OFSbzISQp8mhRANCAATMdJBartcEQso4TRJIBmYxo8+ukgPl
kan8giu/wvADn6UMz18NXQS41vamsq/1ZbNTsrqwxLxBPSyHeDa2XRlx
-----END PRIVATE KEY-----
`;

const cert = `-----BEGIN CERTIFICATE-----
MIIBhjCCAS2gAwIBAgIULMfuE2oRJv6//xgI+fj4kZK+7bUwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNbWFpbC50ZXN0LmNvbTAgFw0yNjExMjMwNDAwMjhaGA8yMTI2
MTAzMDA0MDAyOFowGDEWMBQGA1UEAwwNbWFpbC50ZXN0LmNvbTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABMx0kFqu1wRCyjhNEkgGZjGjz66SA+WRqfyCK7/C8AOf
pQzPXw1dBLjW9qayr/Vls1OyurDEvEE9LId4NrZdGXGjUzBRMB0GA1UdDgQWBBQ6
YvMUbRK8sFsPbs1nww8PpkXREzAfBgNVHSMEGDAWgBQ6YvMUbRK8sFsPbs1nww8P
pkXREzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIHqY+8CdBavf
4MdPfVbmwFhB5QCTTKJardsk+gzCQ9P+AiA4Pxlo9aPl8F7NE7GfSHqpNwc0NJGm
0J07BQQXGJExCQ==
-----END CERTIFICATE-----
`;

/** A port that shakes hands with everybody; `opened` counts the handshakes that were begun. */
export function fakeTls(): TlsPort & { opened: number } {
  const secureContext = createSecureContext({ key, cert });
  return {
    opened: 0,
    secure(socket, _server, done) {
      this.opened += 1;
      let over = false;
      const once = (result: Secured): void => {
        if (over) return;
        over = true;
        done(result);
      };
      const tls = new TLSSocket(socket, { isServer: true, secureContext });
      tls.once('secure', () => {
        const { servername } = tls as { servername?: string | false };
        once({
          socket: tls,
          tls: {
            protocol: tls.getProtocol() ?? '',
            cipher: tls.getCipher().standardName,
            serverName: typeof servername === 'string' ? servername : '',
            alpn: tls.alpnProtocol || '',
            certificate: null,
            own: { signature: 'ecdsa-with-SHA256', key: 'id-ecPublicKey256' },
          },
        });
      });
      tls.on('error', (error: NodeJS.ErrnoException & { reason?: string }) =>
        once({ socket: null, error: error.code === 'ECONNRESET' ? '' : (error.reason ?? error.message) }),
      );
      for (const left of ['end', 'close']) tls.once(left, () => once({ socket: null, error: '' }));
      return () => {
        over = true;
      };
    },
  };
}
