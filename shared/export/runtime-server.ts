/** The part of the exported service that speaks HTTP: the counterpart of `electron/authority/server.ts`. */

/** Readable as it stands: it is meant for the administrator who runs it. */
export const serverText = String.raw`
// ---------------------------------------------------------------------------------------------------------------------
// The server: one question a connection, as nginx asks.

/** Header block of a question, bytes; a client certificate takes some thousand. */
const HEADER_MAX = 65536;
/** A question that does not come within this time is dropped. */
const REQUEST_TIMEOUT_MS = 10000;
/** Whoever was answered and does not close is cut off after this time. */
const LINGER_MS = 1000;
/** Connections at a time; nginx opens one a lookup. */
const CONNECTIONS_MAX = 4096;
/** Questions that are held back when the service is told to stop have this long to be answered. */
const STOP_MS = 10000;

/** A web page that has made its own name point here carries that name; it shall not read rules or try passwords. */
function isOwnHost(host, bound) {
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name === bound) return true;
  return HOSTS.includes(name) || (name.startsWith('127.') && ipWords(name) !== null);
}

const foreign = (host) =>
  encode(403, [
    [
      'Auth-Status',
      'the auth service of the lab does not answer to ' + host.slice(0, 100) + ': use its IP address in auth_http',
    ],
    ['Auth-Error-Code', '451 4.3.5'],
  ]);

function respond(request) {
  const headers = [];
  const raw = request.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i], raw[i + 1]]);
  // nginx always sends Auth-Method: what it asks is never taken for a look at the health.
  const asks = headers.some(([name]) => /^auth-/i.test(name));
  if (request.url === HEALTH && !asks) return { bytes: encode(200, []) + 'ok\n', delayMs: 0 };
  const host = request.headers.host;
  const bound = request.socket.localAddress ?? '';
  if (host !== undefined && !isOwnHost(host, bound)) return { bytes: foreign(host), delayMs: 0 };
  return answer(headers);
}

function reply(socket, bytes) {
  if (!socket.writable) return;
  socket.end(bytes, 'latin1');
  const cutOff = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cutOff));
}

function createService() {
  const server = createServer({
    // nginx sends what an SMTP client typed as it is, control characters too.
    insecureHTTPParser: true,
    maxHeaderSize: HEADER_MAX,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 2,
    keepAlive: false,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.maxHeadersCount = 0;
  const asked = new WeakSet();
  server.on('request', (request) => {
    // The answer ends the connection: what comes behind a question is not read.
    if (asked.has(request.socket)) return void request.socket.pause();
    asked.add(request.socket);
    const { bytes, delayMs } = respond(request);
    request.resume();
    if (delayMs === 0) return reply(request.socket, bytes);
    const timer = setTimeout(() => reply(request.socket, bytes), delayMs);
    request.socket.once('close', () => clearTimeout(timer));
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.0 400 Bad Request\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

function fail(text) {
  console.error('auth-service: ' + text);
  process.exit(1);
}

function start() {
  const [, six, four, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(LISTEN) ?? [];
  const host = six ?? four;
  if (!host || Number(port) > 65535) fail('LISTEN is "' + LISTEN + '"; it must be HOST:PORT, such as 127.0.0.1:8000');
  const server = createService();
  server.on('error', (error) => fail('cannot listen on ' + LISTEN + ': ' + error.message));
  server.listen({ host, port: Number(port) }, () => {
    const at = server.address();
    const name = at.address.includes(':') ? '[' + at.address + ']' : at.address;
    console.log('auth-service: listening on ' + name + ':' + at.port);
  });
  // Open questions are answered; a second signal does not wait for them.
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(0);
    stopping = true;
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), STOP_MS).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Started as a program, not loaded by another one. */
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) start();
`;
