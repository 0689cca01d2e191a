/** AUTHENTICATE on the IMAP front: the SASL exchange in IMAP's words (RFC 9051 6.2.2). */
import { askFirst } from '../machine/login.ts';
import type { Bytes } from '../machine/machine.ts';
import { move, say } from '../machine/steps.ts';
import { continueSasl, type SaslPlace, type SaslStep, startSasl } from '../sasl/exchange.ts';
import { answerScan } from './commands.ts';
import type { ImapConfig } from './config.ts';
import type { ImapState } from './state.ts';
import { type ImapStep, invalid, manner } from './steps.ts';

function told(state: ImapState, step: SaslStep, bare: boolean): ImapStep {
  switch (step.type) {
    case 'prompt': {
      const next = { ...step.found, place: step.place, scan: answerScan(state.scan.quoted) };
      return move(state, next, 'imap.auth.prompt', say(`+ ${step.text}\r\n`));
    }
    case 'credentials':
      return askFirst(manner, state, step.found, 'imap.auth.ask');
    case 'invalid':
      return {
        ...invalid({ ...state, ...step.found }, `imap.auth.${step.why}`, bare),
        ...(step.params && { params: step.params }),
      };
  }
}

/** `AUTHENTICATE MECHANISM [initial-response]`. */
export const startAuthenticate = (config: ImapConfig, state: ImapState, args: readonly Bytes[]): ImapStep =>
  told(state, startSasl(config, state, args), false);

/** The client's answer to a prompt. nginx answers a bad login name with neither tag nor star. */
export const continueAuthenticate = (config: ImapConfig, state: ImapState, place: SaslPlace, token: Bytes): ImapStep =>
  told(state, continueSasl(config, state, place, token), place === 'login-user');
