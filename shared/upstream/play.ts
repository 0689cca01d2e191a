/** How the lab plays one of its own mail servers: the switches of an upstream in the lab file (`play`). */
import type { Bytes } from '../machine/machine.ts';

/** What a server offers besides, and instead of, its own list (EHLO keywords, IMAP or POP3 capabilities). */
export interface Offer {
  /** Added at the end, as they are written. */
  readonly extra: readonly Bytes[];
  /** Left out, by their first word, whatever their case. The command still works: only the list is silent about it. */
  readonly hide: readonly string[];
}

/** The switches of a played SMTP server. */
export interface SmtpPlay extends Offer {
  /** Largest message in bytes (SIZE, RFC 1870). */
  readonly size: number;
  /** off: AUTH is unknown · offered · required: MAIL is answered 530 before a login. */
  readonly auth: 'off' | 'offered' | 'required';
  /** Whether XCLIENT is offered; off: it is answered as an unknown command. */
  readonly xclient: boolean;
  /** Addresses or CIDRs from which XCLIENT is believed (others are told 550); empty: everybody. */
  readonly xclientFrom: readonly string[];
}

/** The switches of a played IMAP server. */
export interface ImapPlay extends Offer {
  /** Offers LOGINDISABLED and refuses LOGIN in clear text (RFC 3501 6.2.3). */
  readonly loginDisabled: boolean;
  /** Greets with PREAUTH as this user; '' greets with OK. */
  readonly preauth: string;
}

/** The switches of a played POP3 server. */
export interface Pop3Play extends Offer {
  /** Greets with a timestamp and takes APOP (RFC 1939 7). */
  readonly apop: boolean;
}

/** All switches of an upstream. */
export interface Play {
  /** Every connection has to begin with a PROXY header, v1 or v2, in all protocols. */
  readonly proxyProtocol: boolean;
  /** Offers STARTTLS (STLS in POP3) with a certificate of the lab's own. */
  readonly starttls: boolean;
  /**
   * Lets everybody in with any password, into the mailbox of that name or else the catch-all. Left out: only where no
   * account of the lab belongs to the upstream.
   */
  readonly anyLogin?: boolean;
  readonly smtp: SmtpPlay;
  readonly imap: ImapPlay;
  readonly pop3: Pop3Play;
}

/** An upstream that the lab file says nothing about. */
export const plainPlay: Play = {
  proxyProtocol: false,
  starttls: false,
  smtp: { extra: [], hide: [], size: 64 * 1024 * 1024, auth: 'offered', xclient: true, xclientFrom: [] },
  imap: { extra: [], hide: [], loginDisabled: false, preauth: '' },
  pop3: { extra: [], hide: [], apop: true },
};
