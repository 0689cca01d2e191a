/** A recorded session as commands for a terminal, which make the same session again. */
import { curlOf } from './copy-curl.ts';
import { opensslOf, telnetOf } from './copy-script.ts';
import { swaksOf } from './copy-swaks.ts';
import type { Recorded } from './recorded.ts';

/** The programs, in the order in which they are offered. */
export const programs = ['swaks', 'curl', 'openssl', 'telnet'] as const;
export type Program = (typeof programs)[number];

/**
 * What the command does not do as the client did, as keys of the window's catalogue. cut: the journal kept only the
 * beginning of the message · one-mail: of several mails only the first · masked: secrets are left out · digest: a
 * password that was never sent cannot be told · params: more than an address in MAIL or RCPT · literal: commands with
 * literals are left out · odd-bytes: telnet cannot send these bytes · proxy: no PROXY header before the handshake ·
 * mechanism: a login this program does not know · rest: commands that are not part of a mail.
 */
export const remarks = [
  ...(['cut', 'one-mail', 'masked', 'digest', 'params', 'literal'] as const),
  ...(['odd-bytes', 'proxy', 'mechanism', 'rest'] as const),
] as const;
export type Remark = (typeof remarks)[number];

/** A command, and what it leaves out. */
export interface Copied {
  readonly text: string;
  readonly remarks: readonly Remark[];
}

const makers: Readonly<Record<Program, (recorded: Recorded, secrets: boolean) => Copied | null>> = {
  swaks: swaksOf,
  curl: curlOf,
  openssl: opensslOf,
  telnet: telnetOf,
};

/** The session for one program; null where the program cannot make it. `secrets`: with the passwords in it. */
export function copyAs(program: Program, recorded: Recorded, secrets: boolean): Copied | null {
  return makers[program](recorded, secrets);
}
