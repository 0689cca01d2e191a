/** Which machines speak for a listener. */
import type { Lookup } from '../../shared/auth/lookup.ts';
import type { Effect, Machine } from '../../shared/machine/machine.ts';
import type { MailServer } from '../../shared/nginx/mail.ts';
import { smtpBack } from '../../shared/smtp/back.ts';
import type { SmtpConfig } from '../../shared/smtp/config.ts';
import { smtpFront } from '../../shared/smtp/front.ts';
import { type Hasher, type RelayItem, type RelayTap, smtpTap } from '../../shared/smtp/relay.ts';
import type { SmtpState } from '../../shared/smtp/state.ts';

/** The state every front has in common with the others; the driver reads no more of it. */
export type FrontState = SmtpState;
/** A front machine, whatever it speaks. */
export type Front = Machine<FrontState, string>;
/** A back machine, whatever it speaks. */
export type Back = Machine<{ readonly place: string }, string>;

/** One server block, ready to serve. */
export interface Service {
  readonly server: MailServer;
  readonly front: Front;
  /** Size of the client's input buffer, bytes. */
  readonly clientBuffer: number;
  back(state: FrontState): Back;
  tap(hash: () => Hasher, emit: (item: RelayItem) => void): RelayTap;
  /** Said when the lab itself fails. */
  readonly apology: string;
}

/** Builds the machines of a server block. */
export function serviceOf(server: MailServer): Service {
  const config: SmtpConfig = {
    serverName: server.serverName,
    timeoutMs: server.timeoutMs,
    greetingDelayMs: server.smtpGreetingDelayMs,
    maxErrors: server.maxErrors,
    auth: server.smtpAuth,
    capabilities: server.smtpCapabilities,
    passErrorMessage: server.proxyPassErrorMessage,
    logsInfo: server.errorLogs.some(({ level }) => level === 'info' || level === 'debug'),
    xclient: server.xclient,
    proxySmtpAuth: server.proxySmtpAuth,
  };
  return {
    server,
    front: smtpFront(config),
    clientBuffer: server.smtpClientBuffer,
    back: (state) => smtpBack(config, state),
    tap: smtpTap,
    apology: '421 4.3.0 The lab itself failed\r\n',
  };
}

/** The whole question to the auth service: what the dialogue knows, and what the connection and the configuration add. */
export function lookupOf(
  { type: _, ...asked }: Extract<Effect, { type: 'ask' }>,
  state: FrontState,
  server: MailServer,
): Lookup {
  return {
    ...asked,
    protocol: server.protocol,
    clientIp: state.client.address,
    clientHost: state.clientHost,
    headers: server.authHttpHeaders,
  };
}
