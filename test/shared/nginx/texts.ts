/** Texts for properties: pieces that matter to the grammar, put together by chance. */
import fc from 'fast-check';

const PIECES = [
  ...[
    'mail',
    'server',
    'events',
    'http',
    'timeout',
    'server_name',
    'listen',
    'protocol',
    'smtp',
    'smtp_auth',
    'xclient',
  ],
  ...['auth_http', 'auth_http_header', 'error_log', 'stderr', 'info', 'smtp_capabilities', 'thread_pool', 'starttls'],
  ...[
    '3s',
    '1m30',
    'on',
    'off',
    'plain',
    'none',
    '25',
    '127.0.0.1:3333',
    '[::1]:25',
    'unix:/a',
    '1-9',
    'é',
    '😀',
    '\ud800',
  ],
  ...['a#b', '#c', '"', "'", '\\', '\\\\', '\\n', '$', '${', ')', '\0', '\ufeff', ';', ';', ';', '{', '{', '}', '}'],
  ...[' ', ' ', ' ', '\n', '\t', '\r\n', '""', "'a b'", 'x'.repeat(4095)],
];

/** Mostly faulty texts. */
export const chanceText = fc
  .array(fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(''));

const gap = fc.constantFrom(' ', '\n', '\t', '\r\n  ', ' # a "comment" {;}\n');
const word = fc.oneof(
  fc.constantFrom(
    'timeout',
    '3s',
    'a#b',
    'a}b',
    'x"y"',
    '\\;',
    '\\{a',
    '$\u007ba}',
    "''",
    '"a b"',
    "'{;}'",
    '"\\""',
    '\\ ',
    'é',
  ),
  fc.stringMatching(/^[a-z0-9_.:/]+$/),
);
const words = fc
  .array(fc.tuple(gap, word), { minLength: 1, maxLength: 4 })
  .map((pairs) => pairs.map(([before, text]) => before + text).join(''));

const { block } = fc.letrec<{ block: string; directive: string }>((tie) => ({
  directive: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(words, fc.oneof(gap, fc.constant(''))).map(([text, before]) => `${text}${before};`),
    fc.tuple(words, gap, tie('block'), gap).map(([text, before, inner, end]) => `${text}${before}{${inner}${end}}`),
  ),
  block: fc.array(tie('directive'), { maxLength: 4 }).map((children) => children.join('')),
}));

/** Texts without a fault of form. */
export const goodText = fc
  .tuple(block, fc.oneof(gap, fc.constant(''), fc.constant('# the end')))
  .map((parts) => parts.join(''));
