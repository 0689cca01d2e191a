/** The shape of a lab file. What values mean to each other is checked in `check.ts`. */
import { z } from 'zod';
import { ruleFaults } from '../auth/fault.ts';
import { faultSchema, playSchema } from './play-schema.ts';
import { headerValue, named, object } from './shape.ts';
import { testSchema } from './tests-schema.ts';

const text = z.string();

const pattern = z.union([z.string(), z.array(z.string()).min(1)], {
  error: 'expected a text pattern, or a list of them: text, a glob with * and ?, or /regex/flags',
});

const conditions = {
  protocol: pattern.exactOptional(),
  method: pattern.exactOptional(),
  rcpt: pattern.exactOptional(),
  from: pattern.exactOptional(),
  helo: pattern.exactOptional(),
  user: pattern.exactOptional(),
  password: z.enum(['valid', 'invalid']).exactOptional(),
  client: pattern.exactOptional(),
  clientHost: pattern.exactOptional(),
  tls: z.boolean().exactOptional(),
  attempt: z
    .union([z.number(), z.string()], { error: 'expected a number, or a range such as 2.. or 2..4' })
    .exactOptional(),
};

const when = object({ ...conditions, not: object(conditions).exactOptional() });

const never = object({
  name: named.exactOptional(),
  ...conditions,
  not: object(conditions).exactOptional(),
  route: named,
});

const headerName = z.string().regex(/^[^\s:]+$/, 'expected the name of a header');
const rawHeaders = z.record(
  headerName,
  z.union([headerValue, z.number().transform(String)], { error: 'expected one line of text' }),
);

const then = object({
  route: named.exactOptional(),
  reject: headerValue.exactOptional(),
  raw: object({
    status: z.number().int().min(100, 'expected an HTTP status from 100 to 999').max(999).default(200),
    headers: rawHeaders.default({}),
  }).exactOptional(),
  wait: z.number().int().min(0).max(86_400, 'expected at most 86400 seconds (a day)').exactOptional(),
  user: headerValue.exactOptional(),
  password: headerValue.exactOptional(),
  delay: z.number().int().min(0).max(3_600_000, 'expected at most 3600000 ms (an hour)').exactOptional(),
  fault: z.enum(ruleFaults).exactOptional(),
});

const rule = object({
  name: named,
  when: when.default({}),
  then,
  off: z.boolean().exactOptional(),
});

const auth = object({
  listen: text,
  transport: z.enum(['in-process', 'http']).default('in-process'),
  rules: z.array(rule).default([]),
  otherwise: then.default({ reject: '550 5.1.1 no rule matches' }),
});

const account = object({ user: named, password: headerValue, upstream: named.exactOptional() });

const upstream = object({
  smtp: text.exactOptional(),
  imap: text.exactOptional(),
  pop3: text.exactOptional(),
  external: z.boolean().default(false),
  play: playSchema.exactOptional(),
  faults: z.array(faultSchema).max(100, 'expected at most 100 faults').exactOptional(),
});

const proxy = z.union([z.string(), object({ file: named })], {
  error: 'expected the text of an nginx.conf (after "proxy: |"), or { file: nginx.conf }',
});

/** The proxy's part of a file whose other parts may be wrong. */
export const proxySchema = z.looseObject({ proxy });

/** The whole file, format 1. */
export const labSchema = object({
  lab: z.literal(1, { error: 'expected 1: this version reads lab files of format 1' }),
  name: named,
  proxy,
  auth: auth.exactOptional(),
  accounts: z.array(account).default([]),
  upstreams: z.record(z.string(), upstream).default({}),
  never: z.array(never).default([]),
  tests: z.array(testSchema).default([]),
});

/** A lab file that has the right shape. */
export type LabFile = z.output<typeof labSchema>;
