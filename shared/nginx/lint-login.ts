/** Lints about who may log in, and over what: mechanisms, TLS, PROXY headers. */
import type { Lint } from '../lab/problem.ts';
import { type LintedServer, lintAt } from './linted-server.ts';
import type { Written } from './written.ts';

/** Ports where clients begin with a TLS handshake, and where they begin in clear text (RFC 8314 3). */
const TLS_PORTS: readonly number[] = [465, 993, 995];
const CLEAR_PORTS: readonly number[] = [25, 587, 143, 110];

/** Words of `smtp_auth` and its sisters that mean a login. */
function authOf({ conf }: LintedServer): readonly string[] {
  return { smtp: conf.smtpAuth, imap: conf.imapAuth, pop3: conf.pop3Auth }[conf.protocol];
}

function lintMechanisms(server: LintedServer): readonly Lint[] {
  const { conf } = server;
  const directive = `${conf.protocol}_auth`;
  const words = authOf(server);
  const logins = words.filter((word) => word !== 'none');
  const lints: Lint[] = [];
  if (logins.length > 0 && logins.length < words.length) {
    const what =
      '"none" stands beside logins: a client may send mail without one, and what it sent of a mail before it logs in is forgotten; give logins a server of their own';
    lints.push(server.at(directive, 'Q26', what, 'note'));
  }
  if (logins.includes('external') && conf.ssl.verifyClient === 'off') {
    const what =
      'EXTERNAL brings a name and no proof of it, and no client certificate is asked for; write "ssl_verify_client on;", and let the auth service compare name and certificate';
    lints.push(server.at(directive, 'Q14', what));
  }
  if (logins.length > 0 && !logins.includes('plain')) {
    const what =
      'PLAIN and LOGIN are only not shown: nginx takes them all the same; let the auth service look at Auth-Method';
    lints.push(server.at(directive, 'Q42', what, 'note'));
  }
  return lints;
}

function lintTls(server: LintedServer): readonly Lint[] {
  const { conf } = server;
  const lints: Lint[] = [];
  const every = conf.listens.length > 0 && conf.listens.every(({ ssl }) => ssl === true);
  const none = conf.listens.every(({ ssl }) => ssl !== true);
  const [starttls] = server.own('starttls');
  if (conf.starttls !== 'off' && every && starttls !== undefined) {
    const what = '"starttls" has no effect: every "listen" of this server has ssl, and TLS is there before any command';
    lints.push(lintAt(starttls, 0, 'N1', what, 'note'));
  }
  const [certificate] = server.own('ssl_certificate');
  if (certificate !== undefined && none && conf.starttls === 'off') {
    const what =
      'the certificate is not used: no "listen" of this server has ssl, and starttls is off; add the one or the other';
    lints.push(lintAt(certificate, 0, 'N1', what));
  }
  if (conf.protocol === 'smtp' && conf.starttls === 'only' && conf.smtpAuth.includes('none')) {
    const what =
      '"starttls only" holds back logins, not mail: with smtp_auth none, MAIL and RCPT are taken in clear text too; use a "listen … ssl" where that must not be';
    lints.push(server.at('starttls', 'Q25', what));
  }
  if (conf.authHttpPassClientCert && conf.ssl.verifyClient === 'off') {
    const what =
      '"auth_http_pass_client_cert" has no effect: no certificate is asked for; write "ssl_verify_client optional;" or on';
    lints.push(server.at('auth_http_pass_client_cert', 'N1', what, 'note'));
  }
  return lints;
}

/** The typed `listen`s that one written one became: a name may stand for two addresses, a range for many ports. */
const typedOf = (server: LintedServer, at: Written) =>
  server.conf.listens.filter(({ text, line }) => text === at.args[0] && line === at.endLine);

function lintListens(server: LintedServer): readonly Lint[] {
  return server.own('listen').flatMap((at) => {
    const [listen] = typedOf(server, at);
    if (listen === undefined) return [];
    const { port, ssl, unix, proxyProtocol } = listen;
    if (port === 0 && unix === undefined) {
      const what = `no port is given, and mail has no default one: nginx takes any that is free; write ${at.args[0]}:PORT`;
      return [lintAt(at, 1, 'Q39', what)];
    }
    // What sends PROXY headers may have taken the TLS off, or put it on.
    if (proxyProtocol === true) return [];
    if (TLS_PORTS.includes(port) && ssl !== true) {
      const what = `clients of port ${port} begin with a TLS handshake, and this "listen" waits for commands; add ssl`;
      return [lintAt(at, 1, 'E4', what)];
    }
    if (CLEAR_PORTS.includes(port) && ssl === true) {
      const what = `clients of port ${port} wait for a greeting, and this "listen" for a TLS handshake: nobody speaks; use starttls instead of ssl`;
      return [lintAt(at, 1, 'E4', what)];
    }
    return [];
  });
}

/** Who may say in a PROXY header who the client is. */
function lintProxied(server: LintedServer): readonly Lint[] {
  const { conf } = server;
  const asked = server.own('listen').filter((at) => typedOf(server, at).some(({ proxyProtocol }) => proxyProtocol));
  const trusted = server.counting('set_real_ip_from');
  const [first] = asked;
  if (first === undefined) {
    const what = '"set_real_ip_from" has no effect: no "listen" of this server has proxy_protocol';
    return server.own('set_real_ip_from').map((at) => lintAt(at, 0, 'N1', what, 'note'));
  }
  if (trusted.length === 0) {
    const what =
      'the PROXY header is read, but Client-IP, XCLIENT and the log go on naming who sent it; name that one in set_real_ip_from';
    return [lintAt(first, 1, 'G1', what, 'note')];
  }
  const all = conf.realIpFrom.some((from) => from.type === 'network' && from.bits === 0);
  const anyone = trusted.find(({ args }) => /\/0+$/.test(args[0] ?? ''));
  if (!all || anyone === undefined) return [];
  const what =
    'set_real_ip_from believes everyone: whoever connects can claim to be anybody else in a PROXY header; name only your own load balancers';
  return [lintAt(anyone, 1, 'G5', what)];
}

/** Lints of logins and connections of one server. */
export function lintLogin(server: LintedServer): readonly Lint[] {
  return [...lintMechanisms(server), ...lintListens(server), ...lintTls(server), ...lintProxied(server)];
}
