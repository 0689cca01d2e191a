/** Which machines speak for a listener. */
import type { Lookup } from '../auth/lookup.ts';
import { imapBack } from '../imap/back.ts';
import { imapFront } from '../imap/front.ts';
import { imapTap } from '../imap/relay.ts';
import type { ImapState } from '../imap/state.ts';
import type { LoginConfig, LoginState } from '../machine/login-state.ts';
import type { Bytes, ClientTls, Effect, Machine } from '../machine/machine.ts';
import { verifyText } from '../machine/secure.ts';
import type { MailServer } from '../nginx/mail.ts';
import { pop3Back } from '../pop3/back.ts';
import { CLIENT_BUFFER } from '../pop3/config.ts';
import { pop3Front } from '../pop3/front.ts';
import { pop3Tap } from '../pop3/relay.ts';
import type { Pop3State } from '../pop3/state.ts';
import { smtpBack } from '../smtp/back.ts';
import { smtpFront } from '../smtp/front.ts';
import { smtpTap } from '../smtp/relay.ts';
import type { SmtpState } from '../smtp/state.ts';
import type { MakeTap } from '../wire/relay.ts';

/** What the driver reads of a front's state; the envelope is there in SMTP only. */
export interface FrontState extends LoginState {
  readonly helo?: Bytes | null;
  readonly esmtp?: boolean;
  readonly from?: Bytes | null;
  readonly to?: Bytes | null;
}
/** A back machine, whatever it speaks. */
export type Back = Machine<{ readonly place: string }, string>;

/** What a protocol brings: its machines, its buffer, its words. */
interface Spoken<S extends FrontState> {
  readonly front: Machine<S, string>;
  /** Size of the client's input buffer, bytes. */
  readonly clientBuffer: number;
  back(state: S): Back;
  readonly tap: MakeTap;
  /** Said when the lab itself fails. */
  readonly apology: string;
}

/** One server block, ready to serve. */
export interface Service extends Spoken<FrontState> {
  readonly server: MailServer;
}

const common = (server: MailServer): LoginConfig => ({
  serverName: server.serverName,
  timeoutMs: server.timeoutMs,
  maxErrors: server.maxErrors,
  passErrorMessage: server.proxyPassErrorMessage,
  starttls: server.starttls,
  verifyClient: server.ssl.verifyClient,
});

function smtp(server: MailServer) {
  const config = {
    ...common(server),
    greetingDelayMs: server.smtpGreetingDelayMs,
    auth: server.smtpAuth,
    capabilities: server.smtpCapabilities,
    logsInfo: server.errorLogs.some(({ level }) => level === 'info' || level === 'debug'),
    xclient: server.xclient,
    proxySmtpAuth: server.proxySmtpAuth,
  };
  return spoken<SmtpState>({
    front: smtpFront(config),
    clientBuffer: server.smtpClientBuffer,
    back: (state) => smtpBack(config, state),
    tap: smtpTap,
    apology: '421 4.3.0 The lab itself failed\r\n',
  });
}

const imap = (server: MailServer) =>
  spoken<ImapState>({
    front: imapFront({ ...common(server), auth: server.imapAuth, capabilities: server.imapCapabilities }),
    clientBuffer: server.imapClientBuffer,
    back: imapBack,
    tap: imapTap,
    apology: '* BYE The lab itself failed\r\n',
  });

const pop3 = (server: MailServer) =>
  spoken<Pop3State>({
    front: pop3Front({ ...common(server), auth: server.pop3Auth, capabilities: server.pop3Capabilities }),
    clientBuffer: CLIENT_BUFFER,
    back: pop3Back,
    tap: pop3Tap,
    apology: '-ERR The lab itself failed\r\n',
  });

/** A front only ever gets its own states back, so the driver need not know which they are. */
const spoken = <S extends FrontState>(parts: Spoken<S>): Spoken<FrontState> => parts;

/** Builds the machines of a server block. */
export const serviceOf = (server: MailServer): Service => ({
  server,
  ...{ smtp, imap, pop3 }[server.protocol](server),
});

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
    ...(server.protocol === 'smtp' ? { clientHost: state.clientHost } : {}),
    ...(state.proxied ? { proxied: state.proxied } : {}),
    ...(state.tls ? { tls: tlsOf(state.tls, server.authHttpPassClientCert) } : {}),
    headers: server.authHttpHeaders,
  };
}

/** What the question tells of the handshake; the certificate's whole text under `auth_http_pass_client_cert` only. */
function tlsOf({ protocol, cipher, certificate }: ClientTls, passed: boolean): NonNullable<Lookup['tls']> {
  if (certificate === null) return { protocol, cipher };
  const told = { protocol, cipher, verify: verifyText(certificate) };
  if (certificate.shown === null) return told;
  const { subject, issuer, serial, fingerprint, pem } = certificate.shown;
  return { ...told, certificate: { subject, issuer, serial, fingerprint, ...(passed ? { pem } : {}) } };
}
