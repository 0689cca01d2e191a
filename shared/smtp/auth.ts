/** AUTH on the SMTP front: one mechanism after the other, as nginx checks and prompts for them. */
import type { Bytes } from '../machine/machine.ts';
import { challenge, splitCram } from '../sasl/cram-md5.ts';
import { splitPlain } from '../sasl/plain.ts';
import { decodeBase64, encodeBase64 } from '../wire/base64.ts';
import { parseContinuation, type SmtpCommand } from './commands.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpReason } from './reasons.ts';
import type { AuthPlace, SmtpState } from './state.ts';
import { ask, move, refuse, type SmtpStep, say } from './steps.ts';

const invalid = (state: SmtpState, why: SmtpReason): SmtpStep =>
  move(state, { place: 'command' }, why, say('500 5.5.1 Invalid command\r\n'));

const prompt = (state: SmtpState, place: AuthPlace, text: Bytes): SmtpStep =>
  move(state, { place }, 'smtp.auth.prompt', say(`334 ${text}\r\n`));

const salt = (config: SmtpConfig, state: SmtpState): Bytes => challenge(state.nonce, config.serverName);

/** `AUTH MECHANISM [initial-response]`; nginx never checks PLAIN and LOGIN against smtp_auth, nor EXTERNAL with a response. */
export function startAuth(config: SmtpConfig, state: SmtpState, { args, text }: SmtpCommand): SmtpStep {
  const [mechanism = '', response] = args;
  const step = mechanismStep(config, state, args);
  if (response === undefined || mechanism.toUpperCase() !== 'PLAIN') return step;
  const from = text.indexOf(response, text.toUpperCase().indexOf('PLAIN') + 'PLAIN'.length);
  return { ...step, secret: [[from, text.length]] };
}

function mechanismStep(config: SmtpConfig, state: SmtpState, args: readonly Bytes[]): SmtpStep {
  const [mechanism = '', response, more] = args;
  if (more !== undefined) return invalid(state, 'smtp.auth.refused');
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      return response === undefined ? prompt(state, 'plain', '') : answers.plain(config, state, response);
    case 'LOGIN':
      return response === undefined
        ? prompt(state, 'login-user', 'VXNlcm5hbWU6')
        : answers['login-user'](config, state, response);
    case 'CRAM-MD5':
      if (response !== undefined || !config.auth.includes('cram-md5')) return invalid(state, 'smtp.auth.refused');
      return prompt({ ...state, salt: salt(config, state) }, 'cram-md5', encodeBase64(salt(config, state)));
    case 'EXTERNAL':
      if (response !== undefined) return answers.external(config, state, response);
      if (!config.auth.includes('external')) return invalid(state, 'smtp.auth.refused');
      return prompt(state, 'external', 'VXNlcm5hbWU6');
    default:
      return invalid(state, 'smtp.auth.refused');
  }
}

/** The client's answer to a prompt. */
export function continueAuth(config: SmtpConfig, state: SmtpState, place: AuthPlace, line: Bytes): SmtpStep {
  const token = parseContinuation(line);
  if (token === undefined) return refuse(config, state);
  const step = answers[place](config, state, token);
  return secretAnswers.has(place) ? { ...step, secret: [[0, line.replace(/\r?\n$/, '').length]] } : step;
}

// User names are shown, what proves them is not.
const secretAnswers: ReadonlySet<AuthPlace> = new Set(['plain', 'login-password', 'cram-md5']);

function credentials(state: SmtpState, known: Partial<SmtpState>): SmtpStep {
  return ask({ ...state, ...known, attempt: state.attempt + 1, repeats: 0 }, 'smtp.auth.ask');
}

type Answer = (config: SmtpConfig, state: SmtpState, token: Bytes) => SmtpStep;

const decoded =
  (act: (config: SmtpConfig, state: SmtpState, text: Bytes) => SmtpStep): Answer =>
  (config, state, token) => {
    const text = decodeBase64(token);
    return text === undefined ? invalid(state, 'smtp.auth.base64') : act(config, state, text);
  };

const answers: Record<AuthPlace, Answer> = {
  plain: decoded((_config, state, text) => {
    const found = splitPlain(text);
    return found ? credentials(state, { ...found, method: 'plain' }) : invalid(state, 'smtp.auth.plain');
  }),
  'login-user': decoded((_config, state, user) => prompt({ ...state, user }, 'login-password', 'UGFzc3dvcmQ6')),
  'login-password': decoded((_config, state, password) => credentials(state, { password, method: 'plain' })),
  'cram-md5': decoded((config, state, text) => {
    const { user, digest } = splitCram(text, state.password ?? '');
    if (digest === undefined) return invalid({ ...state, user }, 'smtp.auth.digest');
    return credentials(state, { user, password: digest, method: 'cram-md5', salt: salt(config, state) });
  }),
  external: decoded((_config, state, user) => credentials(state, { user, method: 'external' })),
};
