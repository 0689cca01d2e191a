/**
 * The part of the exported service that holds a rule's conditions against a question: plain JavaScript, the counterpart
 * of `shared/auth/{match,conditions,ip}.ts` and `shared/wire/{address,ip}.ts`. Property tests hold the two together.
 */

/** Readable as it stands: it is meant for the administrator who runs it. */
export const matcherText = String.raw`
// ---------------------------------------------------------------------------------------------------------------------
// Patterns: plain text, globs with * and ?, and regular expressions.

/** Longer values are never given to a regular expression. */
const VALUE_MAX = 4096;

/** A regular expression for which RegExp is not exact or not safe, as a table that is run in linear time. */
function table(start, anchored, sets, code) {
  return { start, anchored, sets, code };
}

/** Makes a pattern ready: a string, a RegExp, a table, or a list of them. With ignoreCase the value is lower-case. */
function textTest(pattern, ignoreCase) {
  if (Array.isArray(pattern)) {
    const tests = pattern.map((part) => textTest(part, ignoreCase));
    return (value) => tests.some((test) => test(value));
  }
  if (pattern instanceof RegExp) return (value) => value.length <= VALUE_MAX && pattern.test(value);
  if (typeof pattern === 'object') return (value) => value.length <= VALUE_MAX && runTable(pattern, value);
  const text = ignoreCase ? pattern.toLowerCase() : pattern;
  return (value) => globTest(text, value);
}

/** * is any run of characters, ? any one. Takes at most pattern x value steps. */
function globTest(pattern, value) {
  const width = (at) => (value.codePointAt(at) > 0xffff ? 2 : 1);
  let p = 0;
  let v = 0;
  let star = -1;
  let resume = 0;
  while (v < value.length) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      resume = v;
    } else if (pattern[p] !== undefined && pattern[p] === value[v]) {
      p += 1;
      v += 1;
    } else if (pattern[p] === '?') {
      p += 1;
      v += width(v);
    } else if (star >= 0) {
      p = star + 1;
      resume += width(resume);
      v = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Follows all ways through the table at once, one character after the other. */
function runTable({ start, anchored, sets, code }, value) {
  const points = Array.from(value, (char) => char.codePointAt(0));
  let threads = [start];
  for (let i = 0; ; i += 1) {
    const where = placeAt(points[i - 1], points[i]);
    if (i > 0 && !anchored) threads.push(start);
    const seen = new Set();
    const waiting = [];
    for (let at = threads.pop(); at !== undefined; at = threads.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const [what, one, other] = code[at];
      if (what === 'match') return true;
      if (what === 'char') waiting.push(at);
      else if (what === 'split') threads.push(one, other);
      else if (what === 'where' && (one & ~where) === 0) threads.push(other);
    }
    if (i === points.length) return false;
    for (const at of waiting) {
      const [, set, next] = code[at];
      if (isIn(sets[set], points[i])) threads.push(next);
    }
  }
}

const isWord = (point) => point !== undefined && /^\w$/.test(String.fromCodePoint(point));

/** What holds between two characters: 1 a line begins, 2 one ends, 4 the text begins, 8 it ends, 16 \b, 32 \B. */
function placeAt(before, after) {
  let where = isWord(before) === isWord(after) ? 32 : 16;
  if (before === undefined) where |= 5;
  if (before === 10) where |= 1;
  if (after === undefined) where |= 10;
  if (after === 10) where |= 2;
  return where;
}

function isIn(set, point) {
  for (let i = 0; i < set.length; i += 2) if (point >= set[i] && point <= set[i + 1]) return true;
  return false;
}

// ---------------------------------------------------------------------------------------------------------------------
// IP addresses and networks. An address is a list of 16-bit words: 2 for IPv4, 8 for IPv6.

/** One group of IPv4 may be empty or have leading zeros only inside of an IPv6 address, as nginx reads it. */
function ipv4Words(text, octet) {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((one) => octet.test(one) && Number(one) < 256)) return null;
  const [a, b, c, d] = octets.map(Number);
  return [a * 256 + b, c * 256 + d];
}

function ipWords(text) {
  if (!text.includes(':')) return ipv4Words(text, /^(0|[1-9]\d{0,2})$/);
  if (((/^:[^:]/.test(text) || /[^:]:$/.test(text)) && text !== '::') || text.includes(':::')) return null;
  const groups = (text.startsWith(':') ? text.slice(1) : text).split(':');
  const last = groups.pop();
  const words = [];
  let zero = -1;
  for (const group of groups) {
    if (group === '') {
      if (zero >= 0) return null;
      zero = words.length;
    } else if (/^[0-9a-f]{1,4}$/i.test(group) && words.length < 7) words.push(Number.parseInt(group, 16));
    else return null;
  }
  const tail = lastWords(last, zero >= 0, groups.length > 0);
  if (tail === null) return null;
  words.push(...tail);
  if (words.length === 8) return zero < 0 ? words : null;
  if (zero < 0 || words.length > 8) return null;
  return [...words.slice(0, zero), ...new Array(8 - words.length).fill(0), ...words.slice(zero)];
}

function lastWords(last, hasZero, hasColon) {
  if (last === '') return hasZero ? [0] : null;
  if (/^[0-9a-f]{1,4}$/i.test(last)) return [Number.parseInt(last, 16)];
  if (!hasColon || !/^[0-9a-f]{1,4}\./i.test(last)) return null;
  const words = ipv4Words(last, /^\d*$/);
  return words !== null && words[0] === 0xffff && words[1] === 0xffff ? null : words;
}

/** ::ffff:192.0.2.1 is 192.0.2.1. */
const unmapped = (words) =>
  words.length === 8 && words[5] === 0xffff && words.slice(0, 5).every((word) => word === 0) ? words.slice(6) : words;

/** Makes an address, a network such as 192.0.2.0/24, or a list of them ready; unix: is a client on a unix socket. */
function clientTest(pattern) {
  if (Array.isArray(pattern)) {
    const tests = pattern.map(clientTest);
    return (value) => tests.some((test) => test(value));
  }
  const [address, bits, ...more] = pattern.split('/');
  const read = ipWords(address);
  const size = read === null ? 0 : read.length * 16;
  const usable = bits === undefined || (/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= size);
  if (read === null || more.length > 0 || !usable) return (value) => value === pattern;
  const network = bits === undefined ? unmapped(read) : read;
  const length = bits === undefined ? network.length * 16 : Number(bits);
  return (value) => {
    const client = ipWords(value);
    return client !== null && samePrefix(network.length === 2 ? unmapped(client) : client, network, length);
  };
}

function samePrefix(one, other, bits) {
  if (one.length !== other.length) return false;
  for (let i = 0, left = bits; left > 0; i += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if ((one[i] & mask) !== (other[i] & mask)) return false;
  }
  return true;
}

// ---------------------------------------------------------------------------------------------------------------------
// Conditions: all that stand in a rule's "when" must hold.

/** 3, '2..', '..3' or '2..4'. */
function attemptTest(written) {
  const [, low, dots, high] = /^(\d{1,6})?(\.\.)?(\d{1,6})?$/.exec(String(written).trim()) ?? [];
  if (low === undefined && high === undefined) return () => false;
  const from = low === undefined ? 1 : Number(low);
  const to = high === undefined ? (dots ? Infinity : from) : Number(high);
  return (attempt) => from >= 1 && attempt >= from && attempt <= to;
}

/** <> is the null sender, whose address is empty. */
const senders = (pattern) => {
  if (Array.isArray(pattern)) return pattern.map(senders);
  return pattern === '<>' ? '' : pattern;
};

/** A value that the question does not have matches nothing. */
const given = (test, pick) => (question) => pick(question) !== null && test(pick(question));

const conditions = {
  protocol: (pattern) => given(textTest(pattern, true), ({ protocol }) => protocol),
  method: (pattern) => given(textTest(pattern, true), ({ method }) => method),
  rcpt: (pattern) => given(textTest(pattern, true), ({ rcpt }) => rcpt),
  from: (pattern) => given(textTest(senders(pattern), true), ({ from }) => from),
  helo: (pattern) => given(textTest(pattern, true), ({ helo }) => helo),
  user: (pattern) => given(textTest(pattern, false), ({ user }) => decodeUtf8(user)),
  client: (pattern) => given(clientTest(pattern), ({ clientIp }) => clientIp),
  clientHost: (pattern) => given(textTest(pattern, true), ({ clientHost }) => clientHost),
  password: (expected) => (_question, login) => login.password === expected,
  tls: (expected) => ({ tls }) => tls === expected,
  attempt: (written) => given(attemptTest(written), ({ attempt }) => attempt),
};

function whenTest(when) {
  const fields = Object.keys(when).filter((field) => Object.hasOwn(conditions, field));
  const tests = fields.map((field) => conditions[field](when[field]));
  if (when.not) {
    const inner = whenTest(when.not);
    tests.push((question, login) => !inner(question, login));
  }
  return (question, login) => tests.every((test) => test(question, login));
}

/** The rules that are on, ready to be used. */
const rules = RULES.filter(({ off }) => !off).map(({ when, then }) => ({ matches: whenTest(when), then }));
`;
