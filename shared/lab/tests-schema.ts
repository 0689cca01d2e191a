/** The shape of a lab file's tests. What their values mean is checked in `tests-check.ts`. */
import { z } from 'zod';
import { headerValue, named, object } from './shape.ts';

const oneLine = z.string().regex(/^[^\r\n\0]*$/, 'expected one line: a line break would end the command');
const count = z.number().int().min(0, 'expected a number from 0');

const code = z
  .number()
  .int()
  .min(200, 'expected a reply code from 200 to 599')
  .max(599, 'expected a reply code from 200 to 599');

/** A pattern, or a number such as a reply code, which YAML reads as one. */
const reply = z.union([z.string(), code], {
  error: 'expected a reply code such as 550, or text, a glob or /regex/ for the reply',
});

const recipients = z.union(
  [z.array(oneLine).min(1, 'expected at least one recipient'), oneLine.transform((one) => [one])],
  {
    error: 'expected an address, or a list of at least one',
  },
);
const addresses = z.union([z.array(z.string()), z.string().transform((one) => [one])], {
  error: 'expected an address, or a list of them',
});

const lookup = object({
  protocol: z.enum(['smtp', 'imap', 'pop3']).exactOptional(),
  method: z.enum(['plain', 'apop', 'cram-md5', 'external', 'none']).exactOptional(),
  rcpt: oneLine.exactOptional(),
  from: oneLine.exactOptional(),
  helo: oneLine.exactOptional(),
  user: oneLine.exactOptional(),
  password: oneLine.exactOptional(),
  client: z.string().exactOptional(),
  clientHost: oneLine.exactOptional(),
  tls: z.boolean().exactOptional(),
  attempt: z.number().int().min(1, 'expected a number from 1').exactOptional(),
});

const send = object({
  listener: z.union([z.string(), z.number().int()], { error: 'expected a port, or HOST:PORT' }).exactOptional(),
  helo: oneLine.exactOptional(),
  from: oneLine,
  to: recipients,
  user: oneLine.exactOptional(),
  password: oneLine.exactOptional(),
  subject: oneLine.exactOptional(),
  body: z.string().exactOptional(),
  tls: z.boolean().exactOptional(),
});

/** The keys of both kinds of tests; which belong to which is checked with the rest of the meaning. */
const expected = object({
  rule: named.exactOptional(),
  route: named.exactOptional(),
  reject: reply.exactOptional(),
  wait: count.exactOptional(),
  user: headerValue.exactOptional(),
  password: headerValue.exactOptional(),
  status: z.number().int().min(100, 'expected an HTTP status from 100 to 999').max(999).exactOptional(),
  delay: count.exactOptional(),
  error: z
    .enum(['no-server-or-port', 'no-password', 'bad-address', 'bad-port', 'bad-response', 'bad-header', 'too-large'])
    .exactOptional(),
  upstream: named.exactOptional(),
  reply: reply.exactOptional(),
  authCalls: count.exactOptional(),
  outcome: z.enum(['relayed', 'rejected', 'failed', 'quit', 'closed']).exactOptional(),
  accepted: addresses.exactOptional(),
  rejected: addresses.exactOptional(),
  messages: count.exactOptional(),
  contains: z.string().min(1, 'expected a text').exactOptional(),
});

/** One test. */
export const testSchema = object({
  name: named,
  lookup: lookup.exactOptional(),
  send: send.exactOptional(),
  expect: expected,
});

/** A test that has the right shape. */
export type TestFile = z.output<typeof testSchema>;
