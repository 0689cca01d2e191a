/** The shape of an upstream's `play` and `faults` in the lab file. */
import { z } from 'zod';
import { stages } from '../upstream/fault.ts';
import { plainPlay } from '../upstream/play.ts';
import { headerValue, named, object } from './shape.ts';

const offer = { extra: z.array(headerValue).default([]), hide: z.array(named).default([]) };

const { smtp, imap, pop3 } = plainPlay;

const smtpPlay = object({
  ...offer,
  size: z
    .number()
    .int()
    .min(1, 'expected a number of bytes, at least 1')
    .max(smtp.size, `expected at most ${smtp.size} bytes`)
    .default(smtp.size),
  auth: z.enum(['off', 'offered', 'required']).default(smtp.auth),
  xclient: z.boolean().default(smtp.xclient),
  xclientFrom: z.array(named).default([]),
});

const imapPlay = object({
  ...offer,
  loginDisabled: z.boolean().default(imap.loginDisabled),
  preauth: headerValue.default(imap.preauth),
});

const pop3Play = object({ ...offer, apop: z.boolean().default(pop3.apop) });

/** `play`: what is left out is as in `plainPlay`. */
export const playSchema = object({
  proxyProtocol: z.boolean().default(plainPlay.proxyProtocol),
  starttls: z.boolean().default(plainPlay.starttls),
  anyLogin: z.boolean().exactOptional(),
  smtp: smtpPlay.default(smtp as z.output<typeof smtpPlay>),
  imap: imapPlay.default(imap as z.output<typeof imapPlay>),
  pop3: pop3Play.default(pop3 as z.output<typeof pop3Play>),
});

const count = (most: number) => z.number().int().min(1, 'expected at least 1').max(most, `expected at most ${most}`);
const ms = z.number().int().min(0).max(3_600_000, 'expected at most 3600000 ms (an hour)');
const pattern = z.union([named, z.array(named).min(1)], { error: 'expected a text pattern, or a list of them' });
const anyStage = z.enum([...new Set([...stages.smtp, ...stages.imap, ...stages.pop3])] as [string, ...string[]]);

/**
 * One of `faults`: `{ stage: rcpt, reply: "450 4.2.0 Greylisted", next: 1 }`. Exactly one of the acts; at most one of
 * `next`, `every` and `percent` (with `seed`); `protocol` may be left out where the stage belongs to one alone.
 */
export const faultSchema = object({
  protocol: z.enum(['smtp', 'imap', 'pop3']).exactOptional(),
  stage: anyStage,
  reply: z
    .string()
    .regex(/^[^\r\0]+$/, 'expected the words of an answer, its lines parted by line feeds')
    .exactOptional(),
  delay: ms.exactOptional(),
  drip: ms.exactOptional(),
  close: z.literal(true, { error: 'expected true' }).exactOptional(),
  reset: z.literal(true, { error: 'expected true' }).exactOptional(),
  refuse: z.literal(true, { error: 'expected true' }).exactOptional(),
  silent: z.literal(true, { error: 'expected true' }).exactOptional(),
  switch: z.enum(['no-xclient', 'login-disabled', 'preauth', 'proxy-protocol']).exactOptional(),
  next: count(1_000_000).exactOptional(),
  every: count(1_000_000).exactOptional(),
  percent: count(100).exactOptional(),
  seed: z.number().int().exactOptional(),
  address: pattern.exactOptional(),
  client: pattern.exactOptional(),
});
