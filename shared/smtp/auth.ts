/** AUTH on the SMTP front: the SASL exchange in SMTP's words. */
import { askFirst } from '../machine/login.ts';
import type { Bytes } from '../machine/machine.ts';
import { move, say } from '../machine/steps.ts';
import { continueSasl, isSecretAnswer, type SaslPlace, type SaslStep, startSasl } from '../sasl/exchange.ts';
import { bodyEnd, continuation } from '../wire/line.ts';
import { ARGUMENTS_MAX, type SmtpCommand } from './commands.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpState } from './state.ts';
import { INVALID, manner, refuse, type SmtpStep } from './steps.ts';

function told(state: SmtpState, step: SaslStep): SmtpStep {
  switch (step.type) {
    case 'prompt':
      return move(state, { ...step.found, place: step.place }, 'smtp.auth.prompt', say(`334 ${step.text}\r\n`));
    case 'credentials':
      return askFirst(manner, state, step.found, 'smtp.auth.ask');
    case 'invalid':
      return {
        ...move(state, { ...step.found, place: 'command' }, `smtp.auth.${step.why}`, say(INVALID)),
        ...(step.params && { params: step.params }),
      };
  }
}

/** `AUTH MECHANISM [initial-response]`. */
export function startAuth(config: SmtpConfig, state: SmtpState, { args, text }: SmtpCommand): SmtpStep {
  const [mechanism = '', response] = args;
  const step = told(state, startSasl(config, state, args));
  if (response === undefined || mechanism.toUpperCase() !== 'PLAIN') return step;
  const from = text.indexOf(response, text.toUpperCase().indexOf('PLAIN') + 'PLAIN'.length);
  return { ...step, secret: [[from, text.length]] };
}

/** The client's answer to a prompt. */
export function continueAuth(config: SmtpConfig, state: SmtpState, place: SaslPlace, line: Bytes): SmtpStep {
  const token = continuation(line, ARGUMENTS_MAX);
  if (token === undefined) return refuse(config, state);
  const step = told(state, continueSasl(config, state, place, token));
  return isSecretAnswer(place) ? { ...step, secret: [[0, bodyEnd(line)]] } : step;
}
