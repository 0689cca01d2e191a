/**
 * The part of the exported service that reads a question and writes the answer: plain JavaScript, the counterpart of
 * `shared/auth/{request,accounts,decide,then,answer}.ts`. Property tests hold the two together.
 */

/** Readable as it stands: it is meant for the administrator who runs it. */
export const answerText = String.raw`
// ---------------------------------------------------------------------------------------------------------------------
// The question: all of it stands in the headers that nginx sends. Texts are byte strings, one character a byte.

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const decodeUtf8 = (bytes) => decoder.decode(Buffer.from(bytes, 'latin1'));
const encodeUtf8 = (text) => Buffer.from(text, 'utf8').toString('latin1');

/** nginx escapes 0x00 to 0x20 and % in logins and passwords; + is itself. */
const unescape = (text) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));

/** The address in a whole command line, RCPT TO:<a@b> NOTIFY=NEVER, lower-cased; null where there is no line. */
function addressIn(line) {
  if (!line) return null;
  const verb = /^[ \t]*(?:mail|rcpt)[ \t]+(?:(?:from|to)(?:[ \t]*:|[ \t]+|$))?/i;
  const rest = line.replace(verb, '').replace(/^[ \t]+/, '');
  const bracketed = rest.startsWith('<');
  const start = bracketed ? 1 : 0;
  const mailbox = rest.slice(start, pathEnd(rest, start, bracketed)).replace(/^[ \t]+|[ \t]+$/g, '');
  // A source route, @one,@two:user@three, does not count.
  return decodeUtf8(mailbox.startsWith('@') ? mailbox.replace(/^@[^:]*:/, '') : mailbox).toLowerCase();
}

function pathEnd(text, start, bracketed) {
  let quoted = false;
  let blank = -1;
  for (let i = start; i < text.length; i += 1) {
    const char = text[i];
    if (quoted && char === '\\') i += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && bracketed && char === '>') return i;
    else if (!quoted && (char === ' ' || char === '\t') && blank < 0) {
      if (!bracketed) return i;
      blank = i;
    }
  }
  return blank < 0 ? text.length : blank;
}

const oneOf = (text, known, otherwise) => (known.includes(text) ? text : otherwise);

/** Of a header that comes twice the first counts: nginx writes its own before those of auth_http_header. */
function questionOf(headers) {
  const fields = new Map();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!fields.has(key)) fields.set(key, value);
  }
  const field = (name) => fields.get(name) ?? '';
  const methods = ['plain', 'apop', 'cram-md5', 'external', 'none'];
  const method = oneOf(field('auth-method').toLowerCase(), methods, fields.has('auth-smtp-to') ? 'none' : 'plain');
  const attempt = /^\d{1,9}$/.test(field('auth-login-attempt')) ? Number(field('auth-login-attempt')) : 1;
  const envelope = (name) => (method === 'none' ? field(name) : '');
  return {
    method,
    user: unescape(field('auth-user')),
    password: unescape(field('auth-pass')),
    salt: field('auth-salt'),
    protocol: oneOf(field('auth-protocol').toLowerCase(), ['smtp', 'imap', 'pop3'], 'smtp'),
    attempt: Math.max(1, attempt),
    clientIp: field('client-ip') || '127.0.0.1',
    clientHost: decodeUtf8(field('client-host')).toLowerCase(),
    helo: decodeUtf8(envelope('auth-smtp-helo')).toLowerCase(),
    from: addressIn(envelope('auth-smtp-from')),
    rcpt: addressIn(envelope('auth-smtp-to')),
    tls: field('auth-ssl').toLowerCase() === 'on',
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Who may log in. nginx does not know the password of CRAM-MD5 and APOP, and gets it back to log in to the mail server.

const hidesPassword = (method) => method === 'apop' || method === 'cram-md5';

function loginOf(question) {
  const { method, user } = question;
  if (method === 'none') return { password: 'none', account: null };
  const account = ACCOUNTS.find((one) => encodeUtf8(one.user) === user) ?? null;
  if (method === 'external') return { password: 'none', account };
  return { password: account !== null && proves(account, question) ? 'valid' : 'invalid', account };
}

function proves(account, { method, password, salt }) {
  const own = encodeUtf8(account.password);
  if (method === 'plain') return same(password, own);
  const hash = method === 'apop' ? createHash('md5') : createHmac('md5', Buffer.from(own, 'latin1'));
  const text = method === 'apop' ? salt + own : salt;
  return same(password.toLowerCase(), hash.update(text, 'latin1').digest('hex'));
}

/** In the same time wherever two texts differ. */
function same(one, other) {
  const digest = (text) => createHash('sha256').update(text, 'latin1').digest();
  return timingSafeEqual(digest(one), digest(other));
}

// ---------------------------------------------------------------------------------------------------------------------
// The answer: the first rule that matches, else OTHERWISE.

const badLogin = { reject: 'Invalid login or password' };

function decide(question) {
  const login = loginOf(question);
  if (ACCOUNTS.length > 0 && question.method !== 'none' && (login.account === null || login.password === 'invalid')) {
    return { then: badLogin, login };
  }
  const rule = rules.find(({ matches }) => matches(question, login));
  return { then: rule ? rule.then : OTHERWISE, login };
}

function headersOf(then, question, login) {
  if (then.raw) return Object.entries(then.raw.headers).map(([name, value]) => [name, encodeUtf8(value)]);
  if (then.reject !== undefined) return [...refusal(...rejection(then.reject)), ...extras(then)];
  const name = then.route === 'account' ? login.account?.upstream : then.route;
  const broken = (text) => refusal('451 4.3.5', text);
  if (name === undefined) return broken('the rule routes by account, and there is none for this lookup');
  const known = Object.hasOwn(UPSTREAMS, name);
  const address = known ? UPSTREAMS[name][question.protocol] : name;
  if (address === undefined) return broken('upstream ' + name + ' has no ' + question.protocol + ' address');
  const [, six, four, port] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined) return broken('there is no upstream ' + name);
  const headers = [['Auth-Status', 'OK'], ['Auth-Server', six ?? four], ['Auth-Port', port], ...extras(then)];
  if (hidesPassword(question.method) && then.password === undefined && login.account !== null) {
    headers.push(['Auth-Pass', encodeUtf8(login.account.password)]);
  }
  return headers;
}

/** '550 5.1.1 no such user' has the code 550 5.1.1; without one nginx says 535 5.7.0. */
function rejection(text) {
  const match = /^([45]\d\d)(?: +([245]\.\d{1,3}\.\d{1,3}))?(?: +|$)/.exec(text);
  if (!match) return ['', text];
  const [all, reply, enhanced] = match;
  return [enhanced === undefined ? reply : reply + ' ' + enhanced, text.slice(all.length)];
}

const refusal = (code, text) => [['Auth-Status', encodeUtf8(text)], ...(code ? [['Auth-Error-Code', code]] : [])];

function extras({ wait, user, password }) {
  const headers = [];
  if (wait !== undefined) headers.push(['Auth-Wait', String(wait)]);
  if (user !== undefined) headers.push(['Auth-User', encodeUtf8(user)]);
  if (password !== undefined) headers.push(['Auth-Pass', encodeUtf8(password)]);
  return headers;
}

const phrases = {
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** nginx reads no more than 1024 bytes of an answer, so there is nothing in it that is not needed. */
function encode(status, headers) {
  const lines = headers.map(([name, value]) => name + ': ' + value + '\r\n');
  return 'HTTP/1.0 ' + status + ' ' + (phrases[status] ?? 'Answer') + '\r\n' + lines.join('') + '\r\n';
}

/** The answer to a question, given as pairs of header and value: its bytes, and how many ms it is held back. */
export function answer(headers) {
  const question = questionOf(headers);
  const { then, login } = decide(question);
  return {
    bytes: encode(then.raw ? then.raw.status : 200, headersOf(then, question, login)),
    delayMs: then.delay ?? 0,
  };
}
`;
