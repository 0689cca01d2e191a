/**
 * TLS as every front sees it: whether STARTTLS is on offer, what it forgets of the connection, and what the client's
 * certificate is worth (ngx_mail_ssl_module.h, ngx_mail_verify_cert). The handshake itself is the driver's.
 */
import type { LoginConfig, LoginState, Starttls, VerifyClient } from './login-state.ts';
import type { Bytes, ClientCertificate, ClientTls, Step } from './machine.ts';
import { closing, go, type Manner } from './manner.ts';
import { say } from './steps.ts';

/** `starttls` as it holds at this moment: over TLS there is nothing left to start. */
export const starttlsNow = (config: LoginConfig, state: LoginState): Starttls =>
  state.tls === null ? config.starttls : 'off';

/** `starttls only` before TLS: credentials are refused. */
export const needsTls = (config: LoginConfig, state: LoginState): boolean => starttlsNow(config, state) === 'only';

/**
 * STARTTLS is granted: the reply, then a handshake. The clock of the dialogue runs on, and nothing is read until the
 * handshake is done.
 */
export const granted = <S extends LoginState, R extends string>(state: S, why: R, reply: Bytes): Step<S, R> =>
  go(state, { place: 'handshake' }, why, say(reply), { type: 'secure' });

/**
 * What `ssl_verify_client optional_no_ca` puts up with, by OpenSSL's numbers: a self-signed certificate (18), one in the
 * chain (19), an issuer that is not at hand (20), a first certificate that cannot be verified (21), no trust (27).
 */
const tolerated: ReadonlySet<number> = new Set([18, 19, 20, 21, 27]);

/** What is wrong with the client's certificate under `ssl_verify_client`; null where the session may go on. */
export function certificateFault(
  verify: VerifyClient,
  certificate: ClientCertificate | null,
): 'certificate.bad' | 'certificate.missing' | null {
  if (verify === 'off' || certificate === null) return null;
  const { code } = certificate.result;
  if (code !== 0 && !(verify === 'optional_no_ca' && tolerated.has(code))) return 'certificate.bad';
  return verify === 'on' && certificate.shown === null ? 'certificate.missing' : null;
}

/** The last line for a client whose certificate is not good enough; null where it is, or the connection is in clear. */
export function uncertified<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
): Step<S, R> | null {
  const certificate = state.tls?.certificate ?? null;
  const fault = certificateFault(config.verifyClient, certificate);
  if (fault === null || certificate === null) return null;
  const step = closing(state, manner.why[fault], manner[fault]);
  const { code, text } = certificate.result;
  return fault === 'certificate.bad' ? { ...step, params: { code, text } } : step;
}

/** The handshake after STARTTLS is done: the dialogue goes on without another greeting. */
export function secured<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  before: S,
  tls: ClientTls,
): Step<S, R> {
  const state: S = { ...before, tls };
  return uncertified(manner, config, state) ?? go(state, { place: 'command' }, manner.why.secured);
}

/** `Auth-SSL-Verify` (ngx_ssl_get_client_verify): SUCCESS, NONE or FAILED with OpenSSL's words. */
export function verifyText({ result, shown }: ClientCertificate): string {
  if (shown === null) return 'NONE';
  return result.code === 0 ? 'SUCCESS' : `FAILED:${result.text}`;
}
