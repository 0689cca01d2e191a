/**
 * The SASL exchange as nginx holds it with a client: one mechanism after the other, with nginx's own checks and prompts
 * (ngx_mail_auth_parse and its neighbours). The protocols wrap its steps into their replies.
 */
import type { Bytes, Method } from '../machine/machine.ts';
import { decodeBase64, encodeBase64 } from '../wire/base64.ts';
import { challenge, splitCram } from './cram-md5.ts';
import { plainFault, splitPlain } from './plain.ts';

/** The places of an exchange: the next line is an answer, not a command. */
export const saslPlaces = ['plain', 'login-user', 'login-password', 'cram-md5', 'external'] as const;
export type SaslPlace = (typeof saslPlaces)[number];

const places: ReadonlySet<string> = new Set(saslPlaces);

/** True where the next line is an answer in a SASL exchange. */
export const isSaslPlace = (place: string): place is SaslPlace => places.has(place);

/** What the exchange needs to know of the session. */
export interface SaslKnown {
  readonly password: Bytes | null;
  readonly salt: Bytes | null;
  readonly nonce: { readonly random: number; readonly seconds: number };
}

/** What the exchange needs to know of a `server { }`. */
export interface SaslConfig {
  readonly serverName: string;
  /** `smtp_auth`, `imap_auth` or `pop3_auth`. */
  readonly auth: readonly string[];
}

/** What an exchange found out. */
export interface SaslFound {
  readonly user?: Bytes;
  readonly password?: Bytes;
  readonly method?: Method;
  readonly salt?: Bytes;
}

/** What comes of a line: another prompt (`text` stands behind the protocol's own sign), the credentials, or nothing. */
export type SaslStep =
  | { readonly type: 'prompt'; readonly place: SaslPlace; readonly text: Bytes; readonly found: SaslFound }
  | { readonly type: 'credentials'; readonly found: SaslFound }
  | {
      readonly type: 'invalid';
      readonly why: 'refused' | 'base64' | 'plain' | 'digest';
      readonly found: SaslFound;
      /** What was wrong with which mechanism's message; nginx's log names both. */
      readonly params?: { readonly mechanism: string; readonly part?: 'login' | 'password' };
    };

const prompt = (place: SaslPlace, text: Bytes, found: SaslFound = {}): SaslStep => ({
  type: 'prompt',
  place,
  text,
  found,
});
const credentials = (found: SaslFound): SaslStep => ({ type: 'credentials', found });
const refused: SaslStep = { type: 'invalid', why: 'refused', found: {} };

const saltOf = (config: SaslConfig, known: SaslKnown): Bytes => known.salt ?? challenge(known.nonce, config.serverName);

/**
 * `MECHANISM [initial-response]`; nginx never checks PLAIN and LOGIN against what is configured, nor EXTERNAL with a
 * response.
 */
export function startSasl(config: SaslConfig, known: SaslKnown, args: readonly Bytes[]): SaslStep {
  const [mechanism = '', response, more] = args;
  if (more !== undefined) return refused;
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      return response === undefined ? prompt('plain', '') : answers.plain(config, known, response);
    case 'LOGIN':
      return response === undefined
        ? prompt('login-user', 'VXNlcm5hbWU6')
        : answers['login-user'](config, known, response);
    case 'CRAM-MD5': {
      if (response !== undefined || !config.auth.includes('cram-md5')) return refused;
      const salt = saltOf(config, known);
      return prompt('cram-md5', encodeBase64(salt), { salt });
    }
    case 'EXTERNAL':
      if (response !== undefined) return answers.external(config, known, response);
      return config.auth.includes('external') ? prompt('external', 'VXNlcm5hbWU6') : refused;
    default:
      return refused;
  }
}

/** The client's answer to a prompt; `token` is the first word of its line. */
export const continueSasl = (config: SaslConfig, known: SaslKnown, place: SaslPlace, token: Bytes): SaslStep =>
  answers[place](config, known, token);

// User names are shown, what proves them is not.
const secretAnswers: ReadonlySet<string> = new Set<SaslPlace>(['plain', 'login-password', 'cram-md5']);

/** Whether the answer in this place proves who the client is. */
export const isSecretAnswer = (place: string): boolean => secretAnswers.has(place);

type Answer = (config: SaslConfig, known: SaslKnown, token: Bytes) => SaslStep;

const decoded =
  (mechanism: string, act: (config: SaslConfig, known: SaslKnown, text: Bytes) => SaslStep): Answer =>
  (config, known, token) => {
    const text = decodeBase64(token);
    if (text === undefined) return { type: 'invalid', why: 'base64', found: {}, params: { mechanism } };
    return act(config, known, text);
  };

const answers: Record<SaslPlace, Answer> = {
  plain: decoded('PLAIN', (_config, _known, text) => {
    const found = splitPlain(text);
    if (found) return credentials({ ...found, method: 'plain' });
    return { type: 'invalid', why: 'plain', found: {}, params: { mechanism: 'PLAIN', part: plainFault(text) } };
  }),
  'login-user': decoded('LOGIN', (_config, _known, user) => prompt('login-password', 'UGFzc3dvcmQ6', { user })),
  'login-password': decoded('LOGIN', (_config, _known, password) => credentials({ password, method: 'plain' })),
  'cram-md5': decoded('CRAM-MD5', (config, known, text) => {
    const { user, digest } = splitCram(text, known.password ?? '');
    if (digest === undefined)
      return { type: 'invalid', why: 'digest', found: { user }, params: { mechanism: 'CRAM-MD5' } };
    return credentials({ user, password: digest, method: 'cram-md5', salt: saltOf(config, known) });
  }),
  external: decoded('EXTERNAL', (_config, _known, user) => credentials({ user, method: 'external' })),
};
