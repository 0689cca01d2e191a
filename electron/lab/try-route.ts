/** One lookup through the rules, without a session: what the auth service would be asked and would answer. */
import { decodeAnswer, encodeAnswer } from '../../shared/auth/answer.ts';
import { decide } from '../../shared/auth/decide.ts';
import { readIp } from '../../shared/auth/ip.ts';
import type { Lookup } from '../../shared/auth/lookup.ts';
import { encodeRequest } from '../../shared/auth/request.ts';
import type { RuleBook } from '../../shared/auth/rule.ts';
import { verdictText } from '../../shared/auth/verdict-text.ts';
import type { CallArgument, TryAnswer, TryResult } from '../../shared/contract/contract.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { UserError } from './user-error.ts';

type Asked = CallArgument<'route.try'>;

/** On the wire a text is a byte string (UTF-8, one character a byte). */
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** nginx keeps whole command lines; someone who tries an address types the address. */
function command(verb: string, text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const whole = /^(mail from|rcpt to)\s*:/i.test(text);
  return bytes(whole ? text : `${verb}:<${text.replace(/^<|>$/g, '')}>`);
}

/** The question nginx would put: with `user` as after a login that worked, else as with `smtp_auth none`. */
function lookupOf(asked: Asked, book: RuleBook, headers: Lookup['headers']): Lookup {
  const { protocol, client: clientIp, user } = asked;
  const clientHost = protocol === 'smtp' ? { clientHost: '[UNAVAILABLE]' } : {};
  const common = { protocol, attempt: 1, clientIp, headers, ...clientHost };
  if (user !== undefined) {
    const password = book.accounts.find((account) => account.user === user)?.password ?? '';
    return { ...common, method: 'plain', user: bytes(user), password: bytes(password) };
  }
  const helo = bytes(asked.helo ?? '');
  const from = command('MAIL FROM', asked.from);
  const to = command('RCPT TO', asked.rcpt);
  return { ...common, method: 'none', user: '', password: '', helo, from, to };
}

/** Runs a lookup through the lab's own rules; a lab without an auth service of its own has none. */
export function tryRoute(asked: Asked, book: RuleBook | null, conf: MailConf): TryResult {
  if (!book) throw new UserError('This lab has no auth service of its own, so it has no rules to try.');
  const server = conf.servers.find(({ protocol }) => protocol === asked.protocol) ?? conf.servers[0];
  if (!server) throw new UserError('This lab has no proxy server, so nothing would ask the rules.');
  if (readIp(asked.client) === null) throw new UserError(`The client's address "${asked.client}" is no IP address.`);
  const lookup = lookupOf(asked, book, server.authHttpHeaders);
  const decision = decide(book, lookup);
  const response = encodeAnswer(decision.answer);
  const verdict = decodeAnswer(response, { protocol: asked.protocol, passwordKnown: asked.user !== undefined });
  return {
    trail: decision.trail,
    rule: decision.rule,
    verdict: verdictText(verdict),
    upstream: decision.upstream,
    request: encodeRequest(lookup, server.authHttp),
    response,
  };
}

/** The same in a few words, for one of many: a lookup that cannot be put has its sentence, and the others go on. */
export function tryBriefly(asked: Asked, book: RuleBook | null, conf: MailConf): TryAnswer {
  try {
    const { rule, verdict, upstream } = tryRoute(asked, book, conf);
    return { rule, verdict, upstream, problem: null };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}
