/** AUTH on the POP3 front: the SASL exchange in POP3's words (RFC 5034). */
import { askFirst } from '../machine/login.ts';
import type { Bytes } from '../machine/machine.ts';
import { move, say } from '../machine/steps.ts';
import { continueSasl, isSecretAnswer, type SaslPlace, type SaslStep, startSasl } from '../sasl/exchange.ts';
import { bodyEnd, continuation } from '../wire/line.ts';
import { ARGUMENTS_MAX, type Pop3Command } from './commands.ts';
import type { Pop3Config } from './config.ts';
import type { Pop3State } from './state.ts';
import { invalid, manner, type Pop3Step, refuse } from './steps.ts';

function told(state: Pop3State, step: SaslStep): Pop3Step {
  switch (step.type) {
    case 'prompt':
      return move(state, { ...step.found, place: step.place }, 'pop3.auth.prompt', say(`+ ${step.text}\r\n`));
    case 'credentials':
      return askFirst(manner, state, step.found, 'pop3.auth.ask');
    case 'invalid':
      return {
        ...invalid({ ...state, ...step.found }, `pop3.auth.${step.why}`),
        ...(step.params && { params: step.params }),
      };
  }
}

/** `AUTH MECHANISM [initial-response]`. */
export function startAuth(config: Pop3Config, state: Pop3State, { args }: Pop3Command, line: Bytes): Pop3Step {
  const [mechanism = '', response] = args;
  const step = told(state, startSasl(config, state, args));
  if (response === undefined || mechanism.toUpperCase() !== 'PLAIN') return step;
  const from = line.indexOf(response, line.toUpperCase().indexOf('PLAIN') + 'PLAIN'.length);
  return { ...step, secret: [[from, bodyEnd(line)]] };
}

/** The client's answer to a prompt. */
export function continueAuth(config: Pop3Config, state: Pop3State, place: SaslPlace, line: Bytes): Pop3Step {
  const token = continuation(line, ARGUMENTS_MAX);
  if (token === undefined) return refuse(config, state);
  const step = told(state, continueSasl(config, state, place, token));
  return isSecretAnswer(place) ? { ...step, secret: [[0, bodyEnd(line)]] } : step;
}
