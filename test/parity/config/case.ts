/** What a case of the comparison is, and the configurations that cases are made of. */

/** What the lab says where it differs on purpose from the nginx that Debian 12 ships (1.22.1). */
export interface Difference {
  /** The lab's first error, without its place; null when it accepts the text. */
  readonly ours: string | null;
  readonly because: string;
}

export interface Case {
  readonly name: string;
  /** `FOLDER` in it stands for the configuration's own folder. */
  readonly text: string;
  /** Files beside the configuration, by their names from there. */
  readonly files?: Readonly<Record<string, string>>;
  /** Nothing is put in front of the text but the line that loads nginx's mail module. */
  readonly bare?: true;
  /** What OpenSSL says in parentheses is not compared. */
  readonly loosely?: true;
  /** A difference that is meant; the test fails when it is no longer there. */
  readonly differs?: Difference;
}

/** A server that runs with STARTTLS and a certificate, with `lines` in it. */
export function tls(lines: string): string {
  return server(`starttls on; ssl_certificate cert.pem; ssl_certificate_key key.pem; ${lines}`);
}

/** A server that runs, with `lines` in it. */
export function server(lines: string): string {
  return `mail {\n  auth_http 127.0.0.1:9000;\n  server {\n    listen 127.0.0.1:3333;\n    protocol smtp;\n    ${lines}\n  }\n}\n`;
}

/** A mail section with `lines` in it. */
export function mail(lines: string): string {
  return `mail {\n  ${lines}\n}\n`;
}

/** A server that runs, with these arguments of `listen`. */
export function listen(args: string): string {
  return `mail {\n  auth_http 127.0.0.1:9000;\n  server {\n    protocol smtp;\n    listen ${args};\n  }\n}\n`;
}

/** A server that runs, with this argument of `auth_http`. */
export function authHttp(argument: string): string {
  return `mail {\n  server {\n    listen 127.0.0.1:3333;\n    protocol smtp;\n    auth_http ${argument};\n  }\n}\n`;
}
